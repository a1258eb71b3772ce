/** RFC 9007: receipts, over HTTP. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Id, JsonObject, SetError } from '@/lib/jmap/types';
import { ALICE, BOB, type GetAnswer, KINDS, World } from './world';

interface SendAnswer {
  sent: Record<Id, JsonObject> | null;
  notSent: Record<Id, SetError> | null;
}
interface ParseAnswer {
  parsed: Record<Id, JsonObject> | null;
  notParsable: Id[] | null;
  notFound: Id[] | null;
}

const ASKING = `From: ${BOB}
To: ${ALICE}
Subject: Plan
Message-ID: <plan@example.org>
Disposition-Notification-To: Bob <${BOB}>

words`;
const DISPOSITION = { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' };

describe.each(KINDS)('MDN of an %s account', (kind) => {
  let jmap: World;
  let identityId: Id;
  beforeAll(async () => {
    jmap = await World.open(kind);
    const { list } = await jmap.call<GetAnswer>('Identity/get', { ids: null });
    identityId = list[0]?.id ?? '';
  });
  afterAll(() => jmap?.close());

  const send = (mdn: object, more: object = {}) =>
    jmap.call<SendAnswer>('MDN/send', {
      identityId,
      send: { r: { disposition: DISPOSITION, ...mdn } },
      ...more,
    });

  it('S10: §2.1 is sent when asked, to who asked, with no envelope sender, once, and nothing is filed', async () => {
    const emailId = await jmap.importEmail(ASKING);
    const before = jmap.submission.accepted.length;
    const { methodResponses } = await jmap.request([
      [
        'MDN/send',
        {
          accountId: jmap.accountId,
          identityId,
          send: {
            r: { forEmailId: emailId, subject: 'Read: Plan', textBody: 'seen', disposition: DISPOSITION },
          },
          onSuccessUpdateEmail: { '#r': { 'keywords/$mdnsent': true } },
        },
        'c',
      ],
    ]);
    expect(methodResponses.map(([name]) => name)).toEqual(['MDN/send', 'Email/set']);
    expect(methodResponses[0]?.[1]).toMatchObject({
      sent: { r: { finalRecipient: `rfc822; ${ALICE}`, originalMessageId: '<plan@example.org>' } },
      notSent: null,
    });
    expect((await jmap.email(emailId, { properties: ['keywords'] })).keywords).toMatchObject({
      $mdnsent: true,
    });
    await vi.waitFor(() => expect(jmap.submission.accepted.length).toBe(before + 1), 15_000);
    const [told] = jmap.submission.accepted.slice(before);
    expect(told).toMatchObject({ from: '', to: [BOB] });
    const blobId = await jmap.upload(told?.raw ?? '');
    expect((await jmap.call<ParseAnswer>('MDN/parse', { blobIds: [blobId] })).parsed?.[blobId]).toMatchObject(
      {
        subject: 'Read: Plan',
        textBody: expect.stringContaining('seen'),
        originalMessageId: '<plan@example.org>',
        finalRecipient: `rfc822; ${ALICE}`,
        disposition: DISPOSITION,
        includeOriginalMessage: false,
      },
    );
    expect((await send({ forEmailId: emailId })).notSent?.r?.type).toBe('mdnAlreadySent');
    const { mailboxIds } = await jmap.email(emailId, { properties: ['mailboxIds'] });
    expect(mailboxIds).toEqual({ [await jmap.mailboxId('inbox')]: true });
    const inSent = { filter: { inMailbox: await jmap.mailboxId('sent') } };
    expect((await jmap.call<{ ids: Id[] }>('Email/query', inSent)).ids).toEqual([]);
  });

  it('refuses what nobody asked for, what is not there, and words that would be header fields', async () => {
    const plain = await jmap.importEmail(ASKING.replace(/Disposition.*\n/, ''));
    expect((await send({ forEmailId: plain })).notSent?.r?.type).toBe('notFound');
    expect((await send({ forEmailId: 'egone' })).notSent?.r?.type).toBe('notFound');
    const asking = await jmap.importEmail(ASKING.replace('<plan@', '<other@'));
    const wrong = [
      { reportingUA: 'x\r\nBcc: a@b' },
      { extensionFields: { 'X-Odd': 'y\nz' } },
      { extensionFields: { 'final-Recipient': `rfc822; ${BOB}` } },
      { finalRecipient: `rfc822; ${BOB}` },
      { disposition: { ...DISPOSITION, type: 'denied' } },
    ];
    for (const each of wrong) {
      expect((await send({ forEmailId: asking, ...each })).notSent?.r?.type).toBe('invalidProperties');
    }
    expect(await jmap.error('MDN/send', { identityId: 'inone', send: {} })).toBe('invalidArguments');
  });

  it('§2.2 tells what is no receipt and what is not there', async () => {
    const blobId = await jmap.upload(ASKING);
    expect(await jmap.call<ParseAnswer>('MDN/parse', { blobIds: [blobId, 'unone'] })).toMatchObject({
      parsed: null,
      notParsable: [blobId],
      notFound: ['unone'],
    });
  });
});
