/** RFC 8621 §6 and §7: identities and sending, over HTTP. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EmailSubmission, Identity, JsonObject } from '@/lib/jmap/types';
import { ALICE, BOB, type GetAnswer, KINDS, type SetAnswer, World } from './world';

describe.each(KINDS)('sending from an %s account', (kind) => {
  let jmap: World;
  let drafts: string;
  let sent: string;
  let identityId: string;
  beforeAll(async () => {
    jmap = await World.open(kind);
    drafts = await jmap.mailboxId('drafts');
    sent = await jmap.mailboxId('sent');
    identityId = (await identities())[0]?.id ?? '';
  });
  afterAll(() => jmap?.close());

  const identities = async () => (await jmap.call<GetAnswer<Identity>>('Identity/get')).list;
  const setIdentity = (args: object) => jmap.call<SetAnswer>('Identity/set', args);
  const submit = (create: object, more: object = {}) =>
    jmap.call<SetAnswer>('EmailSubmission/set', { create: { s: create }, ...more });
  const submission = async (id: string) => {
    const { list } = await jmap.call<GetAnswer<EmailSubmission>>('EmailSubmission/get', { ids: [id] });
    return list[0] as EmailSubmission;
  };

  async function draft(more: object = {}): Promise<string> {
    const email = {
      mailboxIds: { [drafts]: true },
      keywords: { $draft: true, $seen: true },
      from: [{ name: 'Alice', email: ALICE }],
      to: [{ name: null, email: BOB }],
      subject: `Sent ${crypto.randomUUID()}`,
      textBody: [{ partId: 't', type: 'text/plain' }],
      bodyValues: { t: { value: 'Text' } },
      ...more,
    };
    const { created, notCreated } = await jmap.call<SetAnswer>('Email/set', { create: { e: email } });
    if (!created?.e) throw new Error(JSON.stringify(notCreated));
    return created.e.id;
  }

  describe('§6 identities', () => {
    it('begin with the address of the account, which stays', async () => {
      expect(await identities()).toEqual([
        {
          id: identityId,
          name: expect.any(String),
          email: ALICE,
          replyTo: null,
          bcc: null,
          textSignature: '',
          htmlSignature: '',
          mayDelete: false,
          'gatepost:sentMailboxId': null,
          'gatepost:outgoingAccountId': null,
          'gatepost:outgoingHost': null,
          'gatepost:maxRecipients': null,
          'gatepost:maxSize': null,
        },
      ]);
      const { notDestroyed, notUpdated } = await setIdentity({
        destroy: [identityId],
        update: { [identityId]: { email: BOB } },
      });
      expect(notDestroyed?.[identityId]).toMatchObject({ type: 'forbidden' });
      expect(notUpdated?.[identityId]).toMatchObject({ type: 'invalidProperties', properties: ['email'] });
    });

    it('are made, changed, followed and destroyed', async () => {
      const { state } = await jmap.call<GetAnswer>('Identity/get', { ids: [] });
      const { created } = await setIdentity({ create: { i: { name: 'Other', email: 'other@example.org' } } });
      expect(created?.i).toMatchObject({ id: expect.any(String), mayDelete: true });
      const id = created?.i?.id ?? '';
      await setIdentity({
        update: { [id]: { replyTo: [{ name: 'R', email: 'r@example.org' }], htmlSignature: '<b>x</b>' } },
      });
      expect((await identities()).find((each) => each.id === id)).toMatchObject({
        replyTo: [{ name: 'R', email: 'r@example.org' }],
        htmlSignature: '<b>x</b>',
        textSignature: '',
      });
      expect(await jmap.call('Identity/changes', { sinceState: state })).toMatchObject({
        created: [id],
        updated: [],
        destroyed: [],
      });
      expect((await setIdentity({ destroy: [id] })).destroyed).toEqual([id]);
      expect(await setIdentity({ update: { none: { name: 'x' } }, destroy: ['none'] })).toMatchObject({
        notUpdated: { none: { type: 'notFound' } },
        notDestroyed: { none: { type: 'notFound' } },
      });
    });
  });

  describe('§7 submissions', () => {
    it('send, and tell what became of it; the email is in Sent', async () => {
      const emailId = await draft();
      const before = jmap.submission.accepted.length;
      const { created } = await submit({ identityId, emailId });
      expect(created?.s).toMatchObject({
        id: expect.any(String),
        sendAt: expect.stringMatching(/Z$/),
        undoStatus: expect.stringMatching(/^(pending|final)$/),
      });
      const id = created?.s?.id ?? '';
      await vi.waitFor(
        async () => expect(await submission(id)).toMatchObject({ undoStatus: 'final' }),
        15_000,
      );
      expect(await submission(id)).toMatchObject({
        identityId,
        emailId,
        threadId: expect.any(String),
        envelope: { mailFrom: { email: ALICE }, rcptTo: [{ email: BOB }] },
        deliveryStatus: {
          [BOB]: { delivered: 'queued', displayed: 'unknown', smtpReply: expect.stringMatching(/^2/) },
        },
        dsnBlobIds: [],
        mdnBlobIds: [],
      });
      expect(jmap.submission.accepted.slice(before)).toMatchObject([{ from: ALICE, to: [BOB] }]);
      await vi.waitFor(
        async () =>
          expect(await jmap.email(emailId, { properties: ['mailboxIds', 'keywords'] })).toMatchObject({
            mailboxIds: { [sent]: true },
            keywords: { $seen: true },
          }),
        15_000,
      );
    });

    it('hold, and are taken back', async () => {
      const emailId = await draft();
      const envelope = {
        mailFrom: { email: ALICE, parameters: { HOLDFOR: '3600' } },
        rcptTo: [{ email: BOB, parameters: null }],
      };
      const { created } = await submit({ identityId, emailId, envelope });
      const id = created?.s?.id ?? '';
      expect(await submission(id)).toMatchObject({ undoStatus: 'pending' });
      expect(Date.parse((await submission(id)).sendAt)).toBeGreaterThan(Date.now() + 3_500_000);
      const ids = async (filter: object) =>
        (await jmap.call<{ ids: string[] }>('EmailSubmission/query', { filter })).ids;
      expect(await ids({ undoStatus: 'pending' })).toEqual([id]);
      expect(await ids({ emailIds: [emailId], identityIds: [identityId] })).toEqual([id]);
      expect(await ids({ before: '2020-01-01T00:00:00Z' })).toEqual([]);
      const before = await jmap.call<{ queryState: string; ids: string[] }>('EmailSubmission/query', {
        filter: { undoStatus: 'pending' },
      });
      expect(
        (await jmap.call<SetAnswer>('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } }))
          .updated,
      ).toEqual({ [id]: null });
      expect(await submission(id)).toMatchObject({ undoStatus: 'canceled' });
      const changes = await jmap.call('EmailSubmission/queryChanges', {
        filter: { undoStatus: 'pending' },
        sinceQueryState: before.queryState,
      });
      expect(changes).toMatchObject({ removed: [id], added: [] });
      expect(
        (await jmap.call<SetAnswer>('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } }))
          .notUpdated?.[id],
      ).toMatchObject({ type: 'cannotUnsend' });
      expect((await jmap.call<SetAnswer>('EmailSubmission/set', { destroy: [id] })).destroyed).toEqual([id]);
    });

    it('can come back as they are; nothing else of them changes, and nothing of those that are not there', async () => {
      const { created } = await submit({
        identityId,
        emailId: await draft(),
        envelope: {
          mailFrom: { email: ALICE, parameters: { HOLDFOR: '3600' } },
          rcptTo: [{ email: BOB, parameters: null }],
        },
      });
      const id = created?.s?.id ?? '';
      const whole = { ...(await submission(id)) };
      const update = { [id]: whole, nothing: {} };
      expect(await jmap.call<SetAnswer>('EmailSubmission/set', { update })).toMatchObject({
        updated: { [id]: null },
        notUpdated: { nothing: { type: 'notFound' } },
      });
      const other = { [id]: { ...whole, identityId: 'other', undoStatus: 'final' } };
      expect(await jmap.call<SetAnswer>('EmailSubmission/set', { update: other })).toMatchObject({
        notUpdated: { [id]: { type: 'invalidProperties', properties: ['identityId'] } },
      });
      await jmap.call<SetAnswer>('EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } });
    });

    it('change and destroy the email in a response of its own', async () => {
      const [kept, gone] = [await draft(), await draft()];
      const args = {
        accountId: jmap.accountId,
        create: { a: { identityId, emailId: kept }, b: { identityId, emailId: gone } },
        onSuccessUpdateEmail: {
          '#a': { [`mailboxIds/${drafts}`]: null, [`mailboxIds/${sent}`]: true, 'keywords/$draft': null },
        },
        onSuccessDestroyEmail: ['#b'],
      };
      const { methodResponses } = await jmap.request([
        ['EmailSubmission/set', args as unknown as JsonObject, 'x'],
      ]);
      expect(methodResponses).toMatchObject([
        ['EmailSubmission/set', { notCreated: null }, 'x'],
        ['Email/set', { updated: { [kept]: null }, destroyed: [gone] }, 'x'],
      ]);
      expect(await jmap.email(kept, { properties: ['mailboxIds', 'keywords'] })).toMatchObject({
        mailboxIds: { [sent]: true },
        keywords: { $seen: true },
      });
    });

    it.each<[string, object, object, object]>([
      ['no recipients', { to: [] }, {}, { type: 'noRecipients' }],
      [
        'a foreign From',
        { from: [{ name: null, email: 'else@example.org' }] },
        {},
        { type: 'forbiddenFrom' },
      ],
      [
        'an address that is none',
        {},
        { envelope: { mailFrom: { email: ALICE }, rcptTo: [{ email: 'a b' }] } },
        { type: 'invalidRecipients', invalidRecipients: ['a b'] },
      ],
      [
        'an identity that is not there',
        {},
        { identityId: 'none' },
        { type: 'invalidProperties', properties: ['identityId'] },
      ],
      [
        'an email that is not there',
        {},
        { emailId: 'none' },
        { type: 'invalidProperties', properties: ['emailId'] },
      ],
      ['an unknown property', {}, { colour: 'red' }, { type: 'invalidProperties', properties: ['colour'] }],
      [
        'a time that is too late',
        {},
        {
          envelope: {
            mailFrom: { email: ALICE, parameters: { HOLDFOR: '99999999' } },
            rcptTo: [{ email: BOB }],
          },
        },
        { type: 'invalidProperties' },
      ],
    ])('refuse %s', async (_what, email, more, expected) => {
      const { created, notCreated } = await submit({ identityId, emailId: await draft(email), ...more });
      expect(created).toBeNull();
      expect(notCreated?.s).toMatchObject(expected);
    });
  });
});
