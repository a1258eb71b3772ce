/** The numbers of the page's specification, measured in the browser (page.md sections 1, 2, 4, 5, 8, 10, 11), on the demo mailbox. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { picture, SIZES, type Size } from './browser';
import { aDemo } from './demo';

const world = aDemo();
const demo: typeof world.enter = (at, options) => world.enter(at, { timezoneId: evening(), ...options });

/** A zone where it is eight in the evening: how many headings of days stand among the rows depends on the hour. */
function evening(): string {
  const east = 20 - new Date().getUTCHours();
  const hours = east > 12 ? east - 24 : east;
  // Etc/GMT-3 is three hours east of Greenwich.
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
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

describe('what the server paints', () => {
  const cells = (page: Page) =>
    page.getByRole('row').evaluateAll((rows) =>
      rows.slice(0, 9).map((row) =>
        [row, ...row.querySelectorAll('[role=gridcell], time, bdi')].map((part) => {
          const { left, top, height } = part.getBoundingClientRect();
          return [part.tagName, left, top, height].join(' ');
        }),
      ),
    );

  it.each<[Size, string]>([
    ['phone', 'normal'],
    ['desk', 'dense'],
    ['desk', 'normal'],
    ['desk', 'comfortable'],
  ])('stays where it is when the page comes alive: rows on the %s, %s', async (size, density) => {
    const page = await demo(size);
    const { url } = world.gatepost;
    await page.context().addCookies([{ name: 'gatepost-density', value: density, url }]);
    await expect.poll(() => told(page)).toEqual(size === 'phone' ? ['screen', 'timezone'] : ['timezone']);
    await page.reload();
    await page.getByRole('row').first().waitFor();
    const alive = await cells(page);
    const painted = await paintedOnly(page, size);
    expect(alive.length).toBeGreaterThanOrEqual(9);
    expect(await cells(painted)).toEqual(alive);
    await painted.context().close();
  });

  it('is for the screen that the browser told of last', async () => {
    const page = await demo('desk');
    const screen = async () =>
      (await page.context().cookies()).find(({ name }) => name === 'gatepost-screen')?.value;
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(screen).toBe('phone');
    await page.setViewportSize({ width: 1280, height: 800 });
    await expect.poll(screen).toBe('desk');
  });

  /** What the browser says of the device, so that the server knows it. */
  const told = async (page: Page) =>
    (await page.context().cookies())
      .flatMap(({ name }) => /^gatepost-(screen|timezone)$/.exec(name)?.[1] ?? [])
      .sort();

  /** The same place of the same person, where no code runs. */
  async function paintedOnly(page: Page, size: Size): Promise<Page> {
    const browser = page.context().browser();
    if (!browser) throw new Error('a context without a browser');
    const context = await browser.newContext({
      ...SIZES[size],
      javaScriptEnabled: false,
      locale: 'en-GB',
      timezoneId: evening(),
      storageState: await page.context().storageState(),
    });
    const painted = await context.newPage();
    await painted.goto(page.url());
    return painted;
  }
});

describe('sizes (page.md sections 1, 4, 5, 7, 8)', () => {
  const box = async (page: Page, selector: string) => {
    const found = await page.locator(selector).locator('visible=true').first().boundingBox();
    if (!found) throw new Error(`${selector} is not on the screen`);
    return found;
  };

  it('of the panes on the desk: folders 224, list 360, bars 48, rows 56, folders 32', async () => {
    const page = await demo('desk');
    expect((await box(page, '[data-pane="folders"]')).width).toBeCloseTo(224, -0.5);
    expect((await box(page, '[data-pane="list"]')).width).toBeCloseTo(360, -0.5);
    expect((await box(page, '[data-pane="mail"]')).width).toBeGreaterThanOrEqual(400);
    expect((await box(page, 'header')).height).toBe(48);
    expect((await box(page, '[role="row"]')).height).toBe(56);
    expect((await box(page, '[role="treeitem"]')).height).toBe(32);
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 3 }).first().waitFor();
    expect((await box(page, '[data-pane="mail"] [role="toolbar"]')).height).toBe(48);
  });

  it.each([
    ['dense', 32, 20],
    ['normal', 56, 12],
    ['comfortable', 76, 9],
  ])('of rows, %s: %i px, at least %i in view', async (density, height, rows) => {
    const page = await demo('desk');
    await page.context().addCookies([{ name: 'gatepost-density', value: density, url: world.gatepost.url }]);
    await page.reload();
    await page.getByRole('row').first().waitFor();
    expect((await box(page, '[role="row"]')).height).toBe(height);
    expect(await rowsInView(page)).toBeGreaterThanOrEqual(rows);
    await picture(page, `density-${density}`);
  });

  it('on the tablet: list 320 beside the mail, folders in a drawer of 280', async () => {
    const page = await demo('tablet');
    expect((await box(page, '[data-pane="list"]')).width).toBe(320);
    expect((await box(page, '[data-pane="mail"]')).x).toBe(320);
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 3 }).first().waitFor();
    await picture(page, 'tablet');
    await page.getByRole('button', { name: 'Folders' }).first().click();
    expect((await box(page, 'dialog[open]')).width).toBeCloseTo(280, -0.5);
    await picture(page, 'tablet-folders');
  });

  it('on the phone: rows 76, folders 44, bars 48 and 56, input of 16 px', async () => {
    const page = await demo('phone');
    expect((await box(page, '[role="row"]')).height).toBe(76);
    expect((await box(page, '[data-pane="list"] header')).height).toBe(48);
    expect((await box(page, 'nav')).height).toBeCloseTo(57, -0.5);
    await page.getByRole('button', { name: 'Folders' }).first().click();
    expect((await box(page, 'dialog[open] [role="treeitem"]')).height).toBeGreaterThanOrEqual(44);
    await picture(page, 'phone-folders');
    await page.goBack();
    await page.getByRole('navigation').getByText('Search').click();
    const field = page.getByRole('searchbox').locator('visible=true');
    expect(
      await field.evaluate((input) => Number.parseFloat(getComputedStyle(input).fontSize)),
    ).toBeGreaterThanOrEqual(16);
  });

  it('of text: nothing under 12 px', async () => {
    for (const size of ['desk', 'phone'] as const) {
      const page = await demo(size);
      await page.getByRole('row').first().click();
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      const small = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found: string[] = [];
        while (walker.nextNode()) {
          const { parentElement: parent, textContent } = walker.currentNode;
          if (
            parent &&
            textContent?.trim() &&
            parent.checkVisibility() &&
            Number.parseFloat(getComputedStyle(parent).fontSize) < 12
          )
            found.push(`${textContent} ${parent.outerHTML.slice(0, 80)}`);
        }
        return found;
      });
      expect(small).toEqual([]);
    }
  });

  it('of the undo toast: 48 high, at most 480 wide', async () => {
    const page = await demo('desk');
    await page.getByRole('row').nth(3).focus();
    await page.keyboard.press('Shift+i');
    const toast = page.getByRole('region', { name: 'Notices' }).locator('div[data-edge]');
    await toast.waitFor();
    const { height, width } = (await toast.boundingBox()) ?? { height: 0, width: 0 };
    expect(height).toBe(48);
    expect(width).toBeLessThanOrEqual(480);
  });

  it('at 320 x 256 two thirds are content, in list and mail', async () => {
    const page = await demo('desk');
    await page.setViewportSize({ width: 320, height: 256 });
    expect((await box(page, '[data-list-scroller]')).height).toBeGreaterThanOrEqual((256 * 2) / 3);
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 3 }).first().waitFor();
    await picture(page, 'zoom-400');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });
});

describe('the document', () => {
  it('has one h1, one main, a language, a title with the unread, and lets people zoom', async () => {
    const page = await demo('phone');
    for (const open of [false, true]) {
      if (open) {
        await page.getByRole('row').first().click();
        await page.getByRole('heading', { level: 3 }).first().waitFor();
      }
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.locator('main').count()).toBe(1);
    }
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toMatch(/^Inbox \(\d+\) - Gatepost$/);
    expect(await page.locator('meta[name="viewport"]').getAttribute('content')).not.toMatch(
      /maximum-scale|user-scalable/,
    );
  });

  it('shows where the focus is at every tab stop: the picture differs inside the ring', async () => {
    const page = await demo('desk');
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 3 }).first().waitFor();
    await page.locator('body').focus();
    const without: string[] = [];
    for (let i = 0; i < 12; i += 1) {
      await page.keyboard.press('Tab');
      const bare = await page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body || at.tagName === 'IFRAME') return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(at);
        return outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2
          ? at.outerHTML.slice(0, 120)
          : null;
      });
      if (bare !== null) without.push(bare);
    }
    expect(without).toEqual([]);
  });

  it('bears the text spacing of WCAG 1.4.12', async () => {
    for (const size of ['desk', 'phone'] as const) {
      const page = await demo(size);
      await page.getByRole('row').first().click();
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      await page.evaluate(() => {
        for (const element of document.querySelectorAll<HTMLElement>('body *')) {
          element.style.setProperty('letter-spacing', '0.12em', 'important');
          element.style.setProperty('word-spacing', '0.16em', 'important');
          element.style.setProperty('line-height', '1.5', 'important');
        }
      });
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
      await picture(page, `text-spacing-${size}`);
    }
  });
});
