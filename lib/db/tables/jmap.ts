/** Tables of the JMAP side that must last: identities and who uploaded what. */
export interface IdentityTable {
  account_id: string;
  id: string;
  name: string;
  email: string;
  /** JSON of EmailAddress[]; null = none. */
  reply_to: string | null;
  bcc: string | null;
  text_signature: string;
  html_signature: string;
  /** Where copies of what is sent as it are filed; null = Sent. */
  sent_mailbox_id: string | null;
  /** The account whose outgoing server it sends by; null = its own. */
  outgoing_account_id: string | null;
  may_delete: number;
  /** Counters of the account's identities: the state of RFC 8620 §5.1 is the highest `changed`. */
  created: number;
  changed: number;
  /** 1: kept as a tombstone for Identity/changes. */
  destroyed: number;
}

/** An outgoing server of a sender's own, with its own sign-in. */
export interface SenderServerTable {
  account_id: string;
  identity_id: string;
  /** JSON of ServerLogin. */
  outgoing: string;
  /** As in the table of credentials. */
  key_id: string;
  sealed: string;
}

export interface UploadTable {
  account_id: string;
  sha256: string;
  size: number;
  /** Epoch ms of the last upload of these bytes. */
  uploaded_at: number;
}

/** RFC 8620 §7.2: where state changes are posted to. */
export interface PushSubscriptionTable {
  id: string;
  user_id: string;
  /** The session, app password or account whose credentials made it: it ends with them. */
  credential: string;
  device_client_id: string;
  url: string;
  /** JSON of {p256dh, auth}; null: not encrypted. */
  keys: string | null;
  verification_code: string;
  /** 1: the client has sent the code back. */
  verified: number;
  /** JSON of string[]; null: all. */
  types: string | null;
  /** Epoch ms. */
  expires_at: number;
}

/** The state that was told last of what only the mail server keeps. */
export interface ToldStateTable {
  account_id: string;
  /** `VacationResponse`, `SieveScript`, `Quota`. */
  type: string;
  state: string;
}

export interface JmapTables {
  told_state: ToldStateTable;
  sender_server: SenderServerTable;
  push_subscription: PushSubscriptionTable;
  identity: IdentityTable;
  upload: UploadTable;
}
