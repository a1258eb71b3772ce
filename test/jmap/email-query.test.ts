/** RFC 8621 §3, §4.3-4.5 and §5: threads, changes, queries and snippets, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GetAnswer, KINDS, type SetAnswer, World } from './world';

interface Query {
  queryState: string;
  canCalculateChanges: boolean;
  position: number;
  ids: string[];
  total?: number;
  limit?: number;
}
interface QueryChanges {
  oldQueryState: string;
  newQueryState: string;
  total?: number;
  removed: string[];
  added: { id: string; index: number }[];
}
interface Changes {
  newState: string;
  hasMoreChanges: boolean;
  created: string[];
  updated: string[];
  destroyed: string[];
}

const DAY = 86_400_000;
const day = (days: number) => `${new Date(Date.UTC(2026, 0, 1) + days * DAY).toISOString().slice(0, 19)}Z`;

/** What is searched for: name, headers, body, where, when, keywords. */
const MAILS = {
  plan: {
    day: 1,
    to: 'team@example.org',
    subject: 'Plan for spring',
    body: 'We plant the violet seeds.',
    keywords: ['$seen'],
  },
  re: {
    day: 2,
    from: 'Zoe Last <zoe@example.net>',
    subject: 'Re: Plan for spring',
    body: 'No, the crimson ones.',
    keywords: ['$answered', '$seen'],
    reply: 'plan',
  },
  late: {
    day: 5,
    from: 'Amy First <amy@example.net>',
    subject: 'Re: Plan for spring',
    body: 'Agreed.',
    keywords: [],
    reply: 'plan',
  },
  bill: {
    day: 3,
    from: 'Shop <shop@example.com>',
    cc: 'office@example.org',
    subject: 'Invoice 7',
    body: 'x'.repeat(4000),
    keywords: ['$flagged'],
    attach: true,
  },
  list: {
    day: 4,
    from: '=?utf-8?q?=C3=84gir?= <aegir@example.org>',
    bcc: 'hidden@example.org',
    subject: '=?utf-8?q?Gr=C3=BC=C3=9Fe?=',
    body: 'Viele Grüße',
    keywords: ['custom'],
    header: 'X-Project: Garden and more',
  },
} as const;
type Name = keyof typeof MAILS;

function mime(name: Name): string {
  const mail: Record<string, unknown> = MAILS[name];
  const text = ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', mail.body];
  const parts = [
    '--b',
    ...text,
    '--b',
    'Content-Type: application/pdf; name=bill.pdf',
    'Content-Disposition: attachment',
    '',
    'PDF',
    '--b--',
  ];
  return [
    `From: ${mail.from ?? 'Ann <ann@example.org>'}`,
    `To: ${mail.to ?? 'Alice <alice@example.org>'}`,
    ...(mail.cc ? [`Cc: ${mail.cc}`] : []),
    ...(mail.bcc ? [`Bcc: ${mail.bcc}`] : []),
    `Subject: ${mail.subject}`,
    `Date: ${new Date(Date.parse(day(Number(mail.day)))).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${name}@query.example>`,
    ...(mail.reply
      ? [`In-Reply-To: <${mail.reply}@query.example>`, `References: <${mail.reply}@query.example>`]
      : []),
    ...(mail.header ? [String(mail.header)] : []),
    'MIME-Version: 1.0',
    ...(mail.attach ? ['Content-Type: multipart/mixed; boundary=b', '', ...parts] : text),
    '',
  ].join('\n');
}

describe.each(KINDS)('queries of an %s account', (kind) => {
  let jmap: World;
  let box: string;
  let other: string;
  let ids: Record<Name, string>;
  beforeAll(async () => {
    jmap = await World.open(kind);
    box = await jmap.makeMailbox('Queried');
    other = await jmap.makeMailbox('Beside');
    const entries: [Name, string][] = [];
    for (const name of Object.keys(MAILS) as Name[]) {
      const mailboxIds = {
        [name === 're' ? other : box]: true,
        ...(name === 'list' ? { [other]: true } : {}),
      };
      const keywords = Object.fromEntries(MAILS[name].keywords.map((keyword) => [keyword, true]));
      const receivedAt = day(MAILS[name].day);
      entries.push([name, await jmap.importEmail(mime(name), { mailboxIds, keywords, receivedAt })]);
    }
    ids = Object.fromEntries(entries) as Record<Name, string>;
  });
  afterAll(() => jmap?.close());

  const query = (args: object = {}) => jmap.call<Query>('Email/query', args);
  const nameOf = (id: string) => Object.entries(ids).find(([, each]) => each === id)?.[0] ?? id;
  const found = async (args: object) => (await query(args)).ids.map(nameOf);

  describe('§4.4.1 filters', () => {
    it.each<[object | null, Name[]]>([
      [null, ['plan', 're', 'bill', 'list', 'late']],
      [{}, ['plan', 're', 'bill', 'list', 'late']],
      [{ inMailbox: 'OTHER' }, ['re', 'list']],
      [{ inMailbox: 'bnone' }, []],
      [{ inMailboxOtherThan: ['BOX'] }, ['re', 'list']],
      [{ inMailboxOtherThan: ['BOX', 'OTHER'] }, []],
      [{ before: day(3) }, ['plan', 're']],
      [{ after: day(3) }, ['bill', 'list', 'late']],
      [{ after: day(2), before: day(4) }, ['re', 'bill']],
      [{ minSize: 4000 }, ['bill']],
      [{ maxSize: 4000 }, ['plan', 're', 'list', 'late']],
      [{ hasKeyword: '$seen' }, ['plan', 're']],
      [{ hasKeyword: '$SEEN' }, ['plan', 're']],
      [{ hasKeyword: 'custom' }, ['list']],
      [{ notKeyword: '$seen' }, ['bill', 'list', 'late']],
      [{ allInThreadHaveKeyword: '$flagged' }, ['bill']],
      [{ allInThreadHaveKeyword: '$seen' }, []],
      [{ someInThreadHaveKeyword: '$answered' }, ['plan', 're', 'late']],
      [{ noneInThreadHaveKeyword: '$answered' }, ['bill', 'list']],
      [{ hasAttachment: true }, ['bill']],
      [{ hasAttachment: false }, ['plan', 're', 'list', 'late']],
      [{ text: 'violet' }, ['plan']],
      [{ text: 'PLAN' }, ['plan', 're', 'late']],
      [{ text: 'zoe' }, ['re']],
      [{ text: '"Plan for spring"' }, ['plan', 're', 'late']],
      [{ body: "'the violet' plant" }, ['plan']],
      [{ text: 'plan spring' }, ['plan', 're', 'late']],
      [{ from: 'zoe@example.net' }, ['re']],
      [{ from: 'Amy First' }, ['late']],
      [{ from: 'Ägir' }, ['list']],
      [{ to: 'team@example.org' }, ['plan']],
      [{ cc: 'office' }, ['bill']],
      [{ bcc: 'hidden' }, ['list']],
      [{ subject: 'invoice' }, ['bill']],
      [{ subject: 'Grüße' }, ['list']],
      [{ body: 'crimson' }, ['re']],
      [{ body: 'Invoice' }, []],
      [{ header: ['X-Project'] }, ['list']],
      [{ header: ['x-project', 'garden'] }, ['list']],
      [{ header: ['X-Project', 'house'] }, []],
      [{ inMailbox: 'BOX', hasKeyword: '$seen', subject: 'plan' }, ['plan']],
      [{ operator: 'AND', conditions: [{ inMailbox: 'BOX' }, { from: 'example.net' }] }, ['late']],
      [{ operator: 'OR', conditions: [{ hasKeyword: 'custom' }, { body: 'crimson' }] }, ['re', 'list']],
      [{ operator: 'NOT', conditions: [{ text: 'plan' }, { hasKeyword: '$flagged' }] }, ['list']],
      [
        {
          operator: 'AND',
          conditions: [{ operator: 'NOT', conditions: [{ inMailbox: 'OTHER' }] }, { after: day(2) }],
        },
        ['bill', 'late'],
      ],
      [{ operator: 'AND', conditions: [] }, ['plan', 're', 'bill', 'list', 'late']],
      [{ operator: 'OR', conditions: [] }, []],
    ])('%j', async (filter, expected) => {
      const text = JSON.stringify(filter).replaceAll('OTHER', other).replaceAll('BOX', box);
      const sort = [{ property: 'receivedAt' }];
      expect(await found({ filter: JSON.parse(text), sort })).toEqual(expected);
    });

    it('a phrase has its words in their order', async () => {
      expect(await found({ filter: { text: '"spring plan"' } })).toEqual([]);
    });

    it.each<[object, string]>([
      [{ inMailbox: 1 }, 'invalidArguments'],
      [{ minSize: -1 }, 'invalidArguments'],
      [{ header: [] }, 'invalidArguments'],
      [{ header: ['a', 'b', 'c'] }, 'invalidArguments'],
      [{ before: '2026-01-01' }, 'invalidArguments'],
      [{ operator: 'AND' }, 'invalidArguments'],
      [{ operator: 'AND', conditions: [{ colour: 1 }] }, 'unsupportedFilter'],
    ])('%j is refused', async (filter, type) => {
      expect(await jmap.error('Email/query', { filter })).toBe(type);
    });
  });

  describe('§4.4.2 sorts', () => {
    it.each<[object[], Name[]]>([
      [[{ property: 'receivedAt' }], ['plan', 're', 'bill', 'list', 'late']],
      [[{ property: 'receivedAt', isAscending: false }], ['late', 'list', 'bill', 're', 'plan']],
      [[{ property: 'sentAt', isAscending: false }], ['late', 'list', 'bill', 're', 'plan']],
      [[{ property: 'from' }], ['late', 'plan', 'list', 'bill', 're']],
      [[{ property: 'from', isAscending: false }], ['re', 'bill', 'list', 'plan', 'late']],
      [
        [{ property: 'subject' }, { property: 'receivedAt' }],
        ['list', 'bill', 'plan', 're', 'late'],
      ],
      [
        [{ property: 'hasKeyword', keyword: '$flagged', isAscending: false }, { property: 'receivedAt' }],
        ['bill', 'plan', 're', 'list', 'late'],
      ],
      [
        [{ property: 'someInThreadHaveKeyword', keyword: '$answered' }, { property: 'receivedAt' }],
        ['bill', 'list', 'plan', 're', 'late'],
      ],
      [
        [
          { property: 'allInThreadHaveKeyword', keyword: '$flagged', isAscending: false },
          { property: 'receivedAt', isAscending: false },
        ],
        ['bill', 'late', 'list', 're', 'plan'],
      ],
    ])('%j', async (sort, expected) => {
      expect(await found({ sort })).toEqual(expected);
    });

    it('by size and by to', async () => {
      expect((await found({ sort: [{ property: 'size', isAscending: false }] }))[0]).toBe('bill');
      expect((await found({ sort: [{ property: 'to', isAscending: false }] }))[0]).toBe('plan');
    });

    it.each<[object, string]>([
      [{ property: 'hasKeyword' }, 'invalidArguments'],
      [{ property: 'nothing' }, 'unsupportedSort'],
      [{ property: 'subject', collation: 'i;nothing' }, 'unsupportedSort'],
      [{ isAscending: true }, 'invalidArguments'],
    ])('%j is refused', async (comparator, type) => {
      expect(await jmap.error('Email/query', { sort: [comparator] })).toBe(type);
    });

    it('takes each collation that the session names', async () => {
      const core = jmap.session.capabilities['urn:ietf:params:jmap:core'];
      for (const collation of (core?.collationAlgorithms ?? []) as string[])
        expect(await found({ sort: [{ property: 'from', collation }] })).toHaveLength(5);
    });
  });

  describe('§4.4.3 collapsed threads', () => {
    it('show the first of each in the order of the sort', async () => {
      const newest = [{ property: 'receivedAt', isAscending: false }];
      expect(await found({ sort: newest, collapseThreads: true })).toEqual(['late', 'list', 'bill']);
      const oldest = [{ property: 'receivedAt' }];
      expect(await query({ sort: oldest, collapseThreads: true, calculateTotal: true })).toMatchObject({
        ids: [ids.plan, ids.bill, ids.list],
        total: 3,
      });
      expect(await found({ filter: { inMailbox: other }, sort: oldest, collapseThreads: true })).toEqual([
        're',
        'list',
      ]);
    });
  });

  describe('RFC 8620 §5.5 windows', () => {
    const sort = [{ property: 'receivedAt' }];
    it.each<[object, object]>([
      [
        { position: 1, limit: 2 },
        { position: 1, ids: ['re', 'bill'] },
      ],
      [{ position: -2 }, { position: 3, ids: ['list', 'late'] }],
      [
        { position: -50, limit: 1 },
        { position: 0, ids: ['plan'] },
      ],
      [{ position: 5 }, { ids: [] }],
      [{ limit: 0 }, { position: 0, ids: [] }],
      [{ anchor: 'bill' }, { position: 2, ids: ['bill', 'list', 'late'] }],
      [
        { anchor: 'bill', anchorOffset: -1, limit: 2 },
        { position: 1, ids: ['re', 'bill'] },
      ],
      [
        { anchor: 'bill', anchorOffset: 1, limit: 1 },
        { position: 3, ids: ['list'] },
      ],
      [
        { anchor: 'bill', anchorOffset: -9, limit: 1 },
        { position: 0, ids: ['plan'] },
      ],
      [
        { anchor: 'bill', position: 4, limit: 1 },
        { position: 2, ids: ['bill'] },
      ],
    ])('%j', async (args, expected) => {
      const anchor = 'anchor' in args ? { anchor: ids[args.anchor as Name] } : {};
      const answer = await query({ sort, ...args, ...anchor });
      expect({ ...answer, ids: answer.ids.map(nameOf) }).toMatchObject(expected);
    });

    it('have a total and a limit only where there is one to tell', async () => {
      expect(await query({ limit: 3 })).not.toHaveProperty('total');
      expect(await query({ limit: 3 })).not.toHaveProperty('limit');
      expect(await query({ calculateTotal: true, limit: 1 })).toMatchObject({ total: 5 });
      expect(await query({ limit: 100_000 })).toMatchObject({ limit: 500 });
    });

    it('need an anchor that is in the results', async () => {
      expect(await jmap.error('Email/query', { filter: { inMailbox: other }, anchor: ids.plan })).toBe(
        'anchorNotFound',
      );
    });
  });

  describe('§4.5 queryChanges, §4.3 changes, §3 threads', () => {
    const questions: object[] = [
      { filter: null, sort: [{ property: 'receivedAt', isAscending: false }] },
      { filter: { hasKeyword: '$seen' }, sort: [{ property: 'subject' }, { property: 'receivedAt' }] },
      {
        filter: { operator: 'NOT', conditions: [{ hasKeyword: '$flagged' }] },
        sort: [{ property: 'hasKeyword', keyword: '$seen' }, { property: 'receivedAt' }],
      },
      { filter: null, sort: [{ property: 'receivedAt', isAscending: false }], collapseThreads: true },
    ];

    it.each(questions)('follow %j', async (question) => {
      const args = JSON.parse(JSON.stringify(question));
      const before = await query(args);
      expect(before.canCalculateChanges).toBe(true);
      const since = { ...args, sinceQueryState: before.queryState };
      expect(await jmap.call<QueryChanges>('Email/queryChanges', since)).toMatchObject({
        removed: [],
        added: [],
      });
      const mailboxIds = { [box]: true };
      const added = await jmap.importEmail(mime('late').replace('<late@', `<${crypto.randomUUID()}@`), {
        mailboxIds,
        receivedAt: day(9),
        keywords: { $seen: true },
      });
      await jmap.call<SetAnswer>('Email/set', {
        update: { [ids.bill]: { 'keywords/$flagged': null }, [ids.plan]: { 'keywords/$seen': null } },
      });
      const changes = await jmap.call<QueryChanges>('Email/queryChanges', { ...since, calculateTotal: true });
      const after = await query({ ...args, calculateTotal: true });
      expect(changes.total).toBe(after.total);
      expect(changes.newQueryState).toBe(after.queryState);
      expect(applied(before.ids, changes)).toEqual(after.ids);
      expect(await jmap.error('Email/queryChanges', { ...since, maxChanges: 1 })).toBe('tooManyChanges');
      await jmap.call<SetAnswer>('Email/set', {
        destroy: [added],
        update: { [ids.bill]: { 'keywords/$flagged': true }, [ids.plan]: { 'keywords/$seen': true } },
      });
      const back = await jmap.call<QueryChanges>('Email/queryChanges', {
        ...args,
        sinceQueryState: after.queryState,
        upToId: after.ids.at(-1),
      });
      expect(applied(after.ids, back)).toEqual(before.ids);
    });

    it('are not promised where words are searched for', async () => {
      const { canCalculateChanges, queryState } = await query({ filter: { text: 'plan' } });
      expect(canCalculateChanges).toBe(false);
      expect(
        await jmap.error('Email/queryChanges', { filter: { text: 'plan' }, sinceQueryState: queryState }),
      ).toBe('cannotCalculateChanges');
    });

    it('are not of another question', async () => {
      const { queryState } = await query({ filter: { hasKeyword: '$seen' } });
      expect(
        await jmap.error('Email/queryChanges', {
          filter: { hasKeyword: '$draft' },
          sinceQueryState: queryState,
        }),
      ).toBe('cannotCalculateChanges');
    });

    it('tell of emails made, changed and destroyed, in pages that end', async () => {
      const { state } = await jmap.call<GetAnswer>('Email/get', { ids: [] });
      const made = await jmap.importEmail('From: a@example.org\nSubject: made\n\nx\n');
      await jmap.call<SetAnswer>('Email/set', { update: { [ids.list]: { 'keywords/$seen': true } } });
      const changes = await jmap.call<Changes>('Email/changes', { sinceState: state });
      expect(changes).toMatchObject({
        hasMoreChanges: false,
        created: [made],
        updated: [ids.list],
        destroyed: [],
      });
      const first = await jmap.call<Changes>('Email/changes', { sinceState: state, maxChanges: 1 });
      expect(first).toMatchObject({ hasMoreChanges: true });
      expect(first.created.length + first.updated.length).toBe(1);
      const rest = await jmap.call<Changes>('Email/changes', { sinceState: first.newState, maxChanges: 1 });
      expect(rest).toMatchObject({ hasMoreChanges: false, newState: changes.newState });
      await jmap.call<SetAnswer>('Email/set', {
        destroy: [made],
        update: { [ids.list]: { 'keywords/$seen': null } },
      });
      expect(await jmap.call<Changes>('Email/changes', { sinceState: changes.newState })).toMatchObject({
        destroyed: [made],
        created: [],
      });
      expect(await jmap.call<Changes>('Email/changes', { sinceState: state })).toMatchObject({
        destroyed: [],
        created: [],
      });
    });

    it('tell of threads that grew, and the thread has its emails oldest first', async () => {
      const { threadId } = await jmap.email(ids.plan, { properties: ['threadId'] });
      const { state, list } = await jmap.call<GetAnswer>('Thread/get', { ids: [threadId, 'tnone'] });
      expect(list).toEqual([{ id: threadId, emailIds: [ids.plan, ids.re, ids.late] }]);
      const grown = await jmap.importEmail(mime('late').replace('<late@', '<grown@'), {
        mailboxIds: { [box]: true },
        receivedAt: day(8),
      });
      const changes = await jmap.call<Changes>('Thread/changes', { sinceState: state });
      expect(changes).toMatchObject({ created: [], updated: [threadId], destroyed: [] });
      const after = await jmap.call<GetAnswer>('Thread/get', { ids: [threadId], properties: ['emailIds'] });
      expect(after.list).toEqual([{ id: threadId, emailIds: [ids.plan, ids.re, ids.late, grown] }]);
      await jmap.call<SetAnswer>('Email/set', { destroy: [grown] });
    });
  });

  describe('§5 snippets', () => {
    const snippets = (filter: object | null, emailIds: string[]) =>
      jmap.call<{
        list: { emailId: string; subject: string | null; preview: string | null }[];
        notFound: string[] | null;
      }>('SearchSnippet/get', { filter, emailIds });

    it('mark the words in subject and text, and nothing else', async () => {
      const { list, notFound } = await snippets({ text: 'violet plan' }, [ids.plan]);
      expect(list).toEqual([
        {
          emailId: ids.plan,
          subject: '<mark>Plan</mark> for spring',
          preview: 'We <mark>plan</mark>t the <mark>violet</mark> seeds.',
        },
      ]);
      expect(notFound).toBeNull();
    });

    it('are null where nothing matched or nothing was asked', async () => {
      expect((await snippets({ text: 'crimson' }, [ids.plan])).list).toEqual([
        { emailId: ids.plan, subject: null, preview: null },
      ]);
      expect((await snippets(null, [ids.plan])).list).toEqual([
        { emailId: ids.plan, subject: null, preview: null },
      ]);
      expect((await snippets({ subject: 'plan' }, [ids.plan])).list).toMatchObject([{ preview: null }]);
    });

    it('tell what was not found, and refuse filters like a query', async () => {
      expect(await snippets({ text: 'x' }, ['enone'])).toMatchObject({ list: [], notFound: ['enone'] });
      expect(await jmap.error('SearchSnippet/get', { filter: { colour: 1 }, emailIds: [] })).toBe(
        'unsupportedFilter',
      );
    });

    it('escape what the mail says', async () => {
      const id = await jmap.importEmail('From: a@example.org\nSubject: <b>needle</b> & co\n\nx\n');
      const { list } = await snippets({ subject: 'needle' }, [id]);
      expect(list[0]?.subject).toBe('&lt;b&gt;<mark>needle</mark>&lt;/b&gt; &amp; co');
      await jmap.call<SetAnswer>('Email/set', { destroy: [id] });
    });
  });
});

function applied(before: string[], { removed, added }: QueryChanges): string[] {
  const after = before.filter((id) => !removed.includes(id));
  for (const { id, index } of added) after.splice(index, 0, id);
  return after;
}
