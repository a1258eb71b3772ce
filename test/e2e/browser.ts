/** A real Chromium at the sizes of the specification; pictures of each step stay in test-output/screens. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page, type Response } from 'playwright-core';

export type Size = 'desk' | 'tablet' | 'phone';

export const SIZES = {
  desk: { viewport: { width: 1280, height: 800 } },
  tablet: { viewport: { width: 800, height: 1024 }, hasTouch: true },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
} as const;

const SCREENS = 'test-output/screens';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const BROWSER_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGS });
}

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Errors of the page: uncaught exceptions, console errors, refused by CSP. */
  errors: string[];
}

export async function visit(
  browser: Browser,
  size: Size,
  options: { locale?: string; timezoneId?: string; colorScheme?: 'light' | 'dark' } = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', ...SIZES[size], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  aliveWhenThere(page);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`.trim());
  });
  return { context, page, errors };
}

/** The page listens (components/ui/alive): what hovers, drags or swipes is not kept for later, as clicks and keys are. */
export const alive = (page: Page): Promise<unknown> =>
  page.locator('html[data-alive]').waitFor({ state: 'attached' });

/** Whoever goes to a page of ours acts on it when it is alive; `commit` is for who wants to be earlier. */
function aliveWhenThere(page: Page): void {
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (url, options) => {
    const answer = await goto(url, options);
    if (options?.waitUntil !== 'commit' && isPage(answer)) await alive(page);
    return answer;
  };
  page.reload = async (options) => {
    const answer = await reload(options);
    if (options?.waitUntil !== 'commit' && isPage(answer)) await alive(page);
    return answer;
  };
}

const isPage = (answer: Response | null): boolean =>
  answer?.headers()['content-type']?.includes('text/html') === true;

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENS, { recursive: true });
  await page.screenshot({ path: `${SCREENS}/${name}.png` });
}

export interface Violation {
  id: string;
  impact: string | null;
  nodes: string[];
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeResults {
  violations: { id: string; impact: string | null; nodes: { html: string }[] }[];
}

const RULES = {
  /** WCAG 2.2 A and AA and best practices: page.md section 11 asks for none, of any impact. */
  all: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  /** What another theme can change on a page whose elements stay. */
  colours: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] },
} as const;

/** Mail's frame has no scripts: nobody in it would answer, and axe would wait for that. */
const OPTIONS = { iframes: false, resultTypes: ['violations'] };

/** Colours on their way from one theme to the other are neither's. */
const standsStill = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(painted));
    const passing = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    const rest = new Promise((resolve) => setTimeout(resolve, 2_000));
    // One of an element that is not painted never ends.
    await Promise.race([rest, Promise.allSettled(passing.map(({ finished }) => finished))]);
  });

export async function violations(page: Page, rules: keyof typeof RULES = 'all'): Promise<Violation[]> {
  await standsStill(page);
  // Not as a script element: the page's own CSP would rightly refuse it.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, ${JSON.stringify({ ...OPTIONS, runOnly: RULES[rules] })})`,
  );
  return results.violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
  }));
}
