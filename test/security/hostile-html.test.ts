/**
 * Hostile mail in a real browser with a listening canary: the cleaner and the frame together, and each of the two alone,
 * let no script run; whatever is shown calls nobody (security.md S1, S2, S5, S8; design decision 6).
 */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '@/test/e2e/browser';
import { type HostileCase, hostileCases, overlayCases } from '@/test/fixtures/hostile-html';

type Mode = 'both' | 'frame only' | 'cleaner only';

declare global {
  interface Window {
    pwned?: number;
    show(mails: string[], mode: Mode): Promise<void>;
  }
}

const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

/** Puts each mail into a new frame, as components/email does. */
const HARNESS = `
import { cleanHtml } from '@/components/email/clean-html';
async function show(html, mode) {
  const frame = document.createElement('iframe');
  if (mode !== 'cleaner only') frame.setAttribute('sandbox', '${SANDBOX}');
  frame.src = mode === 'cleaner only' ? '/bare.html' : '/frame.html';
  frame.style.cssText = 'width:600px;height:400px;border:0';
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  document.querySelector('main').append(frame);
  await loaded;
  const inside = frame.contentDocument;
  if (mode === 'frame only') inside.write(inside.documentElement.outerHTML.replace('</body>', '') + html);
  else {
    const clean = cleanHtml(html, { inline: () => null, proxied: () => null });
    inside.head.append(...clean.styles);
    inside.body.append(clean.body);
  }
  inside.querySelector('#auto')?.click();
}
window.show = async (mails, mode) => {
  document.querySelector('main').replaceChildren();
  await Promise.all(mails.map((html) => show(html, mode)));
};`;

let browser: Browser;
let page: Page;
let canary: Server;
let site: Server;
const heard: string[] = [];

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listen = (server: Server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

beforeAll(async () => {
  canary = createServer((request, response) => {
    heard.push(request.url ?? '');
    response.end();
  });
  site = await serveSite();
  await Promise.all([listen(canary), listen(site)]);
  browser = await launchBrowser();
  page = await browser.newPage();
  page.on('dialog', (dialog) => {
    heard.push('dialog');
    void dialog.dismiss();
  });
  await page.goto(`http://127.0.0.1:${portOf(site)}/`);
});

afterAll(async () => {
  await browser.close();
  canary.close();
  site.close();
});

async function serveSite(): Promise<Server> {
  const bundle = await build({
    stdin: { contents: HARNESS, resolveDir: process.cwd(), loader: 'ts' },
    alias: { '@': process.cwd() },
    bundle: true,
    format: 'iife',
    write: false,
  });
  const frame = await readFile('public/frame.html');
  const pages: Record<string, string | Buffer> = {
    '/': '<!doctype html><title>t</title><main></main><script src=/h.js></script>',
    '/bare.html': '<!doctype html><html><head></head><body></body></html>',
    '/frame.html': frame,
    '/h.js': bundle.outputFiles[0]?.text ?? '',
  };
  return createServer((request, response) => {
    const body = pages[request.url ?? ''];
    response.statusCode = body === undefined ? 404 : 200;
    response.setHeader('Content-Type', request.url === '/h.js' ? 'text/javascript' : 'text/html');
    response.end(body);
  });
}

function armed({ html }: HostileCase): string {
  const host = `127.0.0.1:${portOf(canary)}`;
  return html.replaceAll('{{canaryHost}}', host).replaceAll('{{canary}}', `http://${host}`);
}

/** How many frames are open at once: one at a time takes minutes. */
const BATCH = 20;

interface Guilty {
  ran: string[];
  called: string[];
}

/** @returns the names of the cases that ran a script or asked the canary */
async function guilty(cases: readonly HostileCase[], mode: Mode): Promise<Guilty> {
  const found: Guilty = { ran: [], called: [] };
  for (let at = 0; at < cases.length; at += BATCH) {
    const batch = cases.slice(at, at + BATCH);
    if (!(await isGuilty(batch, mode))) continue;
    for (const one of batch) {
      const signs = await isGuilty([one], mode);
      if (signs?.ran) found.ran.push(one.name);
      if (signs?.called) found.called.push(`${one.name}: ${signs.called}`);
    }
  }
  return found;
}

async function isGuilty(
  cases: readonly HostileCase[],
  mode: Mode,
): Promise<{ ran: boolean; called?: string } | null> {
  heard.length = 0;
  await page.evaluate(() => {
    window.pwned = 0;
  });
  await page.evaluate(([mails, how]) => window.show(mails, how), [cases.map(armed), mode] as const);
  // Two frames are painted: what a style or an image wants to load has been asked for by then.
  await page.evaluate(
    () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
  const scripts = await page.evaluate(() => window.pwned ?? 0);
  const ran = scripts > 0 || heard.includes('/script') || heard.includes('dialog');
  return ran || heard.length > 0 ? { ran, called: heard[0] } : null;
}

test('the canary hears a script and an image when nothing protects', async () => {
  await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    document.querySelector('main')?.replaceChildren(frame);
  });
  const open = armed({ name: '', html: '<img src={{canary}}/seen onerror="top.pwned=1">' });
  heard.length = 0;
  await page.evaluate((html) => {
    const frame = document.querySelector('iframe');
    frame?.contentDocument?.write(html);
  }, open);
  await expect.poll(() => heard).toContain('/seen');
  await expect.poll(() => page.evaluate(() => window.pwned)).toBe(1);
});

test(`S1 S8: none of ${hostileCases.length} cases runs or calls when cleaned and framed`, async () => {
  expect(await guilty(hostileCases, 'both')).toEqual({ ran: [], called: [] });
}, 180_000);

test('S1 S8: the frame alone stops every script and every request', async () => {
  expect(await guilty(hostileCases, 'frame only')).toEqual({ ran: [], called: [] });
}, 180_000);

test('S2: the cleaner alone stops every script', async () => {
  expect((await guilty(hostileCases, 'cleaner only')).ran).toEqual([]);
}, 180_000);

test.each(overlayCases)('S5: nothing is painted or taken outside of its pane: $name', async (one) => {
  await page.evaluate((html) => window.show([html], 'both'), armed(one));
  const outside = await page.evaluate(() => {
    const box = document.querySelector('iframe')?.getBoundingClientRect();
    const hit = document.elementFromPoint(700, 300)?.tagName;
    return { width: box?.width, height: box?.height, hit, shown: getComputedStyle(document.body).display };
  });
  expect(outside).toMatchObject({ width: 600, height: 400, shown: 'block' });
  expect(outside.hit).not.toBe('IFRAME');
});
