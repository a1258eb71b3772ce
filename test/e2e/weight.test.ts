/** What a visit costs the network, as the built server sends it: answers with their headers, streams and icons too. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Visit, visit } from './browser';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);

const KB = 1024;
const LETTERS = 50;
const QUIET_MS = 1_000;

interface Weight {
  requests: number;
  kilobytes: number;
  /** The heaviest first, for whoever has to find what grew. */
  answers: string[];
}

/** Hands out what came over the network since the last time; what the browser had kept costs nothing. */
async function scaleOf(page: Page): Promise<() => Promise<Weight>> {
  const cdp = await page.context().newCDPSession(page);
  const answers = new Map<string, { path: string; bytes: number }>();
  const kept = new Set<string>();
  let heard = Date.now();
  const weigh = (id: string, bytes: (before: number) => number) => {
    heard = Date.now();
    const answer = answers.get(id);
    if (answer) answer.bytes = bytes(answer.bytes);
  };
  cdp.on('Network.requestWillBeSent', ({ requestId, request, redirectResponse }) => {
    const { pathname, protocol } = new URL(request.url);
    if (!protocol.startsWith('http')) return;
    // The next request after a redirect has the same id.
    const before = answers.get(requestId);
    if (before && redirectResponse) {
      answers.set(`${requestId} ${before.path}`, { ...before, bytes: redirectResponse.encodedDataLength });
    }
    answers.set(requestId, { path: pathname, bytes: 0 });
    heard = Date.now();
  });
  cdp.on('Network.requestServedFromCache', ({ requestId }) => kept.add(requestId));
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) kept.add(requestId);
  });
  cdp.on('Network.dataReceived', ({ requestId, encodedDataLength }) =>
    weigh(requestId, (before) => before + encodedDataLength),
  );
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) =>
    weigh(requestId, () => encodedDataLength),
  );
  await cdp.send('Network.enable');
  return async () => {
    await expect.poll(() => Date.now() - heard, { timeout: 10_000 }).toBeGreaterThan(QUIET_MS);
    const paid = [...answers].flatMap(([id, answer]) => (kept.has(id) ? [] : [answer]));
    answers.clear();
    return {
      requests: paid.length,
      kilobytes: paid.reduce((sum, { bytes }) => sum + bytes, 0) / KB,
      answers: paid.sort((a, b) => b.bytes - a.bytes).map(({ path, bytes }) => `${bytes} ${path}`),
    };
  };
}

function expectWithin(weight: Weight, most: { kilobytes: number; requests: number }): void {
  const summary = `${weight.kilobytes.toFixed(1)} KB in ${weight.requests}:\n${weight.answers.join('\n')}`;
  expect(weight.kilobytes, summary).toBeLessThan(most.kilobytes);
  expect(weight.requests, summary).toBeLessThanOrEqual(most.requests);
}

const letter = (n: number) =>
  `From: Lena Example <lena@example.com>\r\nTo: ${ANNA}\r\nSubject: Letter ${n} about the garden\r\n` +
  `Message-ID: <${n}@example.com>\r\nDate: ${new Date().toUTCString()}\r\n\r\nHello ${n}, the roses bloom.\r\n`;

let on: Visit;
let taken: () => Promise<Weight>;

beforeAll(async () => {
  for (let n = 0; n < LETTERS; n += 1) await world.dovecot.deliver(ANNA, letter(n));
  on = await visit(world.browser, 'desk');
  taken = await scaleOf(on.page);
}, 60_000);
afterAll(() => on?.context.close());

it('keeps sign-in page and mailbox, nothing cached, within their weight', async () => {
  await world.signIn(on.page, ANNA);
  await on.page.getByRole('row').first().waitFor();
  // The budget is 260 KB in 20; measured 244.7 in 20 when the quota was asked for at once; now that comes later.
  expectWithin(await taken(), { kilobytes: 249, requests: 20 });
}, 40_000);

it('fetches little more than the mail itself when the code is cached', async () => {
  await on.page.reload();
  await on.page.getByRole('row').first().waitFor();
  // The goal is 12 KB; measured 12.1 in 3: the page with its rows, the outbox, the event stream.
  expectWithin(await taken(), { kilobytes: 12.5, requests: 4 });
});

it('brings what is read and written with by the first sign of a reader, and the editor when it is opened', async () => {
  await on.page.keyboard.press('Shift');
  // Measured 46.1: the words of messages, dialogs, the composer.
  expectWithin(await taken(), { kilobytes: 48, requests: 5 });
  await on.page.getByRole('button', { name: 'Write' }).first().click();
  await on.page.getByLabel('Subject').waitFor();
  // With what the first sign brought of it the goal is 45.
  // Measured 19.8.
  expectWithin(await taken(), { kilobytes: 21, requests: 4 });
});
