import { expect, it } from 'vitest';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex, EmailQuery, IndexFilter, NewEmail } from '@/lib/index/types';
import type { MimePart } from '@/lib/mime/types';
import { onEachDatabase } from '@/test/lib/db/databases';
import { address, email, headers, mailbox, question, roleMailbox } from './fixture';

const PDF: MimePart = {
  ...{
    path: '1',
    type: 'application/pdf',
    params: {},
    encoding: 'base64',
    size: 9,
    disposition: 'attachment',
  },
  ...{ name: 'a.pdf', cid: null, language: null, location: null, parts: null },
};

const MAIL: NewEmail[] = [
  email('e1', {
    ...{ receivedAt: Date.UTC(2026, 0, 1), size: 100, keywords: ['$seen'], preview: 'Lunch at noon' },
    headers: headers({
      subject: 'Plan',
      from: [address('bob@x.org', 'Bob')],
      to: [address('me@x.org')],
      messageId: ['r@x'],
      sentAt: '2026-01-05T00:00:00+02:00',
    }),
  }),
  email('e2', {
    ...{ receivedAt: Date.UTC(2026, 0, 2), size: 300, keywords: ['$flagged', 'ne_w'], structure: PDF },
    headers: headers({
      subject: 'Re: plan',
      from: [address('anna@y.org', 'Анна Каренина')],
      cc: [address('carl@z.org')],
      references: ['r@x'],
      sentAt: '2026-01-02T00:00:00Z',
    }),
  }),
  email('e3', {
    ...{
      receivedAt: Date.UTC(2026, 0, 3),
      size: 200,
      mailboxId: 'bwork',
      text: 'Подписание договоров и счёт за running shoes',
    },
    headers: headers({ subject: 'Invoices', from: [address('zoe@x.org', 'Zoe')], messageId: ['z@x'] }),
  }),
];

onEachDatabase('queries', ({ open }) => {
  let ready: Promise<AccountIndex> | null = null;
  function filled(): Promise<AccountIndex> {
    ready ??= fill();
    return ready;
  }
  async function fill(): Promise<AccountIndex> {
    const { index: db, dialect } = await open();
    const index = createAccountIndex(db, dialect, 'a1');
    await index.write(async (writer) => {
      await writer.putMailbox(roleMailbox('binbox', 'inbox'));
      await writer.putMailbox(mailbox('bwork'));
      await writer.addEmails(MAIL);
    });
    return index;
  }
  async function found(filter: IndexFilter | null, options: Partial<EmailQuery> = {}): Promise<string> {
    const { ids } = await (await filled()).query(question({ filter, ...options }));
    return ids.join(' ');
  }

  it.each<[string, IndexFilter | null]>([
    ['e3 e2 e1', null],
    ['e2 e1', { inMailbox: 'binbox' }],
    ['', { inMailbox: 'bunknown' }],
    ['e3', { inMailboxOtherThan: ['binbox'] }],
    ['e1', { before: '2026-01-02T00:00:00Z' }],
    ['e3 e2', { after: '2026-01-02T00:00:00Z' }],
    ['e3 e2', { minSize: 200 }],
    ['e1', { maxSize: 200 }],
    ['e2', { hasKeyword: '$flagged' }],
    ['e2', { hasKeyword: 'NE_W' }],
    ['', { hasKeyword: 'nexw' }],
    ['e3 e2', { notKeyword: '$seen' }],
    ['e2', { hasAttachment: true }],
    ['e3 e1', { hasAttachment: false }],
    ['e2 e1', { someInThreadHaveKeyword: '$seen' }],
    ['', { allInThreadHaveKeyword: '$seen' }],
    ['e3', { noneInThreadHaveKeyword: '$seen' }],
    ['e1', { inMailbox: 'binbox', hasKeyword: '$seen' }],
    ['e3 e1', { operator: 'NOT', conditions: [{ hasKeyword: '$flagged' }, { minSize: 1000 }] }],
    ['e3 e1', { operator: 'OR', conditions: [{ inMailbox: 'bwork' }, { hasKeyword: '$seen' }] }],
    [
      'e1',
      {
        operator: 'AND',
        conditions: [{ ids: ['e1', 'e3'] }, { operator: 'NOT', conditions: [{ ids: ['e3'] }] }],
      },
    ],
    ['', { ids: [] }],
    ['e2 e1', { subject: 'plan' }],
    ['e1', { from: 'bob' }],
    ['e2', { from: 'каренина' }],
    ['e2', { cc: 'carl@z.org' }],
    ['e1', { to: 'me@x' }],
    ['', { bcc: 'me' }],
    ['e3', { text: 'договор' }],
    ['e3', { body: 'счет run' }],
    ['e1', { text: 'plan noon' }],
    ['e3', { text: 'invoi' }],
    ['', { text: '"* ) &' }],
    ['e2 e1', { operator: 'AND', conditions: [{ inMailbox: 'binbox' }, { text: 'plan' }] }],
  ])('find "%s" by %j', async (ids, filter) => {
    expect(await found(filter)).toBe(ids);
  });

  it.each([
    ['e1 e2 e3', { property: 'receivedAt' }],
    ['e3 e2 e1', { property: 'receivedAt', isAscending: false }],
    ['e1 e3 e2', { property: 'size' }],
    ['e2 e3 e1', { property: 'sentAt' }],
    ['e1 e3 e2', { property: 'from', collation: 'i;unicode-casemap' }],
    ['e3 e2 e1', { property: 'subject' }],
    ['e3 e2 e1', { property: 'to' }],
    ['e2 e3 e1', { property: 'hasKeyword', keyword: '$flagged', isAscending: false }],
    ['e2 e1 e3', { property: 'someInThreadHaveKeyword', keyword: '$seen', isAscending: false }],
  ])('are sorted "%s" by %j', async (ids, comparator) => {
    const sorted = await found(null, { sort: [comparator] });
    if (comparator.property === 'to') expect(sorted.split(' ').at(-1)).toBe('e1');
    else expect(sorted).toBe(ids);
  });

  it('show one Email of each Thread, the first in the order asked', async () => {
    expect(await found(null, { collapseThreads: true })).toBe('e3 e2');
    expect(await found({ inMailbox: 'binbox' }, { collapseThreads: true })).toBe('e2');
    expect(await found(null, { collapseThreads: true, sort: [{ property: 'receivedAt' }] })).toBe('e1 e3');
  });

  it('refuse what they do not know', async () => {
    await expect(found({ header: ['X-Spam'] })).rejects.toMatchObject({ code: 'unsupportedFilter' });
    await expect(found({ before: 'yesterday' })).rejects.toMatchObject({ code: 'unsupportedFilter' });
    await expect(found(null, { sort: [{ property: 'mood' }] })).rejects.toMatchObject({
      code: 'unsupportedSort',
    });
    await expect(found(null, { anchor: 'e9' })).rejects.toMatchObject({ code: 'anchorNotFound' });
    await expect(found({ inMailbox: 'binbox' }, { anchor: 'e3' })).rejects.toMatchObject({
      code: 'anchorNotFound',
    });
  });

  it('answer the newest hits of a text search, in the mailboxes named', async () => {
    const index = await filled();
    expect(await index.search({ text: 'x.org' }, null, 10)).toEqual(['e3', 'e1']);
    expect(await index.search({ text: 'x.org' }, null, 1)).toEqual(['e3']);
    expect(await index.search({ from: 'x.org' }, ['binbox'], 10)).toEqual(['e1']);
    expect(await index.search({ subject: 'plan', from: 'anna' }, null, 10)).toEqual(['e2']);
  });

  it('say when changes of a result cannot be followed', async () => {
    const index = await filled();
    const text = question({ filter: { text: 'plan' } });
    const { queryState, canCalculateChanges } = await index.query(text);
    expect(canCalculateChanges).toBe(false);
    for (const [query, state] of [
      [text, queryState],
      [question(), queryState],
      [question(), 'x.1.0.y'],
    ] as const) {
      await expect(index.queryChanges(query, state, null, null)).rejects.toMatchObject({
        code: 'cannotCalculateChanges',
      });
    }
  });
});
