import { expect, test } from 'vitest';
import { createDraft, destroyDrafts } from '@/lib/client/composer/save-draft';
import { submit } from '@/lib/client/composer/submit';
import { emptyDraft } from '@/lib/client/draft/draft';
import type { JsonObject, SubmissionEnvelope } from '@/lib/jmap/types';
import { scripted } from '@/test/lib/client/fixture';

const identity = {
  id: 'i1',
  name: 'Me',
  email: 'me@example.org',
  replyTo: null,
  bcc: null,
  textSignature: '',
  htmlSignature: '',
  mayDelete: false,
};
const plainText = (html: string) => html.replace(/<[^>]*>/g, '');
const file = (key: string, cid: string | null) => ({
  key,
  name: key,
  type: 'image/png',
  size: 1,
  blobId: `u${key}`,
  cid,
});
const draft = {
  ...emptyDraft('a', 'i1'),
  to: [{ name: null, email: 'a@b.co' }],
  body: '<img src="cid:c1">',
  attachments: [file('1', null), file('2', 'c1'), file('3', null)],
};
const outgoing = {
  accountId: 'a',
  emailId: 'e1',
  identityId: 'i1',
  from: 'me@example.org',
  to: ['a@b.co'],
};
const into = (transport: ReturnType<typeof scripted>) => ({ transport, identity, draftsId: 'd', plainText });

test('the saved draft says where its files are now, each by its own', async () => {
  const part = (blobId: string, cid: string | null) => ({ blobId, cid, name: 'x', type: 'image/png' });
  const transport = scripted({
    'Email/set': () => ({ created: { draft: { id: 'e2' } } }),
    'Email/get': () => ({
      list: [
        {
          textBody: [{ ...part('p0', null), type: 'text/plain' }],
          htmlBody: [],
          attachments: [part('p2', 'c1'), part('p1', null), part('p3', null)],
        },
      ],
    }),
  });
  const saved = await createDraft(draft, into(transport));
  expect(saved.emailId).toBe('e2');
  expect([...saved.blobIds]).toEqual([
    ['1', 'p1'],
    ['2', 'p2'],
    ['3', 'p3'],
  ]);
});

test('I1 a refused save is a failure and destroys nothing', async () => {
  const transport = scripted({ 'Email/set': () => ({ notCreated: { draft: { type: 'overQuota' } } }) });
  await expect(createDraft(draft, into(transport))).rejects.toMatchObject({ code: 'overQuota' });
  expect(transport.log.some(([, args]) => 'destroy' in args)).toBe(false);
});

test('R27 a draft that somebody else replaced is told, not overwritten', async () => {
  const transport = scripted({
    'Email/set': () => ({ destroyed: ['e1'], notDestroyed: { e0: { type: 'notFound' } } }),
  });
  expect(await destroyDrafts(transport, 'a', ['e0', 'e1'])).toEqual(['e0']);
});

test('R29 asked twice to send the same mail, the first submission is the answer', async () => {
  const transport = scripted({
    'EmailSubmission/set': () => ({ notCreated: { send0: { type: 'alreadyExists', existingId: 's1' } } }),
  });
  expect(await submit(transport, outgoing, { holdFor: 10 })).toEqual(['s1']);
  expect(transport.log[0]?.[1]).toMatchObject({
    create: {
      send0: {
        emailId: 'e1',
        envelope: {
          mailFrom: { email: 'me@example.org', parameters: { HOLDFOR: '10' } },
          rcptTo: [{ email: 'a@b.co', parameters: null }],
        },
      },
    },
  });
});

test('more recipients than the provider takes go in parts, one after the other', async () => {
  const transport = scripted({
    'EmailSubmission/set': ({ create }) => ({
      created: Object.fromEntries(Object.keys(create as object).map((name) => [name, { id: name }])),
    }),
  });
  const to = Array.from({ length: 5 }, (_, i) => `p${i}@b.co`);
  const parts = { size: 2, everyMs: 600_000 };
  expect(await submit(transport, { ...outgoing, to }, { holdFor: 10 }, parts)).toHaveLength(3);
  const create = transport.log[0]?.[1]?.create as unknown as Record<string, { envelope: SubmissionEnvelope }>;
  expect(
    Object.values(create).map(({ envelope }) => [
      envelope.mailFrom.parameters?.HOLDFOR,
      envelope.rcptTo.map(({ email }) => email),
    ]),
  ).toEqual([
    ['10', ['p0@b.co', 'p1@b.co']],
    ['610', ['p2@b.co', 'p3@b.co']],
    ['1210', ['p4@b.co']],
  ]);
});

test('I2 a part that is refused takes those that were queued with it back', async () => {
  const calls: unknown[] = [];
  const transport = scripted({
    'EmailSubmission/set': ({ create, update }): JsonObject => {
      calls.push(create ? 'create' : update);
      if (!create) return { updated: { s1: null } };
      return { created: { send0: { id: 's1' } }, notCreated: { send1: { type: 'invalidRecipients' } } };
    },
  });
  const parts = { size: 1, everyMs: 0 };
  await expect(
    submit(transport, { ...outgoing, to: ['a@b.co', 'b'] }, { holdFor: 0 }, parts),
  ).rejects.toMatchObject({ code: 'invalidRecipients' });
  expect(calls).toEqual(['create', { s1: { undoStatus: 'canceled' } }]);
});

test('a delivery receipt is asked of the servers on the way', async () => {
  const transport = scripted({ 'EmailSubmission/set': () => ({ created: { send0: { id: 's1' } } }) });
  await submit(transport, { ...outgoing, receipt: true }, { holdFor: 0 });
  expect(transport.log[0]?.[1]).toMatchObject({
    create: {
      send0: {
        envelope: {
          mailFrom: { parameters: { RET: 'HDRS' } },
          rcptTo: [{ parameters: { NOTIFY: 'SUCCESS,FAILURE,DELAY' } }],
        },
      },
    },
  });
});
