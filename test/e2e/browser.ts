/** A real Chromium at the sizes of the specification; pictures of each step stay in test-output/screens. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page, type Response } from 'playwright-core';

export type Size = 'desk' | 'tablet' | 'phone';

const SIZES = {
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
  options: { locale?: string; colorScheme?: 'light' | 'dark' } = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', ...SIZES[size], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  aliveWhenThere(page);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
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

/** WCAG 2.2 A and AA and best practices: page.md section 11 asks for none, of any impact. */
export async function violations(page: Page): Promise<Violation[]> {
  // Not as a script element: the page's own CSP would rightly refuse it.
  await page.evaluate(axeSource);
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return results.violations.map(({ id, impact, nodes }) => ({
    id,
    impact,
    nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
  }));
}
