import { describe, expect, it } from 'vitest';
import { hrefOf, INBOX, type MailRoute, parseRoute, queryOf, sameList } from '@/lib/client/route';
import { inTreeOrder } from '@/lib/client/tree';
import { mailbox } from './fixture';

const base = { accountId: 'a1', threadId: null, folders: false };
const routes: MailRoute[] = [
  { view: 'mailbox', mailboxId: 'b-1_x', ...base },
  { view: 'mailbox', mailboxId: 'b', ...base, threadId: 't1' },
  { view: 'mailbox', mailboxId: 'b', ...base, folders: true },
  { view: 'starred', ...base, threadId: 't1' },
  { view: 'all', ...base },
  { view: 'all', ...base, threadId: 't1', folders: true },
  { view: 'search', text: 'from:anna & co', mailboxId: 'b', ...base, threadId: 't1' },
  { view: 'search', text: '', mailboxId: null, ...base },
];

describe('a route', () => {
  it.each(routes)('survives its own address: %o', (route) => {
    const url = new URL(hrefOf(route), 'http://localhost');
    expect(parseRoute(url.pathname, url.searchParams)).toEqual(route);
  });

  it('is none for other screens', () => {
    expect(parseRoute('/settings', new URLSearchParams())).toBeNull();
    expect(parseRoute('/mail', new URLSearchParams())).toBeNull();
    expect(parseRoute('/mail/a1/b/t1/more', new URLSearchParams())).toBeNull();
  });

  it('asks for no list until the inbox is known, or words are typed', () => {
    expect(queryOf({ view: 'mailbox', mailboxId: INBOX, ...base })).toBeNull();
    expect(queryOf({ view: 'search', text: ' ', mailboxId: null, ...base })).toBeNull();
    expect(queryOf({ view: 'search', text: 'x', mailboxId: 'b', ...base })?.filter).toEqual({
      inMailbox: 'b',
      text: 'x',
    });
  });

  it('keeps its list when a message opens in it', () => {
    const [first] = routes;
    if (!first) throw new Error('no route');
    expect(sameList(first, { ...first, threadId: 't9' })).toBe(true);
    expect(sameList(first, { view: 'starred', ...base })).toBe(false);
    // Of all inboxes also one of another account.
    expect(
      sameList({ view: 'all', ...base }, { view: 'all', ...base, accountId: 'a2', threadId: 't9' }),
    ).toBe(true);
  });
});

describe('the folder tree', () => {
  it('has roles first, then names, children under their parents', () => {
    const boxes = [
      mailbox('zeta'),
      mailbox('trash', 'trash'),
      mailbox('alpha', null, { parentId: 'zeta' }),
      mailbox('inbox', 'inbox'),
      mailbox('beta'),
    ];
    const nodes = inTreeOrder(new Map(boxes.map((box) => [box.id, box])));
    expect(nodes.map(({ mailbox: { id }, depth }) => `${depth}${id}`)).toEqual([
      '0inbox',
      '0trash',
      '0beta',
      '0zeta',
      '1alpha',
    ]);
  });

  it('walks no circle and loses no orphan', () => {
    const boxes = [
      mailbox('a', null, { parentId: 'gone' }),
      mailbox('b', null, { parentId: 'c' }),
      mailbox('c', null, { parentId: 'b' }),
    ];
    expect(inTreeOrder(new Map(boxes.map((box) => [box.id, box]))).map(({ mailbox: { id } }) => id)).toEqual([
      'a',
    ]);
  });
});
