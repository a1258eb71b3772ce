/** RFC 8621 §4.1, §4.2 and §4.9: what an Email shows, stored or parsed, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmailBodyPart, JsonObject } from '@/lib/jmap/types';
import { ALICE, type GetAnswer, KINDS, World } from './world';

const NESTED = `From: Inner <inner@example.org>
Subject: Inside
Content-Type: multipart/mixed; boundary=in

--in
Content-Type: text/plain

Nested words.
--in
Content-Type: application/octet-stream; name=deep.bin
Content-Disposition: attachment
Content-Transfer-Encoding: base64

3q2+7w==
--in--
`;

const RAW = `Received: from a.example by b.example; Mon, 02 Feb 2026 10:00:00 +0000
Received: from c.example by a.example; Sun, 01 Feb 2026 10:00:00 +0000
From: "Example, Ann" <ann@example.org>, =?utf-8?q?Bj=C3=B6rn?= <bjorn@example.org>
Sender: ann@example.org
Reply-To: list@example.org
To: Team: one@example.org, Two <two@example.org>;, three@example.org
Cc: (comment) four@example.org
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_?= =?utf-8?q?an_alle?=
Date: Sat, 31 Jan 2026 23:30:00 -0330
Message-ID: <whole@get.example>
In-Reply-To: <a@get.example>
References: <a@get.example>
 <b@get.example>
List-Post: <mailto:list@example.org>, <https://example.org/post>
X-Twice: one
X-Twice: two
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=out

--out
Content-Type: multipart/related; boundary=rel

--rel
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable
Content-Language: de, en

Sch=F6ne Gr=FC=DFe
--alt
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: base64

PHA+U2Now7ZuZSA8Yj5HcsO8w59lPC9iPjwvcD4=
--alt--
--rel
Content-Type: image/png
Content-ID: <pic@get.example>
Content-Disposition: inline; filename=pic.png
Content-Location: https://example.org/pic.png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--rel--
--out
Content-Type: message/rfc822

${NESTED}--out
Content-Type: application/pdf; name*=utf-8''%C3%BCber.pdf
Content-Disposition: attachment
Content-Transfer-Encoding: base64
X-Part: of mine

JVBERi0=
--out--
`;

describe.each(KINDS)('an email of an %s account', (kind) => {
  let jmap: World;
  let id: string;
  beforeAll(async () => {
    jmap = await World.open(kind);
    id = await jmap.importEmail(RAW, { keywords: { $seen: true, Label: true } });
  });
  afterAll(() => jmap?.close());

  const parse = (blobIds: string[], args: object = {}) =>
    jmap.call<{
      parsed: Record<string, JsonObject> | null;
      notParsable: string[] | null;
      notFound: string[] | null;
    }>('Email/parse', {
      blobIds,
      ...args,
    });
  const flat = (part: EmailBodyPart): EmailBodyPart[] => [part, ...(part.subParts ?? []).flatMap(flat)];

  describe('§4.1 properties', () => {
    it('has its metadata and the time of the newest Received field', async () => {
      const properties = ['id', 'blobId', 'threadId', 'mailboxIds', 'keywords', 'size', 'receivedAt'];
      expect(await jmap.email(id, { properties })).toEqual({
        id,
        blobId: expect.any(String),
        threadId: expect.any(String),
        mailboxIds: { [await jmap.mailboxId('inbox')]: true },
        keywords: { $seen: true, label: true },
        size: RAW.replaceAll('\n', '\r\n').length,
        receivedAt: '2026-02-02T10:00:00Z',
      });
    });

    it('has its header fields as they are used', async () => {
      const properties = [
        'messageId',
        'inReplyTo',
        'references',
        'sender',
        'from',
        'to',
        'cc',
        'bcc',
        'replyTo',
        'subject',
        'sentAt',
      ];
      expect(await jmap.email(id, { properties })).toEqual({
        id,
        messageId: ['whole@get.example'],
        inReplyTo: ['a@get.example'],
        references: ['a@get.example', 'b@get.example'],
        sender: [{ name: null, email: 'ann@example.org' }],
        from: [
          { name: 'Example, Ann', email: 'ann@example.org' },
          { name: 'Björn', email: 'bjorn@example.org' },
        ],
        to: [
          { name: null, email: 'one@example.org' },
          { name: 'Two', email: 'two@example.org' },
          { name: null, email: 'three@example.org' },
        ],
        cc: [{ name: expect.toBeOneOf([null, 'comment']), email: 'four@example.org' }],
        bcc: null,
        replyTo: [{ name: null, email: 'list@example.org' }],
        subject: 'Grüße an alle',
        sentAt: '2026-01-31T23:30:00-03:30',
      });
    });

    it('gives the default properties where none are named', async () => {
      const email = await jmap.email(id);
      expect(Object.keys(email).sort()).toEqual(
        [
          ...[
            'id',
            'blobId',
            'threadId',
            'mailboxIds',
            'keywords',
            'size',
            'receivedAt',
            'messageId',
            'inReplyTo',
          ],
          ...[
            'references',
            'sender',
            'from',
            'to',
            'cc',
            'bcc',
            'replyTo',
            'subject',
            'sentAt',
            'hasAttachment',
            'preview',
          ],
          ...['bodyValues', 'textBody', 'htmlBody', 'attachments'],
        ].sort(),
      );
      expect(email.bodyValues).toEqual({});
      expect(email.hasAttachment).toBe(true);
      expect(email.preview).toBe('Schöne Grüße');
      const [text] = email.textBody as unknown as EmailBodyPart[];
      expect(Object.keys(text ?? {}).sort()).toEqual(
        [
          'partId',
          'blobId',
          'size',
          'name',
          'type',
          'charset',
          'disposition',
          'cid',
          'language',
          'location',
        ].sort(),
      );
    });
  });

  describe('§4.1.2, §4.1.3 header forms', () => {
    it.each<[string, unknown]>([
      ['header:Subject', ' =?utf-8?q?Gr=C3=BC=C3=9Fe_?= =?utf-8?q?an_alle?='],
      ['header:sUBJECT:asText', 'Grüße an alle'],
      ['header:References:asRaw', ' <a@get.example>\r\n <b@get.example>'],
      ['header:References:asMessageIds', ['a@get.example', 'b@get.example']],
      ['header:Date:asDate', '2026-01-31T23:30:00-03:30'],
      ['header:List-Post:asURLs', ['mailto:list@example.org', 'https://example.org/post']],
      ['header:X-Twice:asText', 'two'],
      ['header:X-Twice:asText:all', ['one', 'two']],
      ['header:X-Twice:all', [' one', ' two']],
      ['header:X-None', null],
      ['header:X-None:asAddresses:all', []],
      [
        'header:Received:all',
        expect.arrayContaining([expect.stringContaining('b.example'), expect.stringContaining('c.example')]),
      ],
      [
        'header:To:asGroupedAddresses',
        [
          {
            name: 'Team',
            addresses: [
              { name: null, email: 'one@example.org' },
              { name: 'Two', email: 'two@example.org' },
            ],
          },
          { name: null, addresses: [{ name: null, email: 'three@example.org' }] },
        ],
      ],
    ])('%s', async (property, expected) => {
      expect(await jmap.email(id, { properties: [property] })).toEqual({ id, [property]: expected });
    });

    it('headers: all of them in their order, raw', async () => {
      const { headers } = (await jmap.email(id, { properties: ['headers'] })) as { headers: unknown } as {
        headers: { name: string; value: string }[];
      };
      const own = headers.filter(({ name }) => /^(X-Twice|MIME-Version)$/.test(name));
      expect(own).toEqual([
        { name: 'X-Twice', value: ' one' },
        { name: 'X-Twice', value: ' two' },
        { name: 'MIME-Version', value: ' 1.0' },
      ]);
    });

    it.each([
      'header:',
      'header:Subject:asAddresses',
      'header:From:asText',
      'header:From:asURLs',
      'header:Date:asText',
      'header:Message-ID:asAddresses',
      'header:List-Post:asText',
      'header:Received:asText',
      'header:Subject:all:asText',
      'header:Subject:asText:all:all',
      'header:Subject:asColour',
      'header:Sub ject',
      'colour',
    ])('%s is refused', async (property) => {
      expect(await jmap.error('Email/get', { ids: [id], properties: [property] })).toBe('invalidArguments');
      expect(await jmap.error('Email/parse', { blobIds: [], properties: [property] })).toBe(
        'invalidArguments',
      );
    });
  });

  describe('§4.1.4 body', () => {
    it('has the tree, with the headers of the parts', async () => {
      const { bodyStructure } = (await jmap.email(id, {
        properties: ['bodyStructure'],
        bodyProperties: [
          'partId',
          'blobId',
          'type',
          'subParts',
          'header:X-Part:asText',
          'header:Content-Type',
        ],
      })) as unknown as { bodyStructure: EmailBodyPart & JsonObject };
      expect(flat(bodyStructure).map(({ type, partId }) => [type, partId === null])).toEqual([
        ['multipart/mixed', true],
        ['multipart/related', true],
        ['multipart/alternative', true],
        ['text/plain', false],
        ['text/html', false],
        ['image/png', false],
        ['message/rfc822', false],
        ['application/pdf', false],
      ]);
      const pdf = flat(bodyStructure).at(-1) as EmailBodyPart & JsonObject;
      expect(pdf['header:X-Part:asText']).toBe('of mine');
      expect(flat(bodyStructure)[3]).toMatchObject({
        'header:Content-Type': ' text/plain; charset=iso-8859-1',
        'header:X-Part:asText': null,
      });
      expect(bodyStructure).toMatchObject({
        blobId: null,
        'header:Content-Type': ' multipart/mixed; boundary=out',
      });
    });

    it('sorts the parts into text, HTML and attachments', async () => {
      const email = (await jmap.email(id, {
        properties: ['textBody', 'htmlBody', 'attachments'],
      })) as unknown as Record<string, EmailBodyPart[]>;
      expect(email.textBody).toMatchObject([
        { type: 'text/plain', charset: 'iso-8859-1', language: ['de', 'en'], disposition: null, name: null },
      ]);
      expect(email.htmlBody).toMatchObject([{ type: 'text/html', charset: 'utf-8' }]);
      expect(email.attachments).toMatchObject([
        {
          type: 'image/png',
          charset: null,
          cid: 'pic@get.example',
          name: 'pic.png',
          disposition: 'inline',
          location: 'https://example.org/pic.png',
        },
        { type: 'message/rfc822' },
        { type: 'application/pdf', name: 'über.pdf', disposition: 'attachment', size: 5 },
      ]);
    });

    it('tells that a part has no parts when that is asked', async () => {
      const { textBody, attachments } = (await jmap.email(id, {
        properties: ['textBody', 'attachments'],
        bodyProperties: ['subParts'],
      })) as unknown as Record<string, EmailBodyPart[]>;
      for (const part of [...(textBody ?? []), ...(attachments ?? [])])
        expect(part).toEqual({ subParts: null });
    });

    it('gives the values asked for, decoded', async () => {
      const values = async (args: object) => {
        const { bodyValues } = await jmap.email(id, { properties: ['bodyValues'], ...args });
        return Object.values(bodyValues as Record<string, JsonObject>);
      };
      const text = { value: 'Schöne Grüße', isEncodingProblem: false, isTruncated: false };
      const html = { value: '<p>Schöne <b>Grüße</b></p>', isEncodingProblem: false, isTruncated: false };
      expect(await values({})).toEqual([]);
      expect(await values({ fetchTextBodyValues: true })).toEqual([text]);
      expect(await values({ fetchHTMLBodyValues: true })).toEqual([html]);
      expect(await values({ fetchTextBodyValues: true, fetchHTMLBodyValues: true })).toEqual([text, html]);
      expect(await values({ fetchAllBodyValues: true })).toEqual([text, html]);
    });

    it.each([1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16, 100])(
      'truncates at a character: %i octets',
      async (maxBodyValueBytes) => {
        const { bodyValues } = await jmap.email(id, {
          properties: ['bodyValues'],
          fetchTextBodyValues: true,
          maxBodyValueBytes,
        });
        const [body] = Object.values(
          bodyValues as unknown as Record<string, { value: string; isTruncated: boolean }>,
        );
        const value = body?.value ?? '';
        expect('Schöne Grüße'.startsWith(value)).toBe(true);
        expect(Buffer.byteLength(value)).toBeLessThanOrEqual(maxBodyValueBytes);
        expect(Buffer.byteLength(value)).toBeGreaterThanOrEqual(Math.min(15, maxBodyValueBytes - 1));
        expect(body?.isTruncated).toBe(value !== 'Schöne Grüße');
      },
    );

    it('does not cut HTML inside a tag', async () => {
      const { bodyValues } = await jmap.email(id, {
        properties: ['bodyValues'],
        fetchHTMLBodyValues: true,
        maxBodyValueBytes: 12,
      });
      expect(Object.values(bodyValues as unknown as Record<string, JsonObject>)).toMatchObject([
        { value: '<p>Schöne ', isTruncated: true },
      ]);
    });

    it.each(['colour', 'header:', 'mailboxIds'])('has no body property %s', async (property) => {
      expect(await jmap.error('Email/get', { ids: [id], bodyProperties: [property] })).toBe(
        'invalidArguments',
      );
    });

    it('tells of a text that is not in its charset', async () => {
      const broken = Buffer.from(
        'From: a@example.org\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nbad \xff\xfe end\r\n',
        'latin1',
      );
      const email = await jmap.email(await jmap.importEmail(broken), {
        properties: ['bodyValues'],
        fetchTextBodyValues: true,
      });
      expect(Object.values(email.bodyValues as unknown as Record<string, JsonObject>)).toMatchObject([
        { isEncodingProblem: true, isTruncated: false },
      ]);
    });
  });

  describe('§4.2 get', () => {
    it('tells what was not found, and each email once', async () => {
      const { list, notFound } = await jmap.call<GetAnswer>('Email/get', {
        ids: [id, 'enone', id],
        properties: ['id'],
      });
      expect(list).toEqual([{ id }]);
      expect(notFound).toEqual(['enone']);
    });
  });

  // What is collected by POP3 has its preview from the beginning.
  it.runIf(kind === 'imap')('comes before its preview where the client asks so', async () => {
    await jmap.dovecot.deliver(ALICE, Buffer.from(RAW.replace('whole@', 'later@').replaceAll('\n', '\r\n')));
    const inMailbox = await jmap.mailboxId('inbox');
    const found = async () => {
      const filter = { inMailbox, header: ['Message-ID', 'later@get.example'] };
      const { ids } = await jmap.call<{ ids: string[] }>('Email/query', { filter });
      return ids;
    };
    await expect.poll(found, { timeout: 20_000 }).toHaveLength(1);
    const [came] = await found();
    const get = async (args: object = {}) => {
      const { list } = await jmap.call<GetAnswer>('Email/get', {
        ids: [came],
        properties: ['subject', 'preview'],
        ...args,
      });
      return list[0];
    };
    expect(await get({ 'gatepost:previewsLater': true })).toMatchObject({
      subject: 'Grüße an alle',
      preview: null,
    });
    expect((await get())?.preview).toContain('Schöne Grüße');
    const known = async () => (await get({ 'gatepost:previewsLater': true }))?.preview;
    await expect.poll(known).toContain('Schöne Grüße');
  });

  describe('§4.9 parse', () => {
    it('shows a blob as an email that is nowhere', async () => {
      const blobId = await jmap.upload(RAW.replaceAll('\n', '\r\n'));
      const { parsed, notParsable, notFound } = await parse([blobId], {
        properties: [
          'id',
          'blobId',
          'threadId',
          'mailboxIds',
          'keywords',
          'size',
          'receivedAt',
          'subject',
          'preview',
          'hasAttachment',
        ],
      });
      expect(parsed).toEqual({
        [blobId]: {
          id: null,
          blobId,
          threadId: null,
          mailboxIds: null,
          keywords: null,
          size: RAW.replaceAll('\n', '\r\n').length,
          receivedAt: null,
          subject: 'Grüße an alle',
          preview: 'Schöne Grüße',
          hasAttachment: true,
        },
      });
      expect([notParsable, notFound]).toEqual([null, null]);
    });

    it('has its own default properties', async () => {
      const blobId = await jmap.upload('Subject: x\r\n\r\nbody');
      const { parsed } = await parse([blobId]);
      expect(Object.keys(parsed?.[blobId] ?? {}).sort()).toEqual(
        [
          ...[
            'messageId',
            'inReplyTo',
            'references',
            'sender',
            'from',
            'to',
            'cc',
            'bcc',
            'replyTo',
            'subject',
            'sentAt',
          ],
          ...['hasAttachment', 'preview', 'bodyValues', 'textBody', 'htmlBody', 'attachments'],
        ].sort(),
      );
    });

    it('goes into messages in messages, whose parts are downloaded', async () => {
      const email = (await jmap.email(id, { properties: ['attachments'] })) as unknown as {
        attachments: EmailBodyPart[];
      };
      const inner = email.attachments.find(({ type }) => type === 'message/rfc822')?.blobId ?? '';
      const { parsed } = await parse([inner], { fetchTextBodyValues: true });
      expect(parsed?.[inner]).toMatchObject({
        subject: 'Inside',
        from: [{ name: 'Inner', email: 'inner@example.org' }],
      });
      expect(
        Object.values(parsed?.[inner]?.bodyValues as unknown as Record<string, JsonObject>),
      ).toMatchObject([{ value: 'Nested words.' }]);
      const [deep] = (parsed?.[inner]?.attachments ?? []) as unknown as EmailBodyPart[];
      const response = await jmap.download(deep?.blobId ?? '');
      expect(Buffer.from(await response.arrayBuffer()).toString('hex')).toBe('deadbeef');
    });

    it('tells what is no message and what is not there', async () => {
      const blobId = await jmap.upload('this is no message');
      expect(await parse([blobId, 'nothing'])).toMatchObject({
        parsed: null,
        notParsable: [blobId],
        notFound: ['nothing'],
      });
    });
  });
});
