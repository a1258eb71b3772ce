import { describe, expect, it } from 'vitest';
import { mailboxRights } from '@/lib/source/imap/mailbox-rights';

const told = (letters: string) =>
  Object.entries(mailboxRights(letters))
    .filter(([, may]) => may)
    .map(([name]) => name);

describe('letters of an access control list (RFC 8621 §2, RFC 4314 §2.1)', () => {
  it('give what they stand for, and reading needs two, removing needs two', () => {
    expect(told('lr')).toEqual(['mayReadItems']);
    expect(told('l')).toEqual([]);
    expect(told('i')).toEqual(['mayAddItems']);
    expect(told('t')).toEqual([]);
    expect(told('te')).toEqual(['mayRemoveItems']);
    expect(told('swkxp')).toEqual([
      ...['maySetSeen', 'maySetKeywords', 'mayCreateChild', 'mayRename', 'mayDelete', 'maySubmit'],
    ]);
  });

  it('of before RFC 4314 are read as what they meant then', () => {
    expect(told('lrcd')).toEqual([
      ...['mayReadItems', 'mayRemoveItems', 'mayCreateChild', 'mayRename', 'mayDelete'],
    ]);
    expect(told('lrd')).toEqual(['mayReadItems', 'mayRemoveItems']);
    // A server of today says `c` and `d` beside its own letters, for old clients: they add nothing.
    expect(told('lrkcd')).toEqual(['mayReadItems', 'mayCreateChild']);
  });
});
