/** The composer on small screens: full screen, the system's Back, the keyboard that takes half of it, and 400 % zoom. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { picture } from './browser';
import { ANNA, aWorld } from './world';
import { composer, enter, fill, line, shown, text, write } from './writing';

const world = aWorld([ANNA], {
  env: async ({ dovecot, submission }) => ({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
  }),
});
let page: Page;
beforeAll(async () => {
  page = await enter(world, ANNA, 'phone');
  // The inbox gets its own name as soon as it is known.
  await page.waitForURL((url) => /\/mail\/[^/]+\/[^~]/.test(url.pathname));
}, 60_000);
afterAll(() => page?.context().close());

const inDrafts = async (subject: string) => {
  const query = ['search', '-u', ANNA, 'mailbox', 'Drafts', 'SUBJECT', subject];
  return (await world.dovecot.doveadm(...query)).trim().split('\n').filter(Boolean).length;
};

it('takes the whole screen; Back closes it, keeps the draft and stays in the mail', async () => {
  const before = page.url();
  await write(page);
  await fill(page, 'boris@example.org,', 'Kept by Back', 'Half a thought');
  const box = await composer(page).boundingBox();
  expect(box).toEqual({ x: 0, y: 0, width: 390, height: 844 });
  await page.goBack();
  await expect.poll(() => composer(page).count()).toBe(0);
  expect(page.url()).toBe(before);
  await vi.waitFor(async () => expect(await inDrafts('Kept by Back')).toBe(1), { timeout: 10_000 });
});

it('closed by its button it leaves no step behind that Back would need twice', async () => {
  const steps = await page.evaluate(() => window.history.length);
  const before = page.url();
  await write(page);
  await text(page).waitFor();
  await composer(page).getByRole('button', { name: 'Close and keep' }).click();
  await expect.poll(() => composer(page).count()).toBe(0);
  await expect
    .poll(() => page.evaluate(() => 'gatepostComposer' in (window.history.state ?? {})))
    .toBe(false);
  expect(page.url()).toBe(before);
  expect(await page.evaluate(() => window.history.length)).toBeLessThanOrEqual(steps + 1);
});

it('closed by its button it loads no page anew, also where somebody came by /mail', async () => {
  await page.goto(new URL('/mail', page.url()).href);
  await page.waitForURL((url) => !url.pathname.endsWith('/mail') && !url.pathname.includes('~'));
  await write(page);
  await text(page).waitFor();
  const loads: string[] = [];
  page.on('domcontentloaded', () => loads.push(page.url()));
  await composer(page).getByRole('button', { name: 'Close and keep' }).click();
  await expect.poll(() => composer(page).count()).toBe(0);
  await page.waitForFunction(() => !('gatepostComposer' in (window.history.state ?? {})));
  // What the step back started would be under way by the time the page has answered.
  await write(page);
  await text(page).waitFor();
  expect(loads).toEqual([]);
  await page.goBack();
});

it('the keyboard never covers the line that is being written', async () => {
  await write(page);
  await fill(page, 'boris@example.org,', 'Long', '');
  for (let n = 0; n < 30; n += 1) {
    await page.keyboard.type(`line ${n}`);
    await page.keyboard.press('Enter');
  }
  await page.keyboard.type('the last one');
  await page.setViewportSize({ width: 390, height: 430 });
  await expect
    .poll(async () => {
      const caret = await text(page).getByText('the last one').boundingBox();
      const bar = await composer(page).getByRole('button', { name: 'Send', exact: true }).boundingBox();
      return caret && bar && caret.y > 48 && caret.y + caret.height <= bar.y && bar.y + bar.height <= 430;
    })
    .toBe(true);
  await picture(page, 'compose-keyboard');
  await page.setViewportSize({ width: 390, height: 844 });
  await composer(page).getByRole('button', { name: 'Discard draft' }).click();
});

it('at 320 x 256 it can be filled and sent', async () => {
  await page.setViewportSize({ width: 320, height: 256 });
  await page.keyboard.press('c');
  await line(page, 'To').fill(`${ANNA},`);
  await page.getByLabel('Subject').fill('Very small');
  await text(page).click();
  await page.keyboard.type('It fits.');
  await picture(page, 'compose-320x256');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(320);
  await composer(page).getByRole('button', { name: 'Send', exact: true }).click();
  await shown(page, /^(Sending|Sent)/).waitFor();
  await vi.waitFor(
    () => expect(world.submission.accepted.some(({ raw }) => raw.includes('Very small'))).toBe(true),
    { timeout: 25_000 },
  );
}, 60_000);
