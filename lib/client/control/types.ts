/** The control plane's answers (docs/http.md). */
import type { AccountSettings } from '@/lib/account/record';
import type { Id } from '@/lib/jmap/types';

export type Security = 'tls' | 'starttls' | 'none';

export interface ServerLogin {
  host: string;
  port: number;
  security: Security;
  user: string;
}

export interface Servers {
  kind: 'imap' | 'pop3';
  incoming: ServerLogin;
  outgoing: ServerLogin;
}

export interface FoundServers extends Servers {
  source: 'fixed' | 'preset' | 'autoconfig' | 'srv' | 'mx' | 'guess';
  /** false: the user confirms the host before the password goes there (security.md S13). */
  confirmed: boolean;
}

export interface Provider {
  id: string;
  name: string;
  signIn: 'password' | 'appPassword' | 'oauthOnly';
  appPasswordUrl?: string | null;
  settingsUrl?: string | null;
  notes?: string[];
}

export interface Discovery {
  address: string;
  provider: Provider | null;
  servers: FoundServers[];
}

export interface CheckStep {
  server: 'incoming' | 'outgoing';
  protocol: 'imap' | 'pop3' | 'smtp';
  step: 'find' | 'connect' | 'tls' | 'greet' | 'signIn';
  state: 'ok' | 'failed' | 'skipped';
  host: string;
  port: number;
  code?: string;
  params?: Record<string, string | number>;
  serverText?: string;
}

/** The password was right: what takes the session, and where the page goes on. */
export interface Admission {
  ticket: string;
  csrfToken: string;
  steps: CheckStep[];
  /** The inbox of the first account. */
  start: string;
  looks: Pick<UserSettings, 'theme' | 'contrast' | 'density' | 'language'>;
}

export interface SignInRules {
  fixed: boolean;
  demo: boolean;
  mailDomain: string | null;
}

export interface AccountStanding {
  connection: 'ready' | 'connecting' | 'offline' | 'needsPassword';
  since: string | null;
  code: string | null;
  serverText: string | null;
}

/** Only in `AccountPatch`: a role that is null is taken back. */
export type ImapSettings = Omit<AccountSettings['imap'], 'roles'> & {
  roles: Partial<Record<ChosenRole, Id | null>>;
};
export type ChosenRole = keyof AccountSettings['imap']['roles'];
export type Pop3Settings = AccountSettings['pop3'];
export type Retention = AccountSettings['retention'];

/** One line of what a connection did; nothing of what was read or written. */
export interface ConnectionLine {
  at: string;
  connection: number;
  command: string;
  ms: number;
  /** `OK`, the code of what failed, null for what is no command. */
  result: string | null;
}

export interface ConnectionReport {
  state: AccountStanding;
  watching: 'notify' | 'idle' | 'poll' | null;
  /** What it said that it can do, when last, and what of that it cannot; null: it was never signed in to. */
  server: { announced: string[]; refused: string[]; probedAt: string } | null;
  connections: { number: number; use: 'interactive' | 'bulk' | 'watch'; since: string }[];
  slow: ConnectionLine[];
  log: ConnectionLine[];
}

export interface Account {
  id: Id;
  address: string;
  name: string;
  kind: 'imap' | 'pop3' | 'demo';
  position: number;
  signIn: boolean;
  state: AccountStanding;
  incoming: ServerLogin | null;
  outgoing: ServerLogin | null;
  settings: AccountSettings;
}

export interface AccountPatch {
  name?: string;
  position?: number;
  settings?: {
    imap?: Partial<ImapSettings>;
    pop3?: Partial<Pop3Settings>;
    retention?: Partial<Retention>;
    sentCopy?: AccountSettings['sentCopy'];
    answerIdentityId?: Id | null;
    inAllInboxes?: boolean;
    notify?: boolean;
  };
  incoming?: Partial<ServerLogin>;
  outgoing?: Partial<ServerLogin>;
  password?: string;
  signIn?: boolean;
}

/** One session with a POP3 maildrop. */
export interface FeedSession {
  startedAt: string;
  endedAt: string;
  messages: number;
  bytes: number;
  deleted: number;
  /** null: it went well. */
  code: string | null;
  serverText: string | null;
  nextAt: string | null;
}

/** A copying of an account into another; counts are of messages. */
export interface Move {
  id: string;
  from: Id;
  to: Id;
  everyMinutes: number | null;
  state: 'running' | 'paused' | 'done' | 'failed';
  code: string | null;
  counts: Record<'seen' | 'tried' | 'copied' | 'verified' | 'refused' | 'deleted', number>;
}

/** Bytes; limit null = none. */
export interface StoredMail {
  messages: number;
  bytes: number;
  used: number;
  limit: number | null;
}

export interface FeedHistory {
  paused: boolean;
  failures: number;
  /** What the first session left at the provider. */
  skipped: number;
  /** What could not be marked as read in the IMAP account of the same address. */
  notMarkedRead: number;
  /** After which the provider deletes by itself; null = not, or it does not say. */
  expireDays: number | null;
  sessions: FeedSession[];
}

export interface Device {
  id: string;
  current: boolean;
  createdAt: string;
  lastSeenAt: string;
  userAgent: string | null;
}

export interface AppPassword {
  id: string;
  name: string;
  createdAt: string;
  lastUsedAt: string | null;
}

/** Something that was done with the user's ways in. */
export interface AuditEvent {
  at: string;
  event: string;
  accountId: Id | null;
  /** Of the app password. */
  name: string | null;
  userAgent: string | null;
}

/** The secret is in this answer and in no other. */
export interface NewAppPassword extends AppPassword {
  username: string;
  password: string;
}

export interface UserSettings {
  language: 'en' | 'ru' | null;
  theme: 'system' | 'light' | 'dark';
  contrast: 'system' | 'high';
  density: 'dense' | 'normal' | 'comfortable';
  undoSeconds: number;
  answerPosition: 'above' | 'below';
  remoteImages: 'ask' | 'always';
  trustedSenders: string[];
  originalColours: string[];
}
export type UserSettingsPatch = { [K in keyof UserSettings]?: UserSettings[K] | null };
