/** What must last of IMAP accounts beside their index, which may be deleted at any time (design decision 4). */
export interface PutOffTable {
  account_id: string;
  path: string;
  uid_validity: number;
  /** Flagged \Deleted by us, to be purged when nothing of others would go with it (security.md I9). */
  uid: number;
}

/** Ids that clients hold and that nobody could compute again: of what was renamed, moved or came under another UIDVALIDITY. */
export interface AliasTable {
  account_id: string;
  /** The id that would be computed from where the object is now. */
  natural_id: string;
  id: string;
  /** Epoch ms: since when nothing is where it was computed from; null: something is, or nobody has looked. */
  gone_at: number | null;
}

/** Messages that left a place where nothing but their UID names them: one that appears elsewhere may be the same. */
export interface VanishedTable {
  account_id: string;
  email_id: string;
  /** Of Message-ID, size and date. */
  fingerprint: string;
  /** Epoch ms. */
  vanished_at: number;
}

/** What the incoming server of an account announced at the last sign-in. */
export interface ServerOffersTable {
  account_id: string;
  /** `host:port`; of another server nothing is known. */
  server: string;
  /** JSON of string[], as in its CAPABILITY. */
  announced: string;
  /** JSON: of those that it announced and then knew no command of, when that was found out. */
  refused: string;
  /** Epoch ms. */
  probed_at: number;
}

export interface RemoteTables {
  server_offers: ServerOffersTable;
  put_off: PutOffTable;
  alias: AliasTable;
  vanished: VanishedTable;
}
