/** Rights of a mailbox from the letters of its access control list (RFC 8621 §2, RFC 4314 §2.1). Pure. */
import type { MailboxRights } from '@/lib/jmap/types';

export function mailboxRights(letters: string): MailboxRights {
  const now = [...'kxte'].some((letter) => letters.includes(letter)) ? letters : modern(letters);
  const has = (all: string) => [...all].every((letter) => now.includes(letter));
  return {
    mayReadItems: has('lr'),
    mayAddItems: has('i'),
    mayRemoveItems: has('te'),
    maySetSeen: has('s'),
    maySetKeywords: has('w'),
    mayCreateChild: has('k'),
    mayRename: has('x'),
    mayDelete: has('x'),
    maySubmit: has('p'),
  };
}

/** RFC 4314 §2.1.1: what `c` and `d` meant in RFC 2086. */
function modern(letters: string): string {
  return letters.replace('c', 'kx').replace('d', 'te');
}
