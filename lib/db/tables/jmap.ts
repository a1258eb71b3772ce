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
  may_delete: number;
  /** Counters of the account's identities: the state of RFC 8620 §5.1 is the highest `changed`. */
  created: number;
  changed: number;
  /** 1: kept as a tombstone for Identity/changes. */
  destroyed: number;
}

export interface UploadTable {
  account_id: string;
  sha256: string;
  size: number;
  /** Epoch ms of the last upload of these bytes. */
  uploaded_at: number;
}

export interface JmapTables {
  identity: IdentityTable;
  upload: UploadTable;
}
