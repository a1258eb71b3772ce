import { describe, expect, it } from 'vitest';
import { applyChange, change, inverse, removal, settle, toSetArguments } from '@/lib/client/change';
import { listKey } from '@/lib/client/lists';
import type { AccountState, ListQuery } from '@/lib/client/state';
import { account, CONVERSATIONS, email, INBOX, list } from './fixture';

const ids = (state: AccountState, query: ListQuery = INBOX) => state.lists.get(listKey(query))?.ids;
const toArchive = (id: string) => change({ [id]: { mailboxIds: { inbox: false, archive: true } } });

describe('a change', () => {
  it('is sent as differences, so that what others change at the same time survives', () => {
    const by = change({ e1: { keywords: { $seen: true, 'a/b~c': false }, mailboxIds: { inbox: false } } }, [
      'e2',
    ]);
    expect(toSetArguments(by)).toEqual({
      update: { e1: { 'keywords/$seen': true, 'keywords/a~1b~0c': null, 'mailboxIds/inbox': null } },
      destroy: ['e2'],
    });
  });

  it('I9: for ever out of one mailbox leaves alone what is in another one too, and what is there no more', () => {
    const emails = new Map(
      [
        email('e1', { mailboxIds: { trash: true } }),
        email('e2', { mailboxIds: { trash: true, archive: true } }),
        email('e3', { mailboxIds: { inbox: true } }),
      ].map((each) => [each.id, each]),
    );
    expect(toSetArguments(removal(emails, ['e1', 'e2', 'e3'], 'trash'))).toEqual({
      update: { e2: { 'mailboxIds/trash': null } },
      destroy: ['e1'],
    });
  });

  it('takes the row out of the list and moves the counts', () => {
    const before = account([email('e2'), email('e1')], [list(INBOX, ['e2', 'e1'])]);
    const after = applyChange(before, toArchive('e2'));
    expect(ids(after)).toEqual(['e1']);
    expect(after.lists.get(listKey(INBOX))?.total).toBe(1);
    expect(after.mailboxes?.get('inbox')).toMatchObject({ totalEmails: 9, unreadEmails: 4 });
    expect(after.mailboxes?.get('archive')).toMatchObject({ totalEmails: 11, unreadEmails: 6 });
  });

  it('does not touch what it started from', () => {
    const before = account([email('e1')], [list(INBOX, ['e1'])]);
    applyChange(before, toArchive('e1'));
    expect(ids(before)).toEqual(['e1']);
    expect(before.mailboxes?.get('inbox')?.totalEmails).toBe(10);
  });

  it('and its inverse bring everything back, the row at its place', () => {
    const before = account([email('e3'), email('e2'), email('e1')], [list(INBOX, ['e3', 'e2', 'e1'])]);
    const by = toArchive('e2');
    const after = applyChange(settle(before, by), inverse(by, before.emails));
    expect(ids(after)).toEqual(['e3', 'e2', 'e1']);
    expect(after.emails.get('e2')).toEqual(before.emails.get('e2'));
    expect(after.mailboxes).toEqual(before.mailboxes);
  });

  it('that was true before is not undone: undo of "read" on a read mail leaves it read', () => {
    const emails = new Map([['e1', email('e1', { keywords: { $seen: true } })]]);
    expect(inverse(change({ e1: { keywords: { $seen: true } } }), emails).patches).toEqual({
      e1: { keywords: {} },
    });
  });

  it('reading a mail in an unread list leaves its row there', () => {
    const unread: ListQuery = { filter: { inMailbox: 'inbox', notKeyword: '$seen' }, collapseThreads: false };
    const before = account([email('e1')], [list(unread, ['e1'])]);
    expect(ids(applyChange(before, change({ e1: { keywords: { $seen: true } } })), unread)).toEqual(['e1']);
  });

  it('to one mail of a conversation leaves the row with the newest that stays', () => {
    const one = email('e5', { threadId: 't' });
    const two = email('e4', { threadId: 't' });
    const threads = new Map([['t', { id: 't', emailIds: ['e4', 'e5'] }]]);
    const before = account([one, two], [list(CONVERSATIONS, ['e5'])], { threads });
    expect(ids(applyChange(before, toArchive('e5')), CONVERSATIONS)).toEqual(['e4']);
    expect(ids(applyChange(before, change({}, ['e5'])), CONVERSATIONS)).toEqual(['e4']);
    const both = change({ e4: { mailboxIds: { inbox: false } }, e5: { mailboxIds: { inbox: false } } });
    expect(ids(applyChange(before, both), CONVERSATIONS)).toEqual([]);
  });
});
