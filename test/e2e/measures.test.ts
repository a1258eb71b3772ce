/** The numbers of the page's specification, measured in the browser (page.md sections 1, 4, 5, 10, 11), on the demo mailbox. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { launchBrowser, picture, type Size, violations, visit } from './browser';

let gatepost: GatepostServer;
let browser: Browser;
beforeAll(async () => {
  gatepost = await startGatepost();
  browser = await launchBrowser();
}, 90_000);
afterAll(async () => {
  await browser?.close();
  await gatepost?.stop();
});

async function demo(size: Size, options: Parameters<typeof visit>[2] = {}): Promise<Page> {
  const { page } = await visit(browser, size, options);
  await page.goto(`${gatepost.url}/sign-in`);
  await page.getByRole('button', { name: /demo|пробн|демо|пример/i }).click();
  await page.waitForURL(/\/mail\//);
  await page.getByRole('row').first().waitFor();
  return page;
}

/** Rows whose whole height is in view. */
const rowsInView = (page: Page) =>
  page.getByRole('row').evaluateAll(
    (rows) =>
      rows.filter((row) => {
        const { top, bottom, height } = row.getBoundingClientRect();
        const shown = document.elementFromPoint(innerWidth / 3, (top + bottom) / 2);
        return height > 0 && top >= 0 && bottom <= innerHeight && row.contains(shown);
      }).length,
  );

/** Controls smaller than `least` in one direction; links inside of text are as large as their line. */
const smallTargets = (page: Page, least: number) =>
  page.evaluate((px) => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, [role="treeitem"], [role="menuitem"], select',
    );
    return [...controls].flatMap((control) => {
      const { width, height, top } = control.getBoundingClientRect();
      const shown = control.checkVisibility({ visibilityProperty: true, opacityProperty: true });
      if (!shown || width <= 1 || top < 0 || top > innerHeight || control.closest('.sr-only')) return [];
      return width + 0.5 < px || height + 0.5 < px
        ? [`${control.outerHTML.slice(0, 120)} ${width}x${height}`]
        : [];
    });
  }, least);

async function tabStops(page: Page): Promise<string[]> {
  await page.locator('body').focus();
  const seen: string[] = [];
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const at = document.activeElement;
      return at && at !== document.body
        ? `${at.tagName} ${at.getAttribute('aria-label') ?? at.textContent ?? ''}`.slice(0, 60)
        : '';
    });
    if (name === '' || seen[0] === name) break;
    seen.push(name);
  }
  return seen;
}

describe('the list', () => {
  it('shows at least 12 rows at 1280 x 800 and 9 at 390 x 844', async () => {
    expect(await rowsInView(await demo('desk'))).toBeGreaterThanOrEqual(12);
    expect(await rowsInView(await demo('phone'))).toBeGreaterThanOrEqual(9);
  });

  it('has at most 8 tab stops on the desk, and no focus is lost', async () => {
    const stops = await tabStops(await demo('desk'));
    expect(stops.length).toBeGreaterThanOrEqual(4);
    expect(stops.length).toBeLessThanOrEqual(8);
  });

  it('has no target under 44 px on touch and none under 24 px by mouse', async () => {
    expect(await smallTargets(await demo('phone'), 44)).toEqual([]);
    expect(await smallTargets(await demo('desk'), 24)).toEqual([]);
  });

  it('at 320 x 256 shows at least two rows and never scrolls sideways', async () => {
    const page = await demo('desk');
    await page.setViewportSize({ width: 320, height: 256 });
    await expect.poll(() => rowsInView(page)).toBeGreaterThanOrEqual(2);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
});

describe('the message', () => {
  it.each([
    ['desk', 120],
    ['phone', 152],
  ] as const)('on the %s its head is at most %i px high', async (size, most) => {
    const page = await demo(size);
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 3 }).last().waitFor();
    const height = await page.evaluate(() => {
      const subject = document.querySelector('h2');
      const head = [...document.querySelectorAll('h3')].at(-1)?.closest('header');
      return (head?.getBoundingClientRect().height ?? 0) + (subject?.getBoundingClientRect().height ?? 0);
    });
    expect(height).toBeGreaterThan(40);
    expect(height).toBeLessThanOrEqual(most);
    await picture(page, `head-${size}`);
  });

  it('is one click, one tap, one key away; the next one too', async () => {
    const page = await demo('desk');
    await page.keyboard.press('j');
    await page.waitForURL(/\/mail\/[^/]+\/[^/]+\/[^/]+/);
    const first = page.url();
    await page.keyboard.press('j');
    await expect.poll(() => page.url()).not.toBe(first);
  });
});

describe('looks', () => {
  it.each([
    ['desk', 'light'],
    ['desk', 'dark'],
    ['phone', 'light'],
    ['phone', 'dark'],
  ] as const)(
    'axe finds nothing on %s in %s: list, message, folders, settings',
    async (size, colorScheme) => {
      const page = await demo(size, { colorScheme });
      expect(await violations(page)).toEqual([]);
      await picture(page, `demo-${size}-${colorScheme}`);
      await page.getByRole('row').nth(1).click();
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.goto(`${gatepost.url}/settings`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await violations(page)).toEqual([]);
      await picture(page, `settings-${size}-${colorScheme}`);
    },
    60_000,
  );

  it('speaks Russian to who asks for it', async () => {
    const page = await demo('desk', { locale: 'ru-RU' });
    await page.getByText('Входящие').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await page.title()).toMatch(/^Входящие/);
    await picture(page, 'demo-russian');
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
