/** What the tests of writing have in common: a person who is signed in, and a composer to fill. */
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';
import { decodeText } from '@/lib/mime/text';
import { decodeTransfer } from '@/lib/mime/transfer';
import type { MimePart } from '@/lib/mime/types';
import { walkMime } from '@/lib/mime/walk';
import type { Accepted } from '@/test/servers/smtp';
import { type Size, visit } from './browser';
import { PASSWORD, type World } from './world';

/** Gatepost that knows its servers asks for address and password only. */
export async function enter(world: World, user: string, size: Size, options = {}): Promise<Page> {
  const { page } = await visit(world.browser, size, options);
  await page.goto(`${world.gatepost.url}/sign-in`);
  await page.getByLabel(/^(Email address|Адрес)/).fill(user);
  await page.getByLabel(/^(Password|Пароль)$/).fill(PASSWORD);
  await page.getByRole('button', { name: /^(Sign in|Войти)$/ }).click();
  await page.waitForURL(/\/mail\//);
  return page;
}

/** What the outgoing server has taken under this subject. */
export async function sentIn(world: World, subject: string): Promise<Accepted> {
  const found = () => world.submission.accepted.find(({ raw }) => raw.includes(`Subject: ${subject}`));
  await vi.waitFor(() => expect(found()).toBeDefined(), { timeout: 15_000, interval: 100 });
  return found() as Accepted;
}

/** As `enter`, bright on the desk and dark on the phone, and nobody waits to take a message back. @returns also where the inbox is */
export async function enterToSend(
  world: World,
  user: string,
  size: Size,
): Promise<{ page: Page; inbox: string }> {
  const page = await enter(world, user, size, { colorScheme: size === 'phone' ? 'dark' : 'light' });
  await setUndo(page, 0);
  await page.waitForURL((url) => !url.pathname.endsWith('~inbox'));
  return { page, inbox: page.url() };
}

/** How long sending can be called back; 0: nobody has to wait for it. */
export async function setUndo(page: Page, undoSeconds: number): Promise<void> {
  await page.evaluate(
    (seconds) =>
      fetch('/api/settings', {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'X-Gatepost': '1' },
        body: JSON.stringify({ undoSeconds: seconds }),
      }),
    undoSeconds,
  );
  await page.reload();
}

export const write = (page: Page) => page.getByRole('button', { name: 'Write' }).first().click();
export const line = (page: Page, name: 'To' | 'Cc' | 'Bcc' | 'Reply to') =>
  page.getByRole('combobox', { name, exact: true });
export const chips = (page: Page, name: 'To' | 'Cc' | 'Bcc') =>
  page.getByRole('list', { name: `Recipients, ${name}` }).locator('[data-chip]');
export const text = (page: Page) => page.getByRole('textbox', { name: 'Text of the message' });
export const composer = (page: Page) => page.locator('[data-composer]');
export const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();
export const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });
/** On the phone the panes behind stay in the document. */
export const shown = (page: Page, words: string | RegExp) =>
  page.getByText(words).locator('visible=true').first();

/** What a test before left open does not stand in the way of the next. */
export async function closeAll(page: Page): Promise<void> {
  for (const one of await page.locator('dialog[open]').all()) {
    if (await one.isVisible()) await page.keyboard.press('Escape');
  }
  while ((await composer(page).count()) > 0) {
    const before = await composer(page).count();
    await composer(page).last().getByRole('button', { name: 'Discard draft' }).click();
    await expect.poll(() => composer(page).count()).toBeLessThan(before);
  }
}

export async function fill(page: Page, to: string, subject: string, words: string): Promise<void> {
  await line(page, 'To').fill(to);
  await page.keyboard.press('Enter');
  await page.getByLabel('Subject').fill(subject);
  await text(page).click();
  await page.keyboard.type(words);
}

interface ReadPart extends Pick<MimePart, 'type' | 'name' | 'cid'> {
  content: Buffer;
  text: string;
}

/** The parts of a mail as they went out, decoded. */
export function partsOf(raw: string): ReadPart[] {
  const bytes = Buffer.from(raw, 'latin1');
  const { root, spans } = walkMime(bytes);
  const leaves = (part: MimePart): MimePart[] => part.parts?.flatMap(leaves) ?? [part];
  return leaves(root).map((part) => {
    const span = spans.get(part.path);
    const stored = bytes.subarray(span?.bodyStart, span?.end);
    const { type, name, cid } = part;
    return {
      type,
      name,
      cid,
      content: decodeTransfer(stored, part.encoding),
      text: type.startsWith('text/') ? decodeText(stored, part).value : '',
    };
  });
}

export const textOf = (raw: string, type: 'text/plain' | 'text/html'): string =>
  partsOf(raw).find((part) => part.type === type)?.text ?? '';

/** One request of the page's own kind; for what has no screen yet. */
export async function jmap<T>(page: Page, method: string, args: object): Promise<T> {
  return page.evaluate(
    async ([name, given]) => {
      const headers = { 'Content-Type': 'application/json', 'X-Gatepost': '1' };
      const session = await (await fetch('/.well-known/jmap')).json();
      const [accountId] = Object.keys(session.accounts);
      const body = JSON.stringify({
        using: Object.keys(session.capabilities),
        methodCalls: [[name, { accountId, ...given }, '0']],
      });
      const answer = await fetch('/jmap/api', { method: 'POST', headers, body });
      return (await answer.json()).methodResponses[0][1];
    },
    [method, args] as const,
  );
}

interface PastedFile {
  name: string;
  type: string;
  base64: string;
}

/** What the system's clipboard or a drag would bring. */
export async function bring(
  page: Page,
  kind: 'paste' | 'drop',
  what: { files?: PastedFile[]; text?: string; html?: string },
  target = '[data-composer] [role="textbox"]',
): Promise<void> {
  await page.evaluate(
    ([event, { files = [], text: plain, html }, selector]) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      if (plain !== undefined) data.setData('text/plain', plain);
      if (html !== undefined) data.setData('text/html', html);
      const options = { bubbles: true, cancelable: true };
      document
        .querySelector(selector)
        ?.dispatchEvent(
          event === 'paste'
            ? new ClipboardEvent('paste', { ...options, clipboardData: data })
            : new DragEvent('drop', { ...options, dataTransfer: data }),
        );
    },
    [kind, what, target] as const,
  );
}

export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
