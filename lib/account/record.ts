/** What `gatepost.db` keeps of an account beside its sealed password. */
import type { Id } from '@/lib/jmap/types';
import type { ServerLogin } from '@/lib/net/types';
import { DEFAULT_IMAP_SETTINGS, type ImapSettings } from '@/lib/source/imap/settings';

export type AccountKind = 'imap' | 'pop3' | 'demo';

export interface Pop3Settings {
  leaveOnServer: boolean;
  /** Days after the first sight on which a message kept on the server is deleted there; null = never. */
  deleteAfterDays: number | null;
  markReadOnFetch: boolean;
  /** 0 = only on opening and on demand. */
  intervalMinutes: number;
}

export interface AccountSettings {
  imap: ImapSettings;
  pop3: Pop3Settings;
  /** Who files the copy in Sent; `auto` decides by the SMTP host (gateway.md 2.10.7). */
  sentCopy: 'auto' | 'append' | 'server';
}

export const DEFAULT_SETTINGS: AccountSettings = {
  imap: DEFAULT_IMAP_SETTINGS,
  pop3: { leaveOnServer: true, deleteAfterDays: null, markReadOnFetch: false, intervalMinutes: 15 },
  sentCopy: 'auto',
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
