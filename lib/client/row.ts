/** What one row of a list stands for: an email, or its conversation. */
import type { EmailList, EmailRow, Mail } from '@/lib/client/state';
import type { EmailAddress, Id } from '@/lib/jmap/types';

export interface Row {
  email: EmailRow;
  /** Oldest first; the email alone outside of conversations. */
  thread: readonly EmailRow[];
  unread: boolean;
  starred: boolean;
  hasAttachment: boolean;
}

export function rowOf(
  mail: Pick<Mail, 'emails' | 'threads'>,
  list: Pick<EmailList, 'collapseThreads'>,
  id: Id,
): Row | null {
  const email = mail.emails.get(id);
  if (!email) return null;
  const others = list.collapseThreads ? mail.threads.get(email.threadId)?.emailIds : undefined;
  const thread = others?.flatMap((other) => mail.emails.get(other) ?? []) ?? [];
  const all = thread.length > 0 ? thread : [email];
  return {
    email,
    thread: all,
    unread: all.some(({ keywords }) => !keywords.$seen && !keywords.$draft),
    starred: all.some(({ keywords }) => keywords.$flagged),
    hasAttachment: all.some((one) => one.hasAttachment),
  };
}

/** Emails are never mutated: what a row shows is the same as long as they are. */
export function sameRow(a: Row, b: Row): boolean {
  return (
    a.email === b.email &&
    a.thread.length === b.thread.length &&
    a.thread.every((email, index) => email === b.thread[index])
  );
}

/** The emails that an action on the row means: of a conversation those that are in the mailbox it is done in. */
export function actedOn(row: Row, mailboxId: Id | null): Id[] {
  const here = row.thread.filter((email) => mailboxId === null || email.mailboxIds[mailboxId]);
  return (here.length > 0 ? here : [row.email]).map(({ id }) => id);
}

/** Short names in order of first writing; who wrote twice is named once. */
export function people(emails: readonly EmailRow[], of: 'from' | 'to'): EmailAddress[] {
  const seen = new Map<string, EmailAddress>();
  for (const email of emails) {
    for (const address of (of === 'from' ? email.from : email.to) ?? []) {
      if (!seen.has(address.email.toLowerCase())) seen.set(address.email.toLowerCase(), address);
    }
  }
  return [...seen.values()];
}

export function shortName({ name, email }: EmailAddress): string {
  const trimmed = name?.trim();
  return trimmed ? trimmed : email;
}

/** In a conversation there is room for one word of each. */
export function firstName(address: EmailAddress): string {
  const name = shortName(address);
  return name.includes('@') ? (name.split('@')[0] ?? name) : (name.split(/[\s,]+/)[0] ?? name);
}
