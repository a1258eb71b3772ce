import { describe, expect, it } from 'vitest';
import { arrivals } from '@/lib/client/notify/arrivals';
import type { EmailRow } from '@/lib/client/state';
import { account, email } from '../fixture';

/** The fifth of the month: `e5` and later came since. */
const SINCE = '2026-11-05T10:00:00Z';
const told = (created: EmailRow[], known: EmailRow[] = []) =>
  arrivals(
    account([...known, ...created], []),
    created.map(({ id }) => id),
    SINCE,
  ).map(({ id }) => id);

describe('new mail', () => {
  it('is what came into the inbox since, unread', () => {
    expect(told([email('e5'), email('e6')])).toEqual(['e5', 'e6']);
  });

  it('is not what was received before: an import, or mail that somebody moved into the inbox', () => {
    expect(told([email('e4'), email('e1')])).toEqual([]);
  });

  it('is not what is read, a draft, or in another mailbox', () => {
    const keywords = (name: string) => ({ keywords: { [name]: true as const } });
    expect(told([email('e6', keywords('$seen')), email('e7', keywords('$draft'))])).toEqual([]);
    expect(told([email('e6', { mailboxIds: { archive: true } })])).toEqual([]);
  });

  it('is not what lay in a collected maildrop before, though it is dated now', () => {
    expect(told([email('e6', { keywords: { $imported: true } })])).toEqual([]);
  });

  it('is not mail that was known under another id, moved here by another program', () => {
    const lists = email('e6', { mailboxIds: { archive: true } });
    expect(told([{ ...lists, id: 'x6', mailboxIds: { inbox: true } }], [lists])).toEqual([]);
    // Mail that only came in the same second is not it.
    expect(told([{ ...lists, id: 'x6', mailboxIds: { inbox: true }, subject: 'another' }], [lists])).toEqual([
      'x6',
    ]);
  });

  it('is none where the inbox is not known', () => {
    const strange = { ...account([email('e6')], []), mailboxes: null };
    expect(arrivals(strange, ['e6'], SINCE)).toEqual([]);
  });
});
