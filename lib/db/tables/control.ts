/** Users, their accounts and the ways to sign in. Times are epoch ms. */
export interface UserTable {
  id: string;
  created_at: number;
  /** JSON of UserSettings (lib/account/settings.ts); only what differs from the defaults. */
  settings: string;
}

export interface AccountTable {
  id: string;
  user_id: string;
  address: string;
  name: string;
  kind: 'imap' | 'pop3' | 'demo';
  /** JSON of ServerLogin; null for the demo mailbox. */
  incoming: string | null;
  outgoing: string | null;
  /** JSON of AccountSettings; only what differs from the defaults. */
  settings: string;
  position: number;
  /** `host:port:login` when its servers may sign its user in (design decision 8), else null. */
  sign_in_key: string | null;
  created_at: number;
}

/** The mail password of an account, sealed (lib/db/seal.ts). */
export interface CredentialTable {
  account_id: string;
  key_id: string;
  sealed: string;
}

export interface SessionTable {
  id: string;
  user_id: string;
  /** The account that signed in. */
  account_id: string;
  created_at: number;
  last_seen_at: number;
  /** When the password was last typed: some changes ask for it again (security.md S22). */
  confirmed_at: number;
  user_agent: string;
}

/** A checked sign-in on its way to its session: good once, for two minutes. */
export interface SignInTicketTable {
  hash: string;
  account_id: string;
  expires_at: number;
}

export interface AppPasswordTable {
  id: string;
  user_id: string;
  name: string;
  hash: string;
  created_at: number;
  last_used_at: number | null;
}

/** Counted for security.md S25; rows older than the longest window are removed. */
export interface AttemptTable {
  /** The same in each bucket that one attempt counts in. */
  id: string;
  bucket: string;
  at: number;
}

export interface AuditTable {
  user_id: string;
  at: number;
  event: string;
  /** JSON, without addresses or secrets. */
  detail: string;
}

export interface ControlTables {
  user: UserTable;
  account: AccountTable;
  credential: CredentialTable;
  session: SessionTable;
  sign_in_ticket: SignInTicketTable;
  app_password: AppPasswordTable;
  attempt: AttemptTable;
  audit: AuditTable;
}
