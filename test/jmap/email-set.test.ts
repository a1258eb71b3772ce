/** RFC 8621 §4.6-4.8: Email/set, Email/copy, Email/import, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmailBodyPart, JsonObject } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type GetAnswer, KINDS, type SetAnswer, World } from './world';

const BODY = { bodyValues: { t: { value: 'Text' } }, textBody: [{ partId: 't', type: 'text/plain' }] };

describe.each(KINDS)('writing emails of an %s account', (kind) => {
  let jmap: World;
  let drafts: string;
  let inbox: string;
  beforeAll(async () => {
    jmap = await World.open(kind);
    drafts = await jmap.mailboxId('drafts');
    inbox = await jmap.mailboxId('inbox');
  });
  afterAll(() => jmap?.close());

  const set = (args: object) => jmap.call<SetAnswer>('Email/set', args);
  const create = async (email: object) => {
    const { created, notCreated } = await set({
      create: { e: { mailboxIds: { [drafts]: true }, ...email } },
    });
    return { made: created?.e, refused: notCreated?.e };
  };
  const update = async (id: string, patch: object) => {
    const { updated, notUpdated } = await set({ update: { [id]: patch } });
    return { updated: updated?.[id], refused: notUpdated?.[id] };
  };

  describe('§4.6 create', () => {
    it('keeps what was given, and tells what the client cannot know', async () => {
      const { made } = await create({
        keywords: { $draft: true, $seen: true },
        receivedAt: '2026-02-03T04:05:06Z',
        from: [{ name: 'Älice', email: 'alice@example.org' }],
        to: [{ name: null, email: 'bob@example.org' }],
        bcc: [{ name: 'Hidden', email: 'hidden@example.org' }],
        subject: 'Grüße an alle, die einen sehr langen Betreff lesen mögen, weil er umbrochen werden muss',
        inReplyTo: ['a@example.org'],
        references: ['a@example.org', 'b@example.org'],
        'header:X-Own:asText': 'Eigenes ü',
        'header:X-Urls:asURLs': ['https://example.org/a'],
        ...BODY,
      });
      expect(made).toEqual({
        id: expect.any(String),
        blobId: expect.any(String),
        threadId: expect.any(String),
        size: expect.any(Number),
      });
      const properties = [
        'mailboxIds',
        'keywords',
        'receivedAt',
        'from',
        'to',
        'bcc',
        'subject',
        'inReplyTo',
        'references',
        'messageId',
        'sentAt',
        'header:X-Own:asText',
        'header:X-Urls:asURLs',
        'size',
        'blobId',
        'threadId',
      ];
      expect(await jmap.email(made?.id ?? '', { properties })).toEqual({
        ...made,
        mailboxIds: { [drafts]: true },
        keywords: { $draft: true, $seen: true },
        receivedAt: '2026-02-03T04:05:06Z',
        from: [{ name: 'Älice', email: 'alice@example.org' }],
        to: [{ name: null, email: 'bob@example.org' }],
        bcc: [{ name: 'Hidden', email: 'hidden@example.org' }],
        subject: 'Grüße an alle, die einen sehr langen Betreff lesen mögen, weil er umbrochen werden muss',
        inReplyTo: ['a@example.org'],
        references: ['a@example.org', 'b@example.org'],
        messageId: [expect.stringContaining('@')],
        sentAt: expect.any(String),
        'header:X-Own:asText': 'Eigenes ü',
        'header:X-Urls:asURLs': ['https://example.org/a'],
      });
    });

    it('builds the structure that was given, with blobs in it', async () => {
      const blobId = await jmap.upload(Buffer.from('deadbeef', 'hex'));
      const { made } = await create({
        subject: 'Tree',
        bodyStructure: {
          type: 'multipart/mixed',
          subParts: [
            {
              type: 'multipart/alternative',
              subParts: [
                { partId: 'a', type: 'text/plain' },
                { partId: 'b', type: 'text/html' },
              ],
            },
            {
              blobId,
              type: 'application/x-mine',
              name: 'mine ü.bin',
              disposition: 'attachment',
              cid: 'c@example.org',
              language: ['de'],
              location: 'https://example.org/x',
              'header:Content-Description:asText': 'Described',
            },
          ],
        },
        bodyValues: { a: { value: 'plain é' }, b: { value: '<p>rich</p>' } },
      });
      const email = (await jmap.email(made?.id ?? '', {
        properties: ['bodyStructure', 'bodyValues', 'attachments'],
        bodyProperties: [
          'type',
          'name',
          'cid',
          'language',
          'location',
          'disposition',
          'blobId',
          'partId',
          'header:Content-Description:asText',
          'subParts',
        ],
        fetchAllBodyValues: true,
      })) as unknown as {
        attachments: EmailBodyPart[];
        bodyStructure: EmailBodyPart;
        bodyValues: Record<string, { value: string }>;
      };
      expect(email.bodyStructure).toMatchObject({
        type: 'multipart/mixed',
        subParts: [{ type: 'multipart/alternative' }, { type: 'application/x-mine' }],
      });
      expect(Object.values(email.bodyValues).map(({ value }) => value)).toEqual(['plain é', '<p>rich</p>']);
      expect(email.attachments).toMatchObject([
        {
          name: 'mine ü.bin',
          disposition: 'attachment',
          cid: 'c@example.org',
          language: ['de'],
          location: 'https://example.org/x',
          'header:Content-Description:asText': 'Described',
        },
      ]);
      expect(
        Buffer.from(await (await jmap.download(email.attachments[0]?.blobId ?? '')).arrayBuffer()).toString(
          'hex',
        ),
      ).toBe('deadbeef');
    });

    it('writes plain text as format=flowed where it is asked to, and says so (RFC 3676)', async () => {
      const value = 'words that go on and on '.repeat(12).trim();
      const { made } = await create({
        subject: 'Flowed',
        textBody: [{ partId: 't', type: 'text/plain', 'gatepost:flowed': 'yes' }],
        bodyValues: { t: { value } },
      });
      const email = (await jmap.email(made?.id ?? '', {
        properties: ['textBody', 'bodyValues'],
        bodyProperties: ['partId', 'header:Content-Type', 'gatepost:flowed'],
        fetchTextBodyValues: true,
      })) as unknown as { textBody: EmailBodyPart[]; bodyValues: Record<string, { value: string }> };
      const [part] = email.textBody;
      expect(part).toMatchObject({
        'gatepost:flowed': 'yes',
        'header:Content-Type': expect.stringMatching(/format="?flowed/),
      });
      const lines = email.bodyValues[part?.partId ?? '']?.value.trimEnd().split('\n') ?? [];
      expect(lines.length).toBeGreaterThan(3);
      expect(lines.slice(0, -1).every((line) => line.endsWith(' '))).toBe(true);
      expect(lines.join('')).toBe(value);
    });

    it("takes fields of parts; those of the part that is the whole body are the message's", async () => {
      const { made } = await create({
        subject: 'Root',
        bodyStructure: {
          type: 'multipart/mixed',
          'header:From': 'Anna <anna@example.org>',
          'header:X-Root:asText': 'ganz außen',
          'header:Content-Description:asText': 'All of it',
          subParts: [{ partId: 't', type: 'text/plain', 'header:X-Inner': ' inside' }, { partId: 't' }],
        },
        bodyValues: { t: { value: 'x' } },
      });
      const shown = ['header:X-Root:asText:all', 'header:X-Inner:all', 'header:Content-Description:asText'];
      const email = await jmap.email(made?.id ?? '', {
        properties: ['from', 'subject', 'bodyStructure', ...shown],
        bodyProperties: ['type', 'header:X-Inner'],
      });
      expect(email).toMatchObject({
        from: [{ name: 'Anna', email: 'anna@example.org' }],
        subject: 'Root',
        'header:X-Root:asText:all': ['ganz außen'],
        'header:X-Inner:all': [],
        'header:Content-Description:asText': 'All of it',
        bodyStructure: {
          'header:X-Inner': null,
          subParts: [{ 'header:X-Inner': ' inside' }, { type: 'text/plain', 'header:X-Inner': null }],
        },
      });
    });

    it.each<[string, object, object]>([
      ['no mailbox', { mailboxIds: {} }, { type: 'invalidProperties', properties: ['mailboxIds'] }],
      [
        'a mailbox that is not there',
        { mailboxIds: { bnone: true } },
        { type: 'invalidProperties', properties: ['mailboxIds'] },
      ],
      [
        'a false mailbox',
        { mailboxIds: { bnone: false } },
        { type: 'invalidProperties', properties: ['mailboxIds'] },
      ],
      [
        'a bad keyword',
        { keywords: { 'a b': true } },
        { type: 'invalidProperties', properties: ['keywords'] },
      ],
      [
        'too many keywords',
        { keywords: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`k${index}`, true])) },
        { type: 'tooManyKeywords' },
      ],
      ['an id', { id: 'e1' }, { type: 'invalidProperties', properties: ['id'] }],
      ['headers as a list', { headers: [] }, { type: 'invalidProperties', properties: ['headers'] }],
      [
        'a field twice',
        { subject: 'a', 'header:Subject:asText': 'b' },
        { type: 'invalidProperties', properties: ['subject', 'header:Subject:asText'] },
      ],
      [
        'a field of the message and of its body',
        { subject: 'a', textBody: [{ partId: 't', type: 'text/plain', 'header:SUBJECT': 'b' }] },
        { type: 'invalidProperties', properties: ['textBody/header:SUBJECT'] },
      ],
      [
        'a form that the field has not',
        { 'header:Subject:asDate': '2026-01-01T00:00:00Z' },
        { type: 'invalidProperties', properties: ['header:Subject:asDate'] },
      ],
      [
        'a Content field of the message',
        { 'header:Content-Type': 'text/plain' },
        { type: 'invalidProperties', properties: ['header:Content-Type'] },
      ],
      [
        'an encoding of a part',
        { bodyStructure: { partId: 't', type: 'text/plain', 'header:Content-Transfer-Encoding': 'base64' } },
        { type: 'invalidProperties' },
      ],
      [
        'structure and lists',
        { bodyStructure: { partId: 't', type: 'text/plain' } },
        { type: 'invalidProperties' },
      ],
      [
        'two texts',
        { textBody: [{ partId: 't' }, { partId: 't' }] },
        { type: 'invalidProperties', properties: ['textBody'] },
      ],
      [
        'HTML as text',
        { textBody: [{ partId: 't', type: 'text/html' }] },
        { type: 'invalidProperties', properties: ['textBody'] },
      ],
      [
        'a value that is not there',
        { textBody: [{ partId: 'none', type: 'text/plain' }] },
        { type: 'invalidProperties', properties: ['textBody'] },
      ],
      [
        'a part of both kinds',
        { attachments: [{ partId: 't', blobId: 'x' }] },
        { type: 'invalidProperties', properties: ['attachments'] },
      ],
      [
        'a charset of a text',
        { textBody: [{ partId: 't', type: 'text/plain', charset: 'utf-8' }] },
        { type: 'invalidProperties', properties: ['textBody'] },
      ],
      [
        'a truncated value',
        { bodyValues: { t: { value: 'x', isTruncated: true } } },
        { type: 'invalidProperties', properties: ['bodyValues'] },
      ],
      [
        'a blob that is not there',
        { attachments: [{ blobId: 'nothing', type: 'text/plain' }] },
        { type: 'blobNotFound', notFound: ['nothing'] },
      ],
      ['an unknown property', { colour: 'red' }, { type: 'invalidProperties', properties: ['colour'] }],
      [
        'a line end in an address',
        { to: [{ name: null, email: 'a@b\r\nBcc: c@d' }] },
        { type: 'invalidProperties' },
      ],
    ])('refuses %s', async (_what, email, expected) => {
      const { made, refused } = await create({ ...BODY, ...email });
      expect(made).toBeUndefined();
      expect(refused).toMatchObject(expected);
    });
  });

  describe('§4.6 update and destroy', () => {
    it('changes keywords and mailboxes, whole and in part', async () => {
      const id = await jmap.importEmail(plainMessage('Update', 'x'), {
        keywords: { $seen: true, mine: true },
      });
      expect(await update(id, { 'keywords/$Flagged': true, 'keywords/mine': null })).toMatchObject({
        updated: null,
      });
      expect(await jmap.email(id, { properties: ['keywords'] })).toMatchObject({
        keywords: { $seen: true, $flagged: true },
      });
      await update(id, { keywords: { $answered: true }, [`mailboxIds/${drafts}`]: true });
      expect(await jmap.email(id, { properties: ['keywords', 'mailboxIds'] })).toEqual({
        id,
        keywords: { $answered: true },
        mailboxIds: { [inbox]: true, [drafts]: true },
      });
      await update(id, { mailboxIds: { [drafts]: true } });
      expect(await jmap.email(id, { properties: ['mailboxIds'] })).toEqual({
        id,
        mailboxIds: { [drafts]: true },
      });
    });

    it('takes the whole email back when what is fixed is as it was', async () => {
      const id = await jmap.importEmail(plainMessage('Whole', 'x'));
      const properties = [
        'id',
        'blobId',
        'threadId',
        'size',
        'receivedAt',
        'subject',
        'from',
        'to',
        'messageId',
        'keywords',
        'mailboxIds',
      ];
      const whole = await jmap.email(id, { properties });
      expect((await update(id, { ...whole, keywords: { $seen: true } })).updated).toBeNull();
      expect((await update(id, { ...whole, subject: 'Other' })).refused).toMatchObject({
        type: 'invalidProperties',
        properties: ['subject'],
      });
    });

    it.each<[string, object, string]>([
      ['another subject', { subject: 'x' }, 'invalidProperties'],
      ['no mailbox', { mailboxIds: {} }, 'invalidProperties'],
      ['an unknown mailbox', { 'mailboxIds/bnone': true }, 'invalidProperties'],
      ['a false keyword', { 'keywords/$seen': false }, 'invalidProperties'],
      ['a keyword with a blank', { 'keywords/a b': true }, 'invalidProperties'],
      ['whole and part', { keywords: {}, 'keywords/$seen': true }, 'invalidPatch'],
      ['a path that is too deep', { [`keywords/${'a/'.repeat(20)}`]: true }, 'invalidPatch'],
    ])('refuses %s', async (_what, patch, type) => {
      const id = await jmap.importEmail(plainMessage('Refused', 'x'));
      expect((await update(id, patch)).refused).toMatchObject({ type });
    });

    it('destroys; what is not there is not found; what is destroyed is not updated', async () => {
      const id = await jmap.importEmail(plainMessage('Gone', 'x'));
      expect(
        await set({ destroy: [id, 'enone'], update: { [id]: { 'keywords/$seen': true }, enone: {} } }),
      ).toMatchObject({
        destroyed: [id],
        notDestroyed: { enone: { type: 'notFound' } },
        notUpdated: { [id]: { type: 'willDestroy' }, enone: { type: 'notFound' } },
      });
      expect((await jmap.call<GetAnswer>('Email/get', { ids: [id] })).notFound).toEqual([id]);
    });
  });

  describe('§4.7 copy', () => {
    const copy = (args: object) =>
      jmap.call<SetAnswer & { fromAccountId: string }>('Email/copy', {
        fromAccountId: jmap.accountId,
        accountId: jmap.otherId,
        ...args,
      });

    it('copies to another account, and destroys the original in a response of its own', async () => {
      const id = await jmap.importEmail(plainMessage('Copied', 'x'), {
        keywords: { $flagged: true },
        receivedAt: '2026-03-04T05:06:07Z',
      });
      const target = await jmap.mailboxId('archive', jmap.otherId);
      const args = {
        fromAccountId: jmap.accountId,
        accountId: jmap.otherId,
        create: { c: { id, mailboxIds: { [target]: true } } },
        onSuccessDestroyOriginal: true,
      };
      const { methodResponses } = await jmap.request([['Email/copy', args as unknown as JsonObject, 'x']]);
      const [copied, destroyed] = methodResponses;
      expect(copied).toMatchObject([
        'Email/copy',
        { fromAccountId: jmap.accountId, accountId: jmap.otherId, notCreated: null },
        'x',
      ]);
      expect(destroyed).toMatchObject(['Email/set', { accountId: jmap.accountId, destroyed: [id] }, 'x']);
      const made = (copied?.[1] as unknown as SetAnswer | undefined)?.created?.c?.id;
      expect(
        await jmap.call('Email/get', {
          accountId: jmap.otherId,
          ids: [made],
          properties: ['keywords', 'receivedAt', 'subject'],
        }),
      ).toMatchObject({
        list: [{ keywords: { $flagged: true }, receivedAt: '2026-03-04T05:06:07Z', subject: 'Copied' }],
      });
    });

    it('refuses what it cannot copy', async () => {
      const target = await jmap.mailboxId('archive', jmap.otherId);
      expect(
        (await copy({ create: { c: { id: 'enone', mailboxIds: { [target]: true } } } })).notCreated?.c,
      ).toMatchObject({ type: 'notFound' });
      const id = await jmap.importEmail(plainMessage('Stays', 'x'));
      expect((await copy({ create: { c: { id, mailboxIds: {} } } })).notCreated?.c).toMatchObject({
        type: 'invalidProperties',
        properties: ['mailboxIds'],
      });
      expect(await jmap.error('Email/copy', { fromAccountId: jmap.accountId, create: {} })).toBe(
        'invalidArguments',
      );
      expect(
        await jmap.error('Email/copy', { fromAccountId: jmap.accountId, accountId: 'nobody', create: {} }),
      ).toBe('accountNotFound');
      const states = { fromAccountId: jmap.accountId, accountId: jmap.otherId, create: {} };
      expect(await jmap.error('Email/copy', { ...states, ifInState: 'x' })).toBe('stateMismatch');
      expect(await jmap.error('Email/copy', { ...states, ifFromInState: 'x' })).toBe('stateMismatch');
    });
  });

  describe('§4.8 import', () => {
    const imported = (emails: object, more: object = {}) =>
      jmap.call<SetAnswer>('Email/import', { emails, ...more });

    it('keeps every byte, with what was said of it', async () => {
      const raw = plainMessage('Imported', 'Grüße', ['X-Odd:  two  blanks ']);
      const blobId = await jmap.upload(raw);
      const email = {
        blobId,
        mailboxIds: { [drafts]: true },
        keywords: { $seen: true, Own: true },
        receivedAt: '2026-05-06T07:08:09Z',
      };
      const { created, oldState, newState } = await imported({ i: email });
      expect(created?.i).toEqual({
        id: expect.any(String),
        blobId: expect.any(String),
        threadId: expect.any(String),
        size: raw.length,
      });
      expect(newState).not.toBe(oldState);
      expect(
        await jmap.email(created?.i?.id ?? '', { properties: ['mailboxIds', 'keywords', 'receivedAt'] }),
      ).toMatchObject({
        mailboxIds: { [drafts]: true },
        keywords: { $seen: true, own: true },
        receivedAt: '2026-05-06T07:08:09Z',
      });
      const bytes = Buffer.from(await (await jmap.download(String(created?.i?.blobId))).arrayBuffer());
      expect(bytes.equals(raw)).toBe(true);
    });

    it('takes the time of now without a Received field', async () => {
      const id = await jmap.importEmail(plainMessage('Now', 'x'));
      const { receivedAt } = await jmap.email(id, { properties: ['receivedAt'] });
      expect(Math.abs(Date.parse(String(receivedAt)) - Date.now())).toBeLessThan(60_000);
    });

    it('refuses each that is not right, and takes the others', async () => {
      const good = await jmap.upload(plainMessage('Good', 'x'));
      const bad = await jmap.upload('this is no message');
      const mailboxIds = { [inbox]: true };
      const answer = await imported({
        good: { blobId: good, mailboxIds },
        missing: { blobId: 'nothing', mailboxIds },
        nowhere: { blobId: good, mailboxIds: {} },
        keyword: { blobId: good, mailboxIds, keywords: { 'a b': true } },
        time: { blobId: good, mailboxIds, receivedAt: 'yesterday' },
        unknown: { blobId: good, mailboxIds, colour: 'red' },
        none: { mailboxIds },
        bad: { blobId: bad, mailboxIds },
      });
      expect(Object.keys(answer.created ?? {})).toEqual(['good']);
      expect(answer.notCreated).toMatchObject({
        missing: { type: 'invalidProperties', properties: ['blobId'] },
        nowhere: { type: 'invalidProperties', properties: ['mailboxIds'] },
        keyword: { type: 'invalidProperties', properties: ['keywords'] },
        time: { type: 'invalidProperties', properties: ['receivedAt'] },
        unknown: { type: 'invalidProperties', properties: ['colour'] },
        none: { type: 'invalidProperties', properties: ['blobId'] },
        bad: { type: 'invalidEmail' },
      });
    });
  });
});
