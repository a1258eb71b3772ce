/** What the server painted is answered to from its first moment: what is clicked and typed before the code has come is done when it has. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alive, type Size, type Visit, visit } from './browser';
import { letter } from './letters';
import { ANNA, aWorld } from './world';
import { line } from './writing';

const world = aWorld([ANNA]);
const CODE = /\/_next\/static\/.*\.js/;

/** The page as the server painted it; its code comes when it is let go. */
async function painted(page: Page, address: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(CODE, async (route) => {
    await released;
    await route.fallback();
  });
  await page.goto(address, { waitUntil: 'commit' });
  return release;
}

beforeAll(async () => {
  for (const subject of ['First of all', 'Second to none'])
    await world.dovecot.deliver(ANNA, letter({ subject }), {
      receivedAt: Date.now() - (subject === 'First of all' ? 0 : 60_000),
    });
});

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  let inbox = '';
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });

  beforeAll(async () => {
    on = await visit(world.browser, size);
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\/[^~]+$/);
    inbox = on.page.url();
  }, 40_000);
  afterAll(() => on?.context.close());

  it('a click on a row opens its message, and nothing has moved meanwhile', async () => {
    const { page } = on;
    const release = await painted(page, inbox);
    const before = await row('Second to none').boundingBox();
    await row('Second to none').click();
    release();
    await page.getByRole('heading', { level: 2, name: 'Second to none' }).waitFor();
    await alive(page);
    await page.keyboard.press('u');
    expect(await row('Second to none').boundingBox()).toEqual(before);
    await page.unroute(CODE);
  });

  it('keys act in their order, and words after / are words', async () => {
    const { page } = on;
    const release = await painted(page, inbox);
    await row('First of all').waitFor();
    for (const key of ['/', 'n', 'o', 'n', 'e']) await page.keyboard.press(key);
    release();
    const field = page.getByRole('searchbox').locator('visible=true');
    await expect.poll(() => field.inputValue()).toBe('none');
    await page.keyboard.press('Enter');
    await row('First of all').waitFor({ state: 'detached' });
    await row('Second to none').waitFor();
    await page.unroute(CODE);
  });

  it('what was typed into a field and sent is what the page knows', async () => {
    const { page } = on;
    const account = new URL(inbox).pathname.split('/')[2];
    const release = await painted(page, `${world.gatepost.url}/search?account=${account}`);
    const field = page.getByRole('searchbox').locator('visible=true');
    await field.fill('first');
    await field.press('Enter');
    release();
    await row('First of all').waitFor();
    expect(await row('Second to none').count()).toBe(0);
    await page.unroute(CODE);
  });

  it('code that could not be fetched is fetched at the next need', async () => {
    // Without a pointer: what it does brings the code before it is needed.
    const page = await on.context.newPage();
    await page.goto(inbox);
    await alive(page);
    await page.route(CODE, (route) => route.abort());
    await page.keyboard.press('c');
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    await page.unroute(CODE);
    await again.click();
    await line(page, 'To').waitFor();
  });
});

it('a sign-in that was sent before the page was alive is done', async () => {
  const { page, context } = await visit(world.browser, 'desk');
  const release = await painted(page, `${world.gatepost.url}/sign-in`);
  await page.getByLabel('Email address').fill('nobody');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  release();
  await page.getByText('An address looks like').waitFor();
  expect(page.url()).toMatch(/\/sign-in$/);
  await context.close();
});
