/** What stands between the head of a message and its words: the way out of a list, and who is waited for. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { picture, type Visit, violations, visit } from './browser';
import { letter } from './letters';
import { ANNA, aWorld } from './world';
import { chips, composer } from './writing';

const world = aWorld([ANNA]);
let on: Visit;
const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });
const button = (name: string) =>
  on.page.getByRole('button', { name, exact: true }).locator('visible=true').first();

beforeAll(async () => {
  const unsubscribe = 'List-Unsubscribe: <mailto:off@list.example?subject=off>, <http://list.example/off>';
  await world.dovecot.deliver(ANNA, letter({ subject: 'News of the list', headers: [unsubscribe] }));
  await world.dovecot.deliver(ANNA, letter({ subject: 'A letter' }), { receivedAt: Date.now() - 60_000 });
  on = await visit(world.browser, 'phone', { colorScheme: 'dark' });
  await world.signIn(on.page, ANNA);
  await on.page.waitForURL(/\/mail\//);
}, 60_000);
afterAll(() => on?.context.close());
beforeEach(async () => {
  await on.page.unrouteAll({ behavior: 'ignoreErrors' });
  await on.page.goto(`${world.gatepost.url}/mail`);
});

it('who is waited for is said, with the way back; what comes late is shown', async () => {
  const { page } = on;
  await row('A letter').waitFor();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/jmap\/api/, async (route) => {
    await released;
    await route.continue();
  });
  await page.clock.install();
  await row('A letter').click();
  await page.clock.fastForward(4_000);
  await page.getByText('Waiting for localhost').waitFor();
  await page.clock.fastForward(12_000);
  await page.getByText('has not answered for 15 seconds').waitFor();
  expect(await violations(page)).toEqual([]);
  await button('Cancel').click();
  await row('A letter').click();
  release();
  await page.getByText('Hello there').locator('visible=true').waitFor();
  await page.getByRole('button', { name: 'Back' }).locator('visible=true').click();
});

it('a list is left by two taps where a message will do: it is asked first, then prepared', async () => {
  const { page } = on;
  await row('News of the list').click();
  await button('Unsubscribe').click();
  await page.getByRole('dialog').getByText('off@list.example').waitFor();
  expect(await violations(page)).toEqual([]);
  await picture(page, 'unsubscribe');
  await page.getByRole('button', { name: 'Prepare the message' }).click();
  await composer(page).waitFor();
  await expect.poll(() => chips(page, 'To').allTextContents()).toEqual(['off@list.example']);
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await composer(page).waitFor({ state: 'detached' });
});
