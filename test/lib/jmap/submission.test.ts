import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Blobs } from '@/lib/account/blobs';
import { dispatch } from '@/lib/jmap/dispatch';
import {
  type Email,
  type EmailSubmission,
  type Identity,
  type JsonObject,
  SUBMISSION,
} from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import {
  ADDRESS,
  type ChangesAnswer,
  type Fixture,
  type GetAnswer,
  openFixture,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

describe.each(['local', 'imap'] as const)('submissions of a %s account', (kind) => {
  let jmap: Fixture;
  let identityId: string;
  beforeAll(async () => {
    jmap = await openFixture(kind);
    const { list } = await jmap.call<GetAnswer<Identity>>('Identity/get');
    identityId = list[0]?.id ?? '';
  });
  afterAll(() => jmap?.close());

  async function draft(subject: string, email: object = {}): Promise<string> {
    const object = {
      mailboxIds: { [(await jmap.mailbox('drafts')).id]: true },
      keywords: { $draft: true },
      from: [{ email: ADDRESS }],
      to: [{ email: ADDRESS }],
      subject,
      textBody: [{ partId: 't' }],
      bodyValues: { t: { value: 'text' } },
      ...email,
    } as unknown as JsonObject;
    const { created, notCreated } = await jmap.call<SetAnswer>('Email/set', { create: { d: object } });
    if (!created?.d) throw new Error(JSON.stringify(notCreated));
    return created.d.id;
  }
  const submit = (emailId: string, more: JsonObject = {}) =>
    jmap.call<SetAnswer>('EmailSubmission/set', { create: { s: { identityId, emailId, ...more } } });
  const hold = (seconds: number): JsonObject => ({
    envelope: {
      mailFrom: { email: ADDRESS, parameters: { HOLDFOR: String(seconds) } },
      rcptTo: [{ email: ADDRESS }],
    },
  });
  const submission = async (id: string) =>
    (await jmap.call<GetAnswer<EmailSubmission>>('EmailSubmission/get', { ids: [id] })).list[0];

  it('change the email also for a client that uses submission alone', async () => {
    const emailId = await draft('Alone');
    const create = { s: { identityId, emailId, ...hold(600) } };
    const onSuccessUpdateEmail = { '#s': { 'keywords/$flagged': true } };
    const { methodResponses } = await dispatch(
      jmap.principal,
      {
        using: [SUBMISSION],
        methodCalls: [
          ['EmailSubmission/set', { accountId: jmap.accountId, create, onSuccessUpdateEmail }, 'c'],
        ],
      },
      jmap.runtime,
    );
    expect(methodResponses[1]).toMatchObject(['Email/set', { updated: { [emailId]: null } }, 'c']);
  });

  it('send, arrive, and the email is in Sent without $draft afterwards', async () => {
    const original = await jmap.importEmail(plainMessage('Question', 'x', ['X-Id: 1']));
    const { list } = await jmap.call<GetAnswer<Email>>('Email/get', {
      ids: [original],
      properties: ['messageId'],
    });
    const emailId = await draft(`Hello ${kind}`, {
      inReplyTo: list[0]?.messageId,
      bcc: [{ email: ADDRESS }],
    });
    const { created, notCreated } = await submit(emailId);
    expect(notCreated).toBeNull();
    const id = created?.s?.id ?? '';
    await vi.waitFor(async () => expect((await submission(id))?.['gatepost:state']).toBe('sent'), 15_000);
    expect((await submission(id))?.envelope?.rcptTo).toEqual([{ email: ADDRESS, parameters: null }]);

    const sent = (await jmap.mailbox('sent')).id;
    await vi.waitFor(async () => {
      const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: sent } });
      const filed = await jmap.call<GetAnswer<Email>>('Email/get', {
        ids,
        properties: ['keywords', 'subject', 'bcc'],
      });
      expect(filed.list.find(({ subject }) => subject === `Hello ${kind}`)).toMatchObject({
        keywords: { $seen: true },
        bcc: [{ email: ADDRESS }],
      });
    }, 15_000);
    const inbox = (await jmap.mailbox('inbox')).id;
    await vi.waitFor(async () => {
      const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: inbox } });
      const arrived = await jmap.call<GetAnswer<Email>>('Email/get', {
        ids,
        properties: ['subject', 'bcc', 'keywords'],
      });
      expect(arrived.list.find(({ subject }) => subject === `Hello ${kind}`)?.bcc).toBeNull();
      expect(arrived.list.find((each) => each.id === original)?.keywords).toHaveProperty('$answered');
    }, 15_000);
  });

  it('are held, can be cancelled once, and tell their changes', async () => {
    const { state } = await jmap.call<GetAnswer<EmailSubmission>>('EmailSubmission/get', { ids: [] });
    const emailId = await draft('Held');
    const { created } = await submit(emailId, hold(3600));
    const id = created?.s?.id ?? '';
    expect(created?.s).toMatchObject({ undoStatus: 'pending' });
    expect(Date.parse(String(created?.s?.sendAt)) - Date.now()).toBeGreaterThan(3_500_000);
    const pending = { filter: { undoStatus: 'pending', emailIds: [emailId] } };
    expect((await jmap.call<QueryAnswer>('EmailSubmission/query', pending)).ids).toEqual([id]);
    const cancel = { update: { [id]: { undoStatus: 'canceled' } } };
    expect((await jmap.call<SetAnswer>('EmailSubmission/set', cancel)).updated).toEqual({ [id]: null });
    expect((await submission(id))?.undoStatus).toBe('canceled');
    const again = await jmap.call<SetAnswer>('EmailSubmission/set', cancel);
    expect(again.notUpdated?.[id]?.type).toBe('cannotUnsend');
    const changes = await jmap.call<ChangesAnswer>('EmailSubmission/changes', { sinceState: state });
    // The copy of the mail before may still be filed meanwhile.
    expect(changes.created).toEqual([id]);
  });

  it('carry out onSuccessUpdateEmail in a response of its own', async () => {
    const emailId = await draft('Marked');
    const { methodResponses } = await jmap.request([
      [
        'EmailSubmission/set',
        {
          create: { s: { identityId, emailId, ...hold(3600) } },
          onSuccessUpdateEmail: { '#s': { 'keywords/$flagged': true } },
        },
        'c1',
      ],
    ]);
    expect(methodResponses.map(([name, , id]) => [name, id])).toEqual([
      ['EmailSubmission/set', 'c1'],
      ['Email/set', 'c1'],
    ]);
    expect(methodResponses[1]?.[1].updated).toEqual({ [emailId]: null });
  });

  it.each([
    ['no recipients', { to: [] }, {}, 'noRecipients'],
    ['a foreign From', { from: [{ email: 'ceo@example.org' }] }, {}, 'forbiddenFrom'],
    ['no From', { from: null }, {}, 'invalidEmail'],
    ['an identity that is not there', {}, { identityId: 'inone' }, 'invalidProperties'],
    ['an email that is not there', {}, { emailId: 'enone' }, 'invalidProperties'],
    [
      'a hold that is no number',
      {},
      {
        envelope: {
          mailFrom: { email: ADDRESS, parameters: { HOLDFOR: 'x' } },
          rcptTo: [{ email: ADDRESS }],
        },
      },
      'invalidProperties',
    ],
    [
      'a parameter that no server is told',
      {},
      {
        envelope: {
          mailFrom: { email: ADDRESS, parameters: { BY: '60;R' } },
          rcptTo: [{ email: ADDRESS }],
        },
      },
      'invalidProperties',
    ],
    [
      'a notice that there is not',
      {},
      {
        envelope: {
          mailFrom: { email: ADDRESS },
          rcptTo: [{ email: ADDRESS, parameters: { NOTIFY: 'X\r\nDATA' } }],
        },
      },
      'invalidProperties',
    ],
    [
      'a recipient that is no address',
      {},
      { envelope: { mailFrom: { email: ADDRESS }, rcptTo: [{ email: 'a\r\nDATA' }] } },
      'invalidRecipients',
    ],
  ])('refuse %s', async (_what, email, more, type) => {
    const { notCreated } = await submit(await draft('Refused', email), more as JsonObject);
    expect(notCreated?.s?.type).toBe(type);
  });

  it('send a message on to others as it came, and mark the one that came', async () => {
    // Signed text that is not ASCII: one byte changed and the signature breaks.
    const body = Buffer.from('Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße aus Köln, gez.\r\n');
    const head = plainMessage(`Redirected ${kind}`, '', [
      'In-Reply-To: <answered@example.org>',
      'Content-Transfer-Encoding: 8bit',
    ]).toString();
    const raw = Buffer.concat([
      Buffer.from(head.slice(0, head.indexOf('\r\n\r\n') + 2).replace(/^content-type:.*\r\n/im, '')),
      body,
    ]);
    const originalId = await jmap.importEmail(raw);
    const answered = await jmap.importEmail(
      Buffer.from('Message-ID: <answered@example.org>\r\nFrom: b@x.org\r\n\r\nx\r\n'),
    );
    const { emailId } = await jmap.call<{ emailId: string }>('Email/redirect', {
      emailId: originalId,
      from: { name: 'Alice', email: ADDRESS },
      to: [{ email: ADDRESS }],
    });
    const { created, notCreated } = await submit(emailId);
    expect(notCreated).toBeNull();
    const id = created?.s?.id ?? '';
    expect((await submission(id))?.envelope?.rcptTo).toEqual([{ email: ADDRESS, parameters: null }]);
    await vi.waitFor(async () => expect((await submission(id))?.['gatepost:state']).toBe('sent'), 15_000);
    const inbox = (await jmap.mailbox('inbox')).id;
    const arrived = await vi.waitFor(async () => {
      const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: inbox } });
      const { list } = await jmap.call<GetAnswer<Email>>('Email/get', {
        ids,
        properties: ['subject', 'blobId', 'header:Resent-To:asAddresses', 'keywords'],
      });
      const [found] = list.filter((one) => one.id !== originalId && one.subject === `Redirected ${kind}`);
      expect(found).toMatchObject({ 'header:Resent-To:asAddresses': [{ email: ADDRESS }] });
      expect(list.find((one) => one.id === originalId)?.keywords).toHaveProperty('$forwarded');
      expect(list.find((one) => one.id === answered)?.keywords).toEqual({});
      return found;
    }, 15_000);
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    const bytes = await new Blobs(account, jmap.runtime.uploads).read(arrived?.blobId ?? '', 1_000_000);
    expect(bytes.subarray(-raw.length).equals(raw)).toBe(true);
  });

  it('are joined by what comes back of them, and by no stranger', async () => {
    const emailId = await draft(`Bounced ${kind}`);
    const { list } = await jmap.call<GetAnswer<Email>>('Email/get', {
      ids: [emailId],
      properties: ['messageId'],
    });
    const messageId = list[0]?.messageId?.[0] ?? '';
    const id = (await submit(emailId)).created?.s?.id ?? '';
    await vi.waitFor(async () => expect((await submission(id))?.['gatepost:state']).toBe('sent'), 15_000);
    const bounce = (about: string, recipient: string) =>
      [
        'From: MAILER-DAEMON@mx.example',
        `To: ${ADDRESS}`,
        'Subject: Undelivered Mail Returned to Sender',
        'MIME-Version: 1.0',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        '',
        '--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n',
        '--b\r\nContent-Type: message/delivery-status\r\n',
        'Reporting-MTA: dns; mx.example\r\n',
        `Final-Recipient: rfc822; ${recipient}`,
        'Action: failed\r\nStatus: 5.1.1',
        'Diagnostic-Code: smtp; 550 5.1.1 No such user\r\n',
        '--b\r\nContent-Type: text/rfc822-headers\r\n',
        `Message-ID: <${about}>\r\n`,
        '--b--\r\n',
      ].join('\r\n');
    await jmap.importEmail(Buffer.from(bounce('guessed@example.org', ADDRESS)));
    await jmap.importEmail(Buffer.from(bounce(messageId, ADDRESS)));
    await vi.waitFor(async () => expect((await submission(id))?.dsnBlobIds).toHaveLength(1), 15_000);
    expect((await submission(id))?.deliveryStatus).toEqual({
      [ADDRESS]: { delivered: 'no', displayed: 'unknown', smtpReply: '550 5.1.1 No such user' },
    });
    const open = await jmap.call<QueryAnswer>('EmailSubmission/query', { filter: { 'gatepost:open': true } });
    expect(open.ids).toContain(id);
    const receipt = [
      `From: ${ADDRESS}`,
      'Subject: Read',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
      '',
      '--b\r\nContent-Type: text/plain\r\n\r\nRead.\r\n',
      '--b\r\nContent-Type: message/disposition-notification\r\n',
      `Final-Recipient: rfc822; ${ADDRESS}`,
      `Original-Message-ID: <${messageId}>`,
      'Disposition: manual-action/MDN-sent-manually; displayed\r\n',
      '--b--\r\n',
    ].join('\r\n');
    await jmap.importEmail(Buffer.from(receipt));
    await vi.waitFor(async () => expect((await submission(id))?.mdnBlobIds).toHaveLength(1), 15_000);
    const told = await jmap.call<GetAnswer<EmailSubmission>>('EmailSubmission/get', {
      ids: [id],
      properties: ['deliveryStatus', 'gatepost:timeline'],
    });
    expect(told.list[0]?.deliveryStatus?.[ADDRESS]).toMatchObject({ delivered: 'yes', displayed: 'yes' });
    expect(told.list[0]?.['gatepost:timeline']?.slice(-2)).toMatchObject([
      { kind: 'bounced', text: `${ADDRESS}: 550 5.1.1 No such user` },
      { kind: 'displayed', text: ADDRESS },
    ]);
  });

  it('S17: send nothing on as somebody else', async () => {
    const emailId = await jmap.importEmail(plainMessage('Not mine', 'x'));
    const from = { email: 'ceo@example.org' };
    expect(await jmap.refusal('Email/redirect', { emailId, from, to: [{ email: ADDRESS }] })).toBe(
      'forbidden',
    );
    expect((await submit(emailId)).notCreated?.s?.type).toBe('forbiddenFrom');
  });

  it('may be from any address of an own domain, and from a plus-address', async () => {
    const plus = await draft('Plus', { from: [{ email: ADDRESS.replace('@', '+shop@') }] });
    expect((await submit(plus, hold(3600))).notCreated).toBeNull();
    const any = await draft('Any', { from: [{ email: 'sales@own.example' }] });
    expect((await submit(any, hold(3600))).notCreated?.s?.type).toBe('forbiddenFrom');
    await jmap.call('Identity/set', { create: { w: { email: '*@own.example' } } });
    expect((await submit(any, hold(3600))).notCreated).toBeNull();
    const below = await draft('Below', { from: [{ email: 'sales@evil.own.example' }] });
    expect((await submit(below, hold(3600))).notCreated?.s?.type).toBe('forbiddenFrom');
  });

  it('RFC 9007: a receipt of an identity for a whole domain is from whom the mail was written to', async () => {
    const made = await jmap.call<SetAnswer>('Identity/set', { create: { w: { email: '*@read.example' } } });
    const asking = (to: string) =>
      Buffer.from(
        `From: ${ADDRESS}\r\nTo: x@other.example, ${to}\r\nMessage-ID: <${crypto.randomUUID()}@x>\r\nDisposition-Notification-To: ${ADDRESS}\r\n\r\nx\r\n`,
      );
    const disposition = {
      actionMode: 'manual-action',
      sendingMode: 'mdn-sent-manually',
      type: 'displayed',
    };
    const send = async (to: string, more: JsonObject = {}) => {
      const forEmailId = await jmap.importEmail(asking(to));
      return jmap.call<{ sent: JsonObject | null; notSent: JsonObject | null }>('MDN/send', {
        identityId: made.created?.w?.id ?? '',
        send: { r: { forEmailId, disposition, ...more } },
      });
    };
    expect((await send('shop@read.example')).sent).toMatchObject({
      r: { finalRecipient: 'rfc822; shop@read.example' },
    });
    expect((await send('b@read.example', { finalRecipient: 'rfc822; b@read.example' })).notSent).toBeNull();
    for (const more of [{}, { finalRecipient: 'rfc822; a@other.example' }] as JsonObject[])
      expect((await send('a@other.example', more)).notSent).toMatchObject({
        r: { type: 'invalidProperties', properties: ['finalRecipient'] },
      });
  });

  it('are filed where the sender wants it', async () => {
    const made = await jmap.call<SetAnswer>('Mailbox/set', { create: { m: { name: 'Work sent' } } });
    const mailboxId = made.created?.m?.id ?? '';
    const { created } = await jmap.call<SetAnswer>('Identity/set', {
      create: { i: { email: ADDRESS, name: 'Work', 'gatepost:sentMailboxId': mailboxId } },
    });
    const emailId = await draft('Work');
    await submit(emailId, { identityId: created?.i?.id ?? '' });
    await vi.waitFor(async () => {
      const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: { inMailbox: mailboxId } });
      expect(ids).toEqual([emailId]);
    }, 15_000);
    const wrong = await jmap.call<SetAnswer>('Identity/set', {
      create: {
        a: { email: ADDRESS, 'gatepost:sentMailboxId': 'none' },
        b: { email: ADDRESS, 'gatepost:outgoingAccountId': 'none' },
      },
    });
    expect(Object.values(wrong.notCreated ?? {}).map(({ properties }) => properties)).toEqual([
      ['gatepost:sentMailboxId'],
      ['gatepost:outgoingAccountId'],
    ]);
  });

  it('R29: are not doubled by a second click', async () => {
    const emailId = await draft('Once');
    const first = await submit(emailId, hold(3600));
    const second = await submit(emailId, hold(3600));
    expect(second.notCreated?.s).toMatchObject({ type: 'alreadyExists', existingId: first.created?.s?.id });
  });
});

describe('identities', () => {
  let jmap: Fixture;
  beforeAll(async () => {
    jmap = await openFixture('local');
  });
  afterAll(() => jmap?.close());

  it('begin with the address of the account, which stays', async () => {
    const { list } = await jmap.call<GetAnswer<Identity>>('Identity/get');
    expect(list).toMatchObject([{ email: ADDRESS, mayDelete: false, textSignature: '' }]);
    const id = list[0]?.id ?? '';
    const answer = await jmap.call<SetAnswer>('Identity/set', {
      update: { [id]: { name: 'Alice', htmlSignature: '<b>A</b>' } },
      destroy: [id],
    });
    expect(answer.updated).toEqual({ [id]: null });
    expect(answer.notDestroyed?.[id]?.type).toBe('forbidden');
    const refused = await jmap.call<SetAnswer>('Identity/set', {
      update: { [id]: { email: 'b@example.org' } },
    });
    expect(refused.notUpdated?.[id]?.properties).toEqual(['email']);
  });

  it('are made and removed, and tell their changes', async () => {
    const { state } = await jmap.call<GetAnswer<Identity>>('Identity/get', { ids: [] });
    const made = await jmap.call<SetAnswer>('Identity/set', {
      create: { i: { email: 'alias@example.org', name: 'Alias' } },
    });
    const id = made.created?.i?.id ?? '';
    expect(made.created?.i).toEqual({ id, mayDelete: true });
    expect(await jmap.call('Identity/changes', { sinceState: state })).toMatchObject({ created: [id] });
    await jmap.call('Identity/set', { destroy: [id] });
    expect(await jmap.call('Identity/changes', { sinceState: made.newState })).toMatchObject({
      destroyed: [id],
    });
    expect(await jmap.call('Identity/changes', { sinceState: state })).toMatchObject({
      created: [],
      destroyed: [],
    });
  });

  it('S17: hold no line break', async () => {
    const { notCreated } = await jmap.call<SetAnswer>('Identity/set', {
      create: { i: { email: 'a@example.org', name: 'a\r\nBcc: b@example.org' } },
    });
    expect(notCreated?.i).toMatchObject({ type: 'invalidProperties', properties: ['name'] });
  });
});
