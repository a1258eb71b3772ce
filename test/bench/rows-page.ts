/** The rows about the page, in a real browser: what it weighs on the wire, and how long a click takes. */
import type { BrowserContext, Page } from 'playwright-core';
import { launchBrowser, visit } from '@/test/e2e/browser';
import { OWNER, USERS } from './mailboxes';
import { figures, type Row, until } from './measure';
import type { Stage } from './stage';

const ROW = '[data-list-scroller] [role="row"]';
const VISITS = 5;
const CLICKS = 10;
const QUIET_MS = 700;
const LIMIT_MS = 30_000;

export async function pageRows({ gatepost }: Stage): Promise<Row[]> {
  const browser = await launchBrowser();
  const weights: Weight[] = [];
  const warm: Weight[] = [];
  const signIns: number[] = [];
  try {
    for (let i = 0; i < VISITS; i += 1) {
      const { context, page } = await visit(browser, 'desk');
      const cold = await weigh(context, page);
      await page.goto(`${gatepost.url}/sign-in`);
      signIns.push(await signIn(page));
      weights.push(await cold());
      const second = await context.newPage();
      const again = await weigh(context, second);
      await second.goto(gatepost.url);
      await second.locator(ROW).first().waitFor();
      warm.push(await again());
      await context.close();
    }
  } finally {
    await browser.close();
  }
  const column = (list: Weight[], name: keyof Weight) => figures(list.map((weight) => weight[name]));
  return [
    {
      what: 'sign-in page and mailbox, nothing cached',
      budget: '< 260 KB',
      p50: 260,
      unit: 'KB',
      gatepost: column(weights, 'kilobytes'),
    },
    {
      what: 'the same, requests',
      budget: '<= 20',
      p50: 20,
      unit: 'requests',
      gatepost: column(weights, 'requests'),
    },
    { what: 'mailbox, cached', budget: '< 12 KB', p50: 12, unit: 'KB', gatepost: column(warm, 'kilobytes') },
    {
      what: 'click on sign-in to first row',
      budget: '< 700 ms',
      p50: 700,
      unit: 'ms',
      gatepost: figures(signIns),
    },
  ];
}

export async function clickRows({ gatepost }: Stage): Promise<Row[]> {
  const browser = await launchBrowser();
  try {
    const { page } = await visit(browser, 'desk');
    await page.goto(`${gatepost.url}/sign-in`);
    await signIn(page);
    const times = figures(await openSome(page));
    return [
      {
        what: 'click on a message to body visible',
        budget: '< 100 ms',
        p50: 100,
        unit: 'ms',
        gatepost: times,
      },
    ];
  } finally {
    await browser.close();
  }
}

/** From the click as the page hears it to the frame that shows a row; the two are in different documents. */
async function signIn(page: Page): Promise<number> {
  await page.addInitScript((selector) => {
    const rows = new MutationObserver(() => {
      if (!document.querySelector(selector)?.checkVisibility()) return;
      rows.disconnect();
      requestAnimationFrame(() => performance.mark('row'));
    });
    rows.observe(document, { childList: true, subtree: true });
  }, ROW);
  await page.locator('[name=username]').fill(OWNER);
  await page.locator('[name=password]').fill(USERS[OWNER]);
  await page.evaluate(() =>
    addEventListener(
      'click',
      ({ timeStamp }) => sessionStorage.setItem('bench', String(performance.timeOrigin + timeStamp)),
      { once: true, capture: true },
    ),
  );
  await page.locator('form button[type=submit]').click();
  await page.locator(ROW).first().waitFor();
  return page.evaluate(() => {
    const [row] = performance.getEntriesByName('row');
    return performance.timeOrigin + (row?.startTime ?? Infinity) - Number(sessionStorage.getItem('bench'));
  });
}

/**
 * From the click as the page hears it to the frame that shows the body: a driver that waits for rows to rest and asks from
 * outside would count itself. The first one brings the code of the reading pane.
 */
async function openSome(page: Page): Promise<number[]> {
  const times: number[] = [];
  let shown: string[] = [];
  for (let i = 0; i <= CLICKS; i += 1) {
    const other = shown.map((id) => `:not([data-message="${id}"])`).join('');
    // HTML stands in a frame, text in its lines as they are, a note where there is none.
    const body = `[data-message]${other} :is(iframe, .whitespace-pre-wrap, p)`;
    await page.evaluate(() => {
      performance.clearMarks('heard');
      addEventListener('click', ({ timeStamp }) => performance.mark('heard', { startTime: timeStamp }), {
        once: true,
        capture: true,
      });
    });
    const seen = page.waitForFunction(
      (selector) => {
        const [heard] = performance.getEntriesByName('heard');
        return (
          heard && document.querySelector(selector)?.checkVisibility() && performance.now() - heard.startTime
        );
      },
      body,
      { polling: 'raf' },
    );
    await page.locator(ROW).nth(i).click();
    const ms = Number(await (await seen).jsonValue());
    if (i > 0) times.push(ms);
    shown = await page
      .locator('[data-message]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-message') ?? ''));
  }
  return times;
}

interface Weight {
  kilobytes: number;
  requests: number;
}

/** Counts from now on what crosses the wire, as it comes: headers and compressed bytes; the cache costs nothing. */
async function weigh(context: BrowserContext, page: Page): Promise<() => Promise<Weight>> {
  const session = await context.newCDPSession(page);
  const open = new Set<string>();
  let bytes = 0;
  let requests = 0;
  let lastAt = performance.now();
  await session.send('Network.enable');
  session.on('Network.requestWillBeSent', ({ requestId, type }) => {
    requests += 1;
    lastAt = performance.now();
    // A stream of events never ends.
    if (type !== 'EventSource') open.add(requestId);
  });
  session.on('Network.requestServedFromCache', () => {
    requests -= 1;
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    open.delete(requestId);
    bytes += encodedDataLength;
  });
  session.on('Network.loadingFailed', ({ requestId }) => open.delete(requestId));
  return async () => {
    // Not Playwright's "network idle": the stream of events is always under way.
    await until(() => open.size === 0 && performance.now() - lastAt > QUIET_MS, 50, LIMIT_MS);
    await session.detach();
    return { kilobytes: bytes / 1000, requests };
  };
}
