/** Every look of every screen: axe, languages, motion, contrast, forced colours (page.md sections 3, 9, 11), on the demo mailbox. */
import { describe, expect, it } from 'vitest';
import { alive, picture, violations } from './browser';
import { aDemo } from './demo';
import { Hands } from './hands';

const world = aDemo();
const demo: typeof world.enter = (...at) => world.enter(...at);

describe('every look', () => {
  const LOOKS = [
    { name: 'light', colorScheme: 'light', contrast: 'no-preference' },
    { name: 'dark', colorScheme: 'dark', contrast: 'no-preference' },
    { name: 'high', colorScheme: 'light', contrast: 'more' },
    { name: 'high-dark', colorScheme: 'dark', contrast: 'more' },
  ] as const;

  it.each(['desk', 'tablet', 'phone'] as const)(
    'axe finds nothing on %s in four looks: list, message, search, empty, error, settings',
    async (size) => {
      const page = await demo(size);
      const list = page.url();
      const clean = async (screen: string) => {
        for (const { name, ...look } of LOOKS) {
          await page.emulateMedia(look);
          const found = await violations(page, name === 'light' ? 'all' : 'colours');
          expect(found, `${screen}, ${name}`).toEqual([]);
          await picture(page, `look-${screen}-${size}-${name}`);
        }
      };
      await clean('list');
      await page.getByRole('row').nth(1).click();
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      await clean('message');
      const account = list.split('/')[4];
      await page.goto(`${world.gatepost.url}/search?account=${account}&q=the`);
      await page.getByRole('row').first().waitFor();
      await clean('search');
      await page.goto(`${world.gatepost.url}/search?account=${account}&q=nosuchword`);
      await page.getByText('Nothing found for').waitFor();
      await clean('empty');
      await page.goto(`${world.gatepost.url}/settings`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await clean('settings');
      await page.route('**/jmap/api', (route) =>
        route.fulfill({
          status: 500,
          contentType: 'application/problem+json',
          body: '{"type":"about:blank","code":"serverFail","status":500}',
        }),
      );
      await page.goto(`${world.gatepost.url}/search?account=${account}&q=word`);
      await page.getByRole('button', { name: 'Try again' }).first().waitFor();
      await clean('error');
      await page.context().close();
    },
    180_000,
  );

  it('forced colours keep edges, selection and marks', async () => {
    for (const size of ['desk', 'phone'] as const) {
      const page = await demo(size);
      await page.emulateMedia({ forcedColors: 'active' });
      await page.getByRole('row').first().focus();
      await page.keyboard.press('x');
      await picture(page, `forced-list-${size}`);
      await page.getByRole('row').nth(1).click();
      await picture(page, `forced-${size}`);
      const selected = await page
        .locator('[role="row"][aria-selected="true"]')
        .first()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
      const plain = await page
        .locator('[role="row"][aria-selected="false"]')
        .last()
        .evaluate((element) => getComputedStyle(element).backgroundColor);
      expect(selected).not.toBe(plain);
    }
  });
});

describe('looks', () => {
  it('speaks Russian to who asks for it', async () => {
    const page = await demo('desk', { locale: 'ru-RU' });
    await page.getByText('Входящие').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.title()).toMatch(/^Входящие/);
    await picture(page, 'demo-russian');
  });

  it('a finger selects on a tablet as on a phone: a long press, then taps', async () => {
    const page = await demo('tablet');
    await alive(page);
    const hands = new Hands(page);
    const rows = page.getByRole('row');
    await hands.longPress(rows.nth(1), page.getByRole('button', { name: 'Clear selection' }));
    await hands.click(rows.nth(2));
    await expect.poll(() => page.locator('[role="row"][aria-selected="true"]').count()).toBe(2);
  });

  it('stands still where reduced motion is wished', async () => {
    const page = await demo('desk');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const long = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((element) => {
          const style = getComputedStyle(element);
          const seconds = (value: string) => Math.max(...value.split(',').map(Number.parseFloat));
          return seconds(style.transitionDuration) > 0.08 || style.animationName !== 'none';
        }).length,
    );
    expect(long).toBe(0);
  });
});
