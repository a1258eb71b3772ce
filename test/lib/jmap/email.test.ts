import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Blobs } from '@/lib/account/blobs';
import type { Email, JsonObject, Thread } from '@/lib/jmap/types';
import { mixedMessage, PDF, plainMessage } from '@/test/contract/messages';
import {
  type ChangesAnswer,
  type Fixture,
  type GetAnswer,
  openFixture,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

type Got = Partial<Email> & JsonObject & { id: string };

describe.each(['local', 'imap'] as const)('emails of a %s account', (kind) => {
  let jmap: Fixture;
  beforeAll(async () => {
    jmap = await openFixture(kind);
  });
  afterAll(() => jmap?.close());

  async function get(id: string, args: JsonObject = {}): Promise<Got> {
    const { list } = await jmap.call<GetAnswer<Got>>('Email/get', { ids: [id], ...args });
    const [email] = list;
    if (!email) throw new Error('not found');
    return email;
  }
  const update = (id: string, patch: JsonObject) =>
    jmap.call<SetAnswer>('Email/set', { update: { [id]: patch } });
  const blobs = async () => new Blobs(await jmap.runtime.accounts.open(jmap.accountId), jmap.runtime.uploads);

  describe('get', () => {
    it('gives all default properties of RFC 8621 §4.2 and no others', async () => {
      const id = await jmap.importEmail(mixedMessage('All of it'));
      const email = await get(id, { fetchTextBodyValues: true, fetchHTMLBodyValues: true });
      expect(email).toMatchObject({
        subject: 'All of it',
        from: [{ name: 'Ann Example', email: 'ann@example.org' }],
        to: [{ name: null, email: 'bob@example.com' }],
        cc: null,
        hasAttachment: true,
        keywords: {},
        preview: 'The plain words.',
      });
      expect(Object.keys(email)).toHaveLength(24);
      const [text] = email.textBody ?? [];
      const [html] = email.htmlBody ?? [];
      expect(email.bodyValues?.[text?.partId ?? '']).toEqual({
        value: 'The plain words.',
        isEncodingProblem: false,
        isTruncated: false,
      });
      expect(email.bodyValues?.[html?.partId ?? '']?.value).toContain('<b>rich</b>');
      expect(email.attachments).toMatchObject([
        { name: 'plan.pdf', type: 'application/pdf', disposition: 'attachment' },
      ]);
      const pdf = await (await blobs()).read(email.attachments?.[0]?.blobId ?? '');
      expect(pdf.equals(PDF)).toBe(true);
    });

    it('gives header properties in every form, and with :all in an array', async () => {
      const headers = ['List-Unsubscribe: <https://example.org/u>', 'X-Two: 1', 'X-Two: =?utf-8?q?=C3=A9?='];
      const id = await jmap.importEmail(plainMessage('Forms', 'x', headers));
      const email = await get(id, {
        properties: [
          'header:Subject',
          'header:subject:asText',
          'header:From:asAddresses',
          'header:To:asGroupedAddresses',
          'header:List-Unsubscribe:asURLs',
          'header:X-Two:asText',
          'header:X-Two:asRaw:all',
          'header:X-None:asText',
          'header:X-None:all',
          'header:Date:asDate',
        ],
      });
      expect(email).toEqual({
        id,
        'header:Subject': ' Forms',
        'header:subject:asText': 'Forms',
        'header:From:asAddresses': [{ name: 'Ann Example', email: 'ann@example.org' }],
        'header:To:asGroupedAddresses': [
          { name: null, addresses: [{ name: 'Bob Example', email: 'bob@example.com' }] },
        ],
        'header:List-Unsubscribe:asURLs': ['https://example.org/u'],
        'header:X-Two:asText': 'é',
        'header:X-Two:asRaw:all': [' 1', ' =?utf-8?q?=C3=A9?='],
        'header:X-None:asText': null,
        'header:X-None:all': [],
        'header:Date:asDate': '2026-11-03T10:00:00+01:00',
      });
    });

    it.each(['header:From:asDate', 'header:Subject:asNothing', 'header:', 'header:a:b:c:d', 'colour'])(
      'refuses the property %s',
      async (property) => {
        expect(await jmap.refusal('Email/get', { ids: [], properties: [property] })).toBe('invalidArguments');
      },
    );

    it('gives the structure with the body properties asked, and headers of parts', async () => {
      const id = await jmap.importEmail(mixedMessage('Tree'));
      const { bodyStructure } = await get(id, {
        properties: ['bodyStructure'],
        bodyProperties: ['partId', 'type', 'subParts', 'header:Content-Type:asText'],
      });
      expect(bodyStructure).toMatchObject({
        partId: null,
        type: 'multipart/mixed',
        subParts: [
          { type: 'multipart/alternative', subParts: [{ partId: '1.1' }, { partId: '1.2' }] },
          {
            partId: '2',
            type: 'application/pdf',
            'header:Content-Type:asText': 'application/pdf; name="plan.pdf"',
          },
        ],
      });
    });

    it('cuts body values at a character', async () => {
      const id = await jmap.importEmail(plainMessage('Cut', 'Привет, мир'));
      const { bodyValues } = await get(id, {
        properties: ['bodyValues'],
        fetchAllBodyValues: true,
        maxBodyValueBytes: 5,
      });
      expect(Object.values(bodyValues ?? {})).toEqual([
        { value: 'Пр', isEncodingProblem: false, isTruncated: true },
      ]);
    });

    it('has a limit of objects, and needs ids', async () => {
      const ids = Array.from({ length: 501 }, (_, index) => `e${index}`);
      expect(await jmap.refusal('Email/get', { ids })).toBe('requestTooLarge');
      expect(await jmap.refusal('Email/get')).toBe('requestTooLarge');
    });
  });

  describe('set', () => {
    it('changes keywords by difference, in one case', async () => {
      const id = await jmap.importEmail(plainMessage('Keywords', 'x'), 'inbox', ['$flagged']);
      expect((await update(id, { 'keywords/$Seen': true, 'keywords/$flagged': null })).updated).toEqual({
        [id]: null,
      });
      expect((await get(id, { properties: ['keywords'] })).keywords).toEqual({ $seen: true });
      await update(id, { keywords: { $answered: true } });
      expect((await get(id, { properties: ['keywords'] })).keywords).toEqual({ $answered: true });
    });

    it('moves and keeps the id', async () => {
      const id = await jmap.importEmail(plainMessage('Moves', 'x'));
      const archive = await jmap.mailbox('archive');
      expect((await update(id, { mailboxIds: { [archive.id]: true } })).notUpdated).toBeNull();
      expect((await get(id, { properties: ['mailboxIds'] })).mailboxIds).toEqual({ [archive.id]: true });
    });

    it.each([
      ['no mailbox', { mailboxIds: {} }, 'invalidProperties'],
      ['an unknown mailbox', { 'mailboxIds/bnone': true }, 'invalidProperties'],
      ['a bad keyword', { 'keywords/a b': true }, 'invalidProperties'],
      ['a false value', { 'keywords/$seen': false }, 'invalidProperties'],
      ['another property', { subject: 'other' }, 'invalidProperties'],
      ['a patch within a patch', { keywords: {}, 'keywords/$seen': true }, 'invalidPatch'],
    ])('refuses %s', async (_what, patch, type) => {
      const id = await jmap.importEmail(plainMessage('Refused', 'x'));
      expect((await update(id, patch as unknown as JsonObject)).notUpdated?.[id]?.type).toBe(type);
    });

    it('destroys for ever; what is not there is not found', async () => {
      const id = await jmap.importEmail(plainMessage('Gone', 'x'));
      const { destroyed, notDestroyed } = await jmap.call<SetAnswer>('Email/set', { destroy: [id, 'enone'] });
      expect(destroyed).toEqual([id]);
      expect(notDestroyed?.enone?.type).toBe('notFound');
      expect((await jmap.call<GetAnswer<Got>>('Email/get', { ids: [id] })).notFound).toEqual([id]);
    });

    it('does not update what it destroys', async () => {
      const id = await jmap.importEmail(plainMessage('Both', 'x'));
      const answer = await jmap.call<SetAnswer>('Email/set', {
        update: { [id]: { 'keywords/$seen': true } },
        destroy: [id],
      });
      expect(answer.notUpdated?.[id]?.type).toBe('willDestroy');
      expect(answer.destroyed).toEqual([id]);
    });
  });

  describe('create', () => {
    const create = async (email: object) => {
      const drafts = await jmap.mailbox('drafts');
      const object = { mailboxIds: { [drafts.id]: true }, ...email } as unknown as JsonObject;
      return jmap.call<SetAnswer>('Email/set', { create: { d: object } });
    };

    it('writes text, HTML, an inline picture and an attachment; what is read back is what was given', async () => {
      const blobId = await jmap.upload(PDF);
      const { created, notCreated } = await create({
        keywords: { $draft: true, $seen: true },
        from: [{ name: 'Älice', email: 'alice@example.org' }],
        to: [{ name: null, email: 'bob@example.com' }],
        bcc: [{ email: 'secret@example.com' }],
        subject: 'Проверка',
        inReplyTo: ['one@example.org'],
        'header:X-Mood:asText': 'fröhlich',
        textBody: [{ partId: 't', type: 'text/plain' }],
        htmlBody: [{ partId: 'h', type: 'text/html' }],
        attachments: [
          { blobId, type: 'image/png', name: 'a.png', cid: 'pic@x', disposition: 'inline' },
          { blobId, type: 'application/pdf', name: 'Счёт.pdf' },
        ],
        bodyValues: { t: { value: 'Привет' }, h: { value: '<p>Привет</p>' } },
      });
      expect(notCreated).toBeNull();
      const id = created?.d?.id ?? '';
      expect(Object.keys(created?.d ?? {}).sort()).toEqual(['blobId', 'id', 'size', 'threadId']);
      const properties = [
        'subject',
        'from',
        'bcc',
        'inReplyTo',
        'keywords',
        'textBody',
        'htmlBody',
        'attachments',
      ];
      const email = await get(id, {
        properties: [...properties, 'bodyValues', 'header:X-Mood:asText'],
        fetchTextBodyValues: true,
      });
      expect(email).toMatchObject({
        subject: 'Проверка',
        from: [{ name: 'Älice', email: 'alice@example.org' }],
        bcc: [{ name: null, email: 'secret@example.com' }],
        inReplyTo: ['one@example.org'],
        keywords: { $draft: true, $seen: true },
        'header:X-Mood:asText': 'fröhlich',
        attachments: [{ cid: 'pic@x' }, { name: 'Счёт.pdf', disposition: 'attachment' }],
      });
      expect(Object.values(email.bodyValues ?? {})[0]?.value).toBe('Привет');
      const pdf = await (await blobs()).read(email.attachments?.[1]?.blobId ?? '');
      expect(pdf.equals(PDF)).toBe(true);
    });

    it('writes the structure that was given', async () => {
      const { created } = await create({
        subject: 'Structure',
        bodyStructure: {
          type: 'multipart/alternative',
          subParts: [
            { partId: 'a', type: 'text/plain', 'header:Content-Description': ' plain' },
            { partId: 'b', type: 'text/html' },
          ],
        },
        bodyValues: { a: { value: 'a' }, b: { value: '<i>b</i>' } },
      });
      const { bodyStructure } = await get(created?.d?.id ?? '', { properties: ['bodyStructure'] });
      expect(bodyStructure).toMatchObject({
        type: 'multipart/alternative',
        subParts: [{ type: 'text/plain' }, { type: 'text/html' }],
      });
    });

    it.each([
      ['no mailbox', { mailboxIds: {} }, ['mailboxIds']],
      ['a property of the server', { size: 3 }, ['size']],
      ['the headers property', { headers: [] }, ['headers']],
      ['a field twice', { subject: 'a', 'header:Subject:asText': 'b' }, ['subject', 'header:Subject:asText']],
      ['a Content field', { 'header:Content-Type': ' text/html' }, ['header:Content-Type']],
      [
        'structure and lists',
        { bodyStructure: { partId: 'a' }, textBody: [] },
        ['bodyStructure', 'textBody'],
      ],
      [
        'two texts',
        { textBody: [{ partId: 'a' }, { partId: 'a' }], bodyValues: { a: { value: '' } } },
        ['textBody'],
      ],
      ['partId and blobId', { bodyStructure: { partId: 'a', blobId: 'b' } }, ['bodyStructure']],
      ['no such value', { textBody: [{ partId: 'a' }] }, ['textBody']],
      ['a truncated value', { bodyValues: { a: { value: '', isTruncated: true } } }, ['bodyValues']],
      [
        'a charset of a text',
        { textBody: [{ partId: 'a', charset: 'utf-8' }], bodyValues: { a: { value: '' } } },
        ['textBody'],
      ],
      [
        'a transfer encoding',
        {
          textBody: [{ partId: 'a', 'header:Content-Transfer-Encoding': ' 8bit' }],
          bodyValues: { a: { value: '' } },
        },
        ['header:Content-Transfer-Encoding'],
      ],
    ])('refuses %s', async (_what, email, properties) => {
      const { notCreated } = await create(email);
      expect(notCreated?.d).toMatchObject({ type: 'invalidProperties', properties });
    });

    it('S17: does not let a line break into a header', async () => {
      const { created, notCreated } = await create({
        subject: 'a\r\nBcc: evil@example.org',
        to: [{ email: 'b@x.org\r\nCc: c@x.org' }],
      });
      if (created?.d)
        expect(await get(created.d.id, { properties: ['bcc', 'cc'] })).toMatchObject({ bcc: null, cc: null });
      else expect(notCreated?.d?.type).toBe('invalidProperties');
    });

    it('names every blob that is missing', async () => {
      const missing = ['0', '1'].map((digit) => `u${digit.repeat(64)}`);
      const there = await jmap.upload(PDF);
      const attachments = [...missing, there].map((blobId) => ({ blobId, type: 'image/png' }));
      const { notCreated } = await create({ attachments });
      expect(notCreated?.d).toMatchObject({ type: 'blobNotFound', notFound: missing });
    });

    it('attaches a blob that was made in the same request (RFC 8620 §5.3)', async () => {
      const email = {
        mailboxIds: { [(await jmap.mailbox('drafts')).id]: true },
        attachments: [{ blobId: '#file', type: 'text/csv', name: 'a.csv' }],
      };
      const { methodResponses } = await jmap.request([
        ['Blob/upload', { create: { file: { data: [{ 'data:asText': 'a;b' }] } } }, 'u'],
        ['Email/set', { create: { d: email } }, 's'],
      ]);
      const answer = methodResponses[1]?.[1] as unknown as SetAnswer | undefined;
      expect(answer?.notCreated).toBeNull();
      const { attachments } = await get(answer?.created?.d?.id ?? '', { properties: ['attachments'] });
      expect((await (await blobs()).read(attachments?.[0]?.blobId ?? '')).toString()).toBe('a;b');
    });

    it.each([
      ['to', [{ email: 'a@b\r\nBcc: c@d' }]],
      ['subject', 'a\0b'],
      ['sentAt', 'yesterday'],
      ['messageId', ['a b']],
      ['header:X-Seen:asDate', 'never'],
    ])('tells what is wrong with %s by that name', async (property, value) => {
      const { notCreated } = await create({ [property]: value });
      expect(notCreated?.d).toMatchObject({ type: 'invalidProperties', properties: [property] });
    });
  });

  describe('query and changes', () => {
    it('pages by position and anchor, newest first, with total only if asked', async () => {
      const archive = (await jmap.mailbox('archive')).id;
      const ids: string[] = [];
      for (const hour of ['10', '11', '12']) {
        const blobId = await jmap.upload(plainMessage(`Page ${hour}`, 'x'));
        const receivedAt = `2001-10-01T${hour}:00:00Z`;
        const { created } = await jmap.call<SetAnswer>('Email/import', {
          emails: { e: { blobId, mailboxIds: { [archive]: true }, receivedAt } },
        });
        ids.unshift(created?.e?.id ?? '');
      }
      const filter = { inMailbox: archive, before: '2001-10-02T00:00:00Z' };
      const query = (args: JsonObject) => jmap.call<QueryAnswer>('Email/query', { filter, ...args });
      expect(await query({ calculateTotal: true })).toMatchObject({ ids, position: 0, total: 3, limit: 500 });
      expect(await query({ limit: 1, position: -1 })).toMatchObject({ ids: [ids[2]], position: 2 });
      expect((await query({ limit: 1, position: -1 })).total).toBeUndefined();
      expect(await query({ anchor: ids[1] ?? '', anchorOffset: -1, limit: 2 })).toMatchObject({
        ids: ids.slice(0, 2),
      });
      expect(await query({ sort: [{ property: 'subject' }] })).toMatchObject({ ids: [...ids].reverse() });
      expect(await jmap.refusal('Email/query', { filter, anchor: 'enone' })).toBe('anchorNotFound');
      expect(await jmap.refusal('Email/query', { sort: [{ property: 'color' }] })).toBe('unsupportedSort');
      expect(await jmap.refusal('Email/query', { filter: { color: 'red' } })).toBe('unsupportedFilter');
      expect(await jmap.refusal('Email/query', { filter: { before: 'yesterday' } })).toBe('invalidArguments');
    });

    it('tells what changed in the account and in a list', async () => {
      const inbox = (await jmap.mailbox('inbox')).id;
      const args = { filter: { inMailbox: inbox } };
      const before = await jmap.call<QueryAnswer>('Email/query', args);
      const { state } = await jmap.call<GetAnswer<Got>>('Email/get', { ids: [] });
      const id = await jmap.importEmail(plainMessage('News', 'x'));
      const changes = await jmap.call<ChangesAnswer>('Email/changes', { sinceState: state });
      expect(changes).toMatchObject({ created: [id], destroyed: [] });
      if (!before.canCalculateChanges) return;
      const list = await jmap.call<{ added: { id: string; index: number }[] }>('Email/queryChanges', {
        ...args,
        sinceQueryState: before.queryState,
      });
      expect(list.added).toContainEqual({ id, index: 0 });
      expect(await jmap.refusal('Email/changes', { sinceState: 'nonsense' })).toBe('cannotCalculateChanges');
    });

    it('finds words with the conditions around them', async () => {
      const id = await jmap.importEmail(plainMessage('Quarterly wombat', 'nothing'), 'inbox', ['$flagged']);
      const other = await jmap.importEmail(plainMessage('Another wombat', 'nothing'), 'inbox');
      const ids = async (filter: JsonObject) => (await jmap.call<QueryAnswer>('Email/query', { filter })).ids;
      expect(new Set(await ids({ text: 'wombat' }))).toEqual(new Set([id, other]));
      expect(await ids({ subject: 'wombat', hasKeyword: '$flagged' })).toEqual([id]);
      const not = { operator: 'NOT', conditions: [{ hasKeyword: '$flagged' }] };
      expect(await ids({ operator: 'AND', conditions: [{ text: 'wombat' }, not] })).toEqual([other]);
      const snippets = await jmap.call<{ list: JsonObject[] }>('SearchSnippet/get', {
        filter: { text: 'wombat' },
        emailIds: [id],
      });
      expect(snippets.list).toEqual([
        { emailId: id, subject: 'Quarterly <mark>wombat</mark>', preview: null },
      ]);
    });

    it('gathers a conversation, oldest first', async () => {
      const first = await jmap.importEmail(plainMessage('Talk', 'x', ['References: <root@x.org>']));
      const second = await jmap.importEmail(plainMessage('Re: Talk', 'y', ['References: <root@x.org>']));
      const { threadId } = await get(second, { properties: ['threadId'] });
      const { list } = await jmap.call<GetAnswer<Thread>>('Thread/get', { ids: [threadId ?? '', 'tnone'] });
      expect(new Set(list[0]?.emailIds)).toEqual(new Set([first, second]));
    });
  });

  describe('parse and import', () => {
    it('parses a message that is a part of another, with parts that can be downloaded', async () => {
      const inner = mixedMessage('Inner').toString('latin1');
      const raw = `Subject: Outer\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nhi\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--o--\r\n`;
      const id = await jmap.importEmail(Buffer.from(raw, 'latin1'));
      const { attachments } = await get(id, { properties: ['attachments'] });
      const blobId = attachments?.[0]?.blobId ?? '';
      const { parsed } = await jmap.call<{ parsed: Record<string, Got> }>('Email/parse', {
        blobIds: [blobId],
      });
      expect(parsed[blobId]).toMatchObject({
        subject: 'Inner',
        hasAttachment: true,
        preview: 'The plain words.',
      });
      const pdf = await (await blobs()).read(parsed[blobId]?.attachments?.[0]?.blobId ?? '');
      expect(pdf.equals(PDF)).toBe(true);
    });

    it('tells what cannot be parsed and what is not there', async () => {
      const noise = await jmap.upload(Buffer.from([0, 1, 2]));
      const missing = `u${'1'.repeat(64)}`;
      const answer = await jmap.call('Email/parse', { blobIds: [noise, missing] });
      expect(answer).toMatchObject({ parsed: {}, notParsable: [noise], notFound: [missing] });
      const { notCreated } = await jmap.call<SetAnswer>('Email/import', {
        emails: { e: { blobId: noise, mailboxIds: { [(await jmap.mailbox('inbox')).id]: true } } },
      });
      expect(notCreated?.e?.type).toBe('invalidEmail');
    });
  });
});
