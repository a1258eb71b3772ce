/** What `gatepost.db` keeps of an account beside its sealed password. */
import type { Id } from '@/lib/jmap/types';
import type { ServerLogin } from '@/lib/net/types';
import { DEFAULT_IMAP_SETTINGS, type ImapSettings } from '@/lib/source/imap/settings';

export type AccountKind = 'imap' | 'pop3' | 'demo';

export interface Pop3Settings {
  /** How the password is given; `auto` takes the safest that the server offers. */
  signInMethod: 'auto' | 'plain' | 'login' | 'cram-md5' | 'apop' | 'user';
  fetchOnOpening: boolean;
  /** 0 = only on opening and on demand. */
  intervalMinutes: number;
  /** What the first session brings; what it leaves out is not fetched before this says `all`, and never deleted there. */
  firstRun: 'ask' | 'all' | 'days' | 'new';
  firstRunDays: number;
  /** Of one session; the next follows at once. */
  sessionMessages: number;
  sessionMegabytes: number;
  /** Of larger messages only the headers are fetched, the rest when they are opened; null = all of each. */
  headersFirstMegabytes: number | null;
  leaveOnServer: boolean;
  /** Days after the first sight on which a message kept on the server is deleted there; null = never. */
  deleteAfterDays: number | null;
  deleteWhenTrashed: boolean;
  deleteWhenMoved: boolean;
  deleteWhenDestroyed: boolean;
  /** Another account that what comes is put into; null = this one. */
  targetAccountId: Id | null;
  /** Where what comes is put; null = the inbox. One that is gone counts as the inbox. */
  targetMailboxId: Id | null;
  /** Keyword of what comes. */
  tag: string | null;
  /** Into Archive instead of the inbox. */
  skipInbox: boolean;
  markReadOnFetch: boolean;
  /** Off: what comes is dated now. */
  keepDate: boolean;
  /** The same Message-ID and the same bytes once more. */
  duplicates: 'skip' | 'keep' | 'tag';
  /** Failed sessions in a row after which the timer leaves the account alone; 0 = never. */
  pauseAfterFailures: number;
}

/** Of mail that is kept here; null = for ever. What is flagged is always kept. */
export interface Retention {
  keepDays: number | null;
  keepLast: number | null;
  trashDays: number | null;
  junkDays: number | null;
}

export interface AccountSettings {
  imap: ImapSettings;
  pop3: Pop3Settings;
  /** Local accounts only. */
  retention: Retention;
  /** Who files the copy in Sent; `auto` decides by the SMTP host (gateway.md 2.10.7). */
  sentCopy: 'auto' | 'append' | 'server';
  /** Who answers mail of this account; null, or one that is gone: the one that it was written to. */
  answerIdentityId: Id | null;
  /** Its inbox is part of the page's list "All inboxes". */
  inAllInboxes: boolean;
  /** New mail in its inbox is told on devices that tell new mail at all. */
  notify: boolean;
}

export const DEFAULT_SETTINGS: AccountSettings = {
  imap: DEFAULT_IMAP_SETTINGS,
  pop3: {
    signInMethod: 'auto',
    fetchOnOpening: true,
    intervalMinutes: 15,
    firstRun: 'ask',
    firstRunDays: 30,
    sessionMessages: 10_000,
    sessionMegabytes: 50,
    headersFirstMegabytes: 1,
    leaveOnServer: true,
    deleteAfterDays: null,
    deleteWhenTrashed: false,
    deleteWhenMoved: false,
    deleteWhenDestroyed: false,
    targetAccountId: null,
    targetMailboxId: null,
    tag: null,
    skipInbox: false,
    markReadOnFetch: false,
    keepDate: true,
    duplicates: 'skip',
    pauseAfterFailures: 5,
  },
  retention: { keepDays: null, keepLast: null, trashDays: 30, junkDays: 10 },
  sentCopy: 'auto',
  answerIdentityId: null,
  inAllInboxes: true,
  notify: true,
};

export interface AccountRecord {
  id: Id;
  userId: string;
  address: string;
  /** What the user calls it; the address by default. */
  name: string;
  kind: AccountKind;
  /** null for the demo mailbox. */
  incoming: ServerLogin | null;
  outgoing: ServerLogin | null;
  settings: AccountSettings;
  position: number;
  createdAt: number;
}
