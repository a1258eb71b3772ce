/** What a folder is for, as its icon. */
import {
  Archive,
  Clock,
  FilePen,
  Flag,
  Folder,
  Inbox,
  type LucideIcon,
  Mails,
  OctagonAlert,
  Send,
  Star,
  Trash2,
} from 'lucide-react';
import type { MailboxRole } from '@/lib/jmap/types';

const ICONS: Record<MailboxRole, LucideIcon> = {
  inbox: Inbox,
  archive: Archive,
  drafts: FilePen,
  sent: Send,
  junk: OctagonAlert,
  trash: Trash2,
  all: Mails,
  flagged: Star,
  important: Flag,
  snoozed: Clock,
};

export const folderIcon = (role: MailboxRole | null): LucideIcon => (role === null ? Folder : ICONS[role]);
