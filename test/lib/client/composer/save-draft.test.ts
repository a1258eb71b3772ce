import { expect, test } from 'vitest';
import { createDraft, destroyDrafts } from '@/lib/client/composer/save-draft';
import { submit } from '@/lib/client/composer/submit';
import { emptyDraft } from '@/lib/client/draft/draft';
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
    'EmailSubmission/set': () => ({ notCreated: { send: { type: 'alreadyExists', existingId: 's1' } } }),
  });
  const sent = { ...draft, emailId: 'e1', bcc: [{ name: null, email: 'A@b.co' }] };
  expect(await submit(transport, sent, identity, { holdFor: 10 })).toBe('s1');
  expect(transport.log[0]?.[1]).toMatchObject({
    create: {
      send: {
        emailId: 'e1',
        envelope: {
          mailFrom: { email: 'me@example.org', parameters: { HOLDFOR: '10' } },
          rcptTo: [{ email: 'a@b.co' }],
        },
      },
    },
  });
});
