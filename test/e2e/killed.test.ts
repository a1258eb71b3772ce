/** R28: the browser itself is killed in the midst of writing, with a file on its way; started again it has both. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Leashed, leash } from '@/test/servers/leash';
import { BROWSER_ARGS, CHROMIUM, picture } from './browser';
import { ANNA, aWorld, BORIS, PASSWORD } from './world';
import { composer, fill, partsOf, send, sentIn, setUndo, shown, text, write } from './writing';

const world = aWorld([ANNA, BORIS], {
  env: async ({ dovecot, submission }) => ({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
  }),
});
/** What may be lost of the text. */
const LOST_MS = 5_000;
const OLD_WORDS = 3;
const SLOW_BYTES_A_SECOND = 200_000;

let profile: string;
const started: Leashed[] = [];
beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'gatepost-profile-'));
});
afterAll(async () => {
  for (const browser of started) if (!browser.exited()) await browser.kill('SIGKILL');
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
});

/** A Chromium of its own, as a person has one: with a profile that stays. */
async function browse(): Promise<{ page: Page; browser: Leashed }> {
  const args = [...BROWSER_ARGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const browser = await leash(profile, CHROMIUM, args);
  started.push(browser);
  const address = await new Promise<string>((resolve) => {
    createInterface(browser.stderr).on('line', (line) => {
      const [, found] = /listening on (ws:\S+)/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
  const [context] = (await chromium.connectOverCDP(address, { timeout: 60_000 })).contexts();
  if (!context) throw new Error('the browser has no profile');
  const page = await context.newPage();
  await page.setViewportSize({ width: 1280, height: 800 });
  return { page, browser };
}

async function enter(page: Page): Promise<void> {
  await page.goto(`${world.gatepost.url}/mail`);
  await page.waitForURL(/\/(?:mail\/|sign-in)/);
  // A browser that was killed may not have written its cookie yet.
  if (page.url().includes('/sign-in')) {
    await page.getByLabel('Email address').fill(ANNA);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
  await page.waitForURL(/\/mail\//);
}

it('has what was typed until five seconds before, and the upload goes on', async () => {
  const subject = `Killed ${Date.now()}`;
  const bytes = Buffer.alloc(5_000_000, 'Gatepost ');
  const { page, browser } = await browse();
  await enter(page);
  await setUndo(page, 0);
  await write(page);
  await fill(page, BORIS, subject, 'Begun.');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: SLOW_BYTES_A_SECOND },
  });
  const large = { name: 'large.bin', mimeType: 'application/octet-stream', buffer: bytes };
  await composer(page).locator('input[type="file"]').first().setInputFiles(large);
  await composer(page).getByRole('progressbar').waitFor();
  await text(page).click();
  await page.keyboard.press('Control+End');
  const typed: { word: string; at: number }[] = [];
  const old = () => typed.filter(({ at }) => at < Date.now() - LOST_MS);
  while (old().length < OLD_WORDS) {
    const word = `word${typed.length}`;
    await page.keyboard.type(` ${word}`, { delay: 30 });
    typed.push({ word, at: Date.now() });
  }
  expect(await composer(page).getByRole('progressbar').count()).toBe(1);
  const sure = old().map(({ word }) => word);
  await browser.kill('SIGKILL');

  const again = await browse();
  await enter(again.page);
  await text(again.page).waitFor();
  const kept = (await text(again.page).textContent()) ?? '';
  for (const word of sure) expect(kept.split(/\s+/)).toContain(word);
  await picture(again.page, 'killed');
  await composer(again.page)
    .getByText(/^1 file, .* when sent/)
    .waitFor();
  await send(again.page);
  const { raw } = await sentIn(world, subject);
  expect(
    partsOf(raw)
      .find(({ name }) => name === 'large.bin')
      ?.content.equals(bytes),
  ).toBe(true);
  await shown(again.page, 'Sent').waitFor();
}, 150_000);
