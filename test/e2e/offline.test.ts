/** The network goes, the mail server goes, the phone sleeps: nothing done is lost, nothing known goes away (page.md section 8, R7, R8). */
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { picture, type Visit, violations, visit } from './browser';
import { letter } from './letters';
import { waitsFor } from './on-server';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);
let on: Visit;
afterEach(() => on.context.close());

const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });
/** The list shows the beginning of the text too: only the heading tells that the letter is open, and back leads to the list. */
async function openAndGoBack(page: Page, subject: string): Promise<void> {
  await row(page, subject).click();
  await page.getByRole('heading', { name: subject }).waitFor();
  await page.getByText('Hello there').locator('visible=true').first().waitFor();
  await page.goBack();
  await row(page, subject).waitFor();
}
const onServer = waitsFor(world, 15_000);

beforeAll(async () => {
  for (const n of [1, 2, 3, 4]) await world.dovecot.deliver(ANNA, letter({ subject: `Letter ${n}` }));
}, 90_000);

it('what is done without a network is told, outlives a reload, and is done when the network is back', async () => {
  on = await visit(world.browser, 'phone');
  const { page, context } = on;
  await world.signIn(page, ANNA);
  // The rows come painted, before the program that hears keys; the address follows when it lives.
  await page.waitForURL(/\/mail\/[^~]+$/);
  await row(page, 'Letter 4').waitFor();
  await context.setOffline(true);
  await row(page, 'Letter 4').focus();
  await page.keyboard.press('e');
  await row(page, 'Letter 3').focus();
  await page.keyboard.press('s');
  await page.getByText(/2 changes wait for the network/).waitFor();
  expect(await row(page, 'Letter 4').count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await picture(page, 'offline');

  // The page goes while the network is away; the next one has what it left.
  const url = page.url();
  await page.close();
  await context.setOffline(false);
  await onServer(0, 'Archive', 'SUBJECT', 'Letter 4');
  const next = await context.newPage();
  await next.goto(url);
  await onServer(1, 'Archive', 'SUBJECT', 'Letter 4');
  await onServer(1, 'INBOX', 'FLAGGED', 'SUBJECT', 'Letter 3');
  await row(next, 'starred').waitFor();
  expect(await row(next, 'Letter 4').count()).toBe(0);
  expect(await next.getByText(/wait for the network/).count()).toBe(0);
}, 60_000);

it('the network comes back: what waited is sent and what came meanwhile is there, without a reload', async () => {
  on = await visit(world.browser, 'desk', { colorScheme: 'dark' });
  const { page, context } = on;
  await world.signIn(page, ANNA);
  await row(page, 'Letter 2').waitFor();
  await context.setOffline(true);
  await page.getByText(/^Offline\. Mail as of/).waitFor();
  await row(page, 'Letter 2').focus();
  await page.keyboard.press('e');
  await page.getByText(/1 change waits for the network/).waitFor();
  expect(await violations(page)).toEqual([]);
  await picture(page, 'offline-desk');
  await world.dovecot.deliver(ANNA, letter({ subject: 'Came meanwhile' }));
  await context.setOffline(false);
  await row(page, 'Came meanwhile').waitFor({ timeout: 30_000 });
  expect(await page.getByText(/^Offline/).count()).toBe(0);
  await onServer(1, 'Archive', 'SUBJECT', 'Letter 2');
}, 60_000);

it('R8: the mail server goes: the bar says so, what is known can be read, and it mends itself', async () => {
  on = await visit(world.browser, 'phone');
  const { page } = on;
  await world.signIn(page, ANNA);
  await page.waitForURL(/\/mail\/[^~]+$/);
  await openAndGoBack(page, 'Letter 1');
  await world.dovecot.kill('SIGKILL');
  await page
    .getByText(/has not answered since/)
    .first()
    .waitFor({ timeout: 30_000 });
  expect(await violations(page)).toEqual([]);
  await picture(page, 'server-down-phone');
  await openAndGoBack(page, 'Letter 1');
  await world.dovecot.start();
  await world.dovecot.deliver(ANNA, letter({ subject: 'Back again' }));
  await row(page, 'Back again').waitFor({ timeout: 60_000 });
  await expect.poll(() => page.getByText(/has not answered/).count()).toBe(0);
}, 120_000);

it('a page that slept for minutes asks again as soon as it is looked at', async () => {
  on = await visit(world.browser, 'phone');
  const { page } = on;
  await page.clock.install();
  await world.signIn(page, ANNA);
  await row(page, 'Letter 1').waitFor();
  let opened = 0;
  page.on('request', (request) => {
    if (request.url().includes('/jmap/events')) opened += 1;
  });
  const hide = (state: 'hidden' | 'visible') =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await hide('hidden');
  const before = opened;
  await page.clock.setSystemTime(Date.now() + 10 * 60_000);
  await world.dovecot.deliver(ANNA, letter({ subject: 'While it slept' }));
  await hide('visible');
  await expect.poll(() => opened).toBeGreaterThan(before);
  await row(page, 'While it slept').waitFor({ timeout: 15_000 });
}, 60_000);

it('on the phone, back goes from the mail to the list, and from the folders to the list', async () => {
  on = await visit(world.browser, 'phone');
  const { page } = on;
  await world.signIn(page, ANNA);
  await row(page, 'Letter 1').waitFor();
  await page.waitForURL(/\/mail\/[^~]+$/);
  const list = page.url();
  await page.getByRole('button', { name: 'Folders' }).first().click();
  const drawer = page.getByRole('dialog', { name: 'Folders' });
  await drawer.waitFor();
  await page.goBack();
  await drawer.waitFor({ state: 'detached' });
  expect(page.url()).toBe(list);
  await row(page, 'Letter 1').click();
  await page.getByRole('heading', { name: 'Letter 1' }).waitFor();
  await page.goBack();
  await row(page, 'Letter 1').waitFor();
  expect(page.url()).toBe(list);
  // A mail opened by its address goes to its list as well.
  await page.goForward();
  const mail = page.url();
  await page.goto('about:blank');
  // A button painted before the program that hears it is deaf: the stream begins when the page lives.
  const alive = page.waitForRequest(/\/jmap\/events/);
  await page.goto(mail);
  await alive;
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await row(page, 'Letter 1').waitFor();
  // Folders, another folder, a mail: each step back is one of those.
  await page.getByRole('button', { name: 'Folders' }).first().click();
  await page
    .getByRole('treeitem', { name: /^Archive/ })
    .locator('visible=true')
    .click();
  // The open drawer stands in the address too: another place is one without it.
  await page.waitForURL((url) => url.href !== list && !url.searchParams.has('folders'));
  await row(page, 'Letter 4').click();
  await page.getByRole('heading', { name: 'Letter 4' }).waitFor();
  await page.goBack();
  await row(page, 'Letter 4').waitFor();
}, 60_000);
