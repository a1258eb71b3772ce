/** Bodies that somebody has read are found without the mail server, as those that are stored here are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type Fixture, openFixture, type QueryAnswer } from './fixture';

const FAR_DOWN = `${'one of many lines\n'.repeat(200)}zebracrossing\n`;

let jmap: Fixture;
beforeAll(async () => {
  jmap = await openFixture('imap');
});
afterAll(() => jmap?.close());

const known = async (body: string) =>
  (await jmap.call<QueryAnswer>('Email/query', { filter: { body }, 'gatepost:indexOnly': true })).ids;
const read = (id: Id, more = {}) =>
  jmap.call('Email/get', { ids: [id], properties: ['bodyValues', 'textBody', 'htmlBody'], ...more });

it('by their words, stemmed, once they were read whole', async () => {
  const id = await jmap.importEmail(plainMessage('long', FAR_DOWN));
  expect(await known('zebracrossing')).toEqual([]);
  await read(id, { fetchTextBodyValues: true, maxBodyValueBytes: 300 });
  await read(id, { fetchTextBodyValues: true });
  await expect.poll(() => known('zebracrossings'), { timeout: 10_000 }).toEqual([id]);
});

it('by the words of HTML, not by its tags', async () => {
  const raw = `Subject: html\r\nContent-Type: text/html\r\n\r\n<p class="tagword">${'x '.repeat(400)}</p><b>okapi</b>\r\n`;
  const id = await jmap.importEmail(Buffer.from(raw));
  await read(id, { fetchHTMLBodyValues: true });
  await expect.poll(() => known('okapi'), { timeout: 10_000 }).toEqual([id]);
  expect(await known('tagword')).toEqual([]);
});
