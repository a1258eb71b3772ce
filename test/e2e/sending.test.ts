/** What people do around writing, each seen in a browser and judged by what the servers have: templates, redirecting, senders. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, violations } from './browser';
import { html, letter } from './letters';
import { ANNA, aWorld, BORIS } from './world';
import {
  chips,
  closeAll,
  composer,
  enter,
  enterToSend,
  fill,
  jmap,
  line,
  PIXEL,
  partsOf,
  row,
  send,
  sentIn,
  setUndo,
  shown,
  text,
  textOf,
  write,
} from './writing';

const CARL = 'carl@example.org';
const world = aWorld([ANNA, BORIS, CARL], {
  env: async ({ dovecot, submission }) => ({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
  }),
});

const SOON = { timeout: 15_000, interval: 100 };
const sent = (subject: string) => sentIn(world, subject);
const button = (page: Page, name: string) => composer(page).getByRole('button', { name, exact: true });
const choose = async (page: Page, name: string, role: 'menuitem' | 'menuitemcheckbox' = 'menuitem') => {
  await button(page, 'More').click();
  await page.getByRole(role, { name }).click();
};

/** Code that is asked for from now on comes when the answer is called. */
async function holdCode(page: Page): Promise<() => void> {
  let free = () => {};
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  await page.route('**/_next/static/chunks/**', (route) => freed.then(() => route.continue()));
  return free;
}

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let page: Page;
  let inbox: string;
  beforeAll(async () => {
    await world.dovecot.deliver(
      ANNA,
      letter({ subject: `Passed on ${size}`, content: html('<p>For <b>Boris</b></p>') }),
    );
    ({ page, inbox } = await enterToSend(world, ANNA, size));
  }, 60_000);
  beforeEach(async () => {
    await closeAll(page);
    await page.goto(inbox);
  });
  afterAll(() => page?.context().close());

  it('what is written becomes a template, and a template stands where the cursor is', async () => {
    const name = `Thanks ${size} ${Date.now()}`;
    const dialog = page.getByRole('dialog', { name: 'Templates' });
    await write(page);
    await page.getByLabel('Subject').fill(name);
    await text(page).click();
    await page.keyboard.type('Thank you for your order.');
    await choose(page, 'Templates');
    await dialog.getByRole('button', { name: 'Save this message as a template' }).click();
    await dialog.getByText(name).waitFor();
    await picture(page, `templates-${size}`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await button(page, 'Discard draft').click();
    await write(page);
    await choose(page, 'Templates');
    await dialog.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await text(page).getByText('Thank you for your order.').waitFor();
    expect(await page.getByLabel('Subject').inputValue()).toBe(name);
    await picture(page, `templates-used-${size}`);
    await choose(page, 'Templates');
    await dialog.getByRole('button', { name: `Move the template ${name} to Trash` }).click();
    await dialog.getByText(name).waitFor({ state: 'hidden' });
    await picture(page, `templates-none-${size}`);
    await page.keyboard.press('Escape');
  }, 60_000);

  it('a message is redirected as it came, with who sent it on', async () => {
    const subject = `Passed on ${size}`;
    await row(page, subject).click();
    await page.frameLocator('iframe').last().getByText('Boris').waitFor();
    await page.getByRole('button', { name: 'More', exact: true }).locator('visible=true').last().click();
    await page.getByRole('menuitem', { name: 'Redirect' }).click();
    const dialog = page.getByRole('dialog', { name: 'Redirect' });
    await dialog.getByRole('combobox', { name: 'To' }).fill(`${BORIS},`);
    await picture(page, `redirect-${size}`);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Redirect' }).click();
    const { from, to, raw } = await sent(subject);
    expect([from, to]).toEqual([ANNA, [BORIS]]);
    expect(raw).toMatch(/^Resent-From: <?anna@example\.org>?\r$/m);
    expect(raw).toMatch(/^Resent-To: <?boris@example\.org>?\r$/m);
    expect(raw).toMatch(/^Resent-Message-ID: </m);
    expect(raw).toMatch(/^From: Lena Example <lena@example\.com>\r$/m);
    expect(raw).toContain('<html><body><p>For <b>Boris</b></p></body></html>');
    await shown(page, `Redirected by ${ANNA} to ${BORIS}`).waitFor();
    await picture(page, `redirected-${size}`);
  }, 60_000);

  it('a recipient goes to another line by its menu, with the mouse by dragging too', async () => {
    await write(page);
    await line(page, 'To').fill(`${BORIS}, ${CARL},`);
    await chips(page, 'To').first().click();
    await picture(page, `recipient-${size}`);
    await page.getByRole('menuitem', { name: 'Move to Cc' }).click();
    await expect.poll(() => chips(page, 'Cc').allTextContents()).toEqual([expect.stringContaining(BORIS)]);
    if (size === 'desk') {
      await chips(page, 'To').first().dragTo(line(page, 'Cc'));
      await expect.poll(() => chips(page, 'Cc').count()).toBe(2);
    }
  }, 60_000);

  it('a signature with a picture is made in the settings and travels as a part', async () => {
    const subject = `Pictured ${size}`;
    await unsigned(page);
    await page.goto(`${world.gatepost.url}/settings#signature`);
    const form = page.getByRole('form', { name: ANNA });
    const words = form.getByRole('textbox', { name: 'Signature' });
    // The editor is fetched while somebody writes on: no key is lost, and the cursor stays.
    const release = await holdCode(page);
    await form.getByRole('button', { name: 'Format the signature' }).click();
    await words.click();
    await page.keyboard.type('Anna, pain');
    release();
    await form.getByRole('toolbar', { name: 'Format' }).waitFor();
    await page.keyboard.type('ter ');
    expect((await words.textContent())?.trim()).toBe('Anna, painter');
    await form
      .locator('input[type="file"]')
      .setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') });
    await words.locator('img').waitFor();
    await form.getByText('Answers, copies and server').click();
    await form.scrollIntoViewIfNeeded();
    await picture(page, `identity-${size}`);
    expect(await violations(page)).toEqual([]);
    await form.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await page.goto(inbox);
    await write(page);
    await text(page).getByText('Anna, painter').waitFor();
    await text(page).locator('img[src^="/"],img[src^="http"],img[src^="blob"]').waitFor();
    await line(page, 'To').fill(`${BORIS},`);
    await page.getByLabel('Subject').fill(subject);
    await picture(page, `signed-${size}`);
    await send(page);
    const { raw } = await sent(subject);
    const image = partsOf(raw).find(({ type }) => type === 'image/png');
    expect(image?.content.toString('base64')).toBe(PIXEL);
    expect(textOf(raw, 'text/html')).toContain(`cid:${image?.cid}`);
    expect(raw).not.toContain('data:image');
    await unsigned(page);
  }, 60_000);

  it('answers are from whom the settings of the account name', async () => {
    const accountId = new URL(inbox).pathname.split('/')[2] ?? '';
    const sales = `anna+sales@example.org`;
    const { list } = await jmap<{ list: { id: string; email: string }[] }>(page, 'Identity/get', {
      ids: null,
    });
    if (!list.some(({ email }) => email === sales))
      await jmap(page, 'Identity/set', { create: { two: { name: 'Sales', email: sales } } });
    await page.goto(`${world.gatepost.url}/settings/accounts/${accountId}`);
    const choice = page.getByLabel('Answer as');
    await choice.selectOption({ label: `Sales <${sales}>` });
    await page.getByText('Saved', { exact: true }).first().waitFor();
    await choice.scrollIntoViewIfNeeded();
    await picture(page, `answer-as-${size}`);
    await page.goto(inbox);
    await row(page, `Passed on ${size}`).click();
    await page.frameLocator('iframe').last().getByText('Boris').waitFor();
    await page.getByRole('button', { name: 'Reply', exact: true }).first().click();
    await text(page).waitFor();
    expect(await page.getByLabel('From').locator('option:checked').textContent()).toBe(`Sales <${sales}>`);
    await picture(page, `answering-${size}`);
    await closeAll(page);
    await page.goto(`${world.gatepost.url}/settings/accounts/${accountId}`);
    await choice.selectOption({ index: 0 });
    await page.getByText('Saved', { exact: true }).first().waitFor();
  }, 60_000);
});

describe('on the desk', () => {
  let page: Page;
  beforeAll(async () => {
    page = await enter(world, ANNA, 'desk');
    await setUndo(page, 0);
  }, 60_000);
  beforeEach(() => closeAll(page));
  afterAll(() => page?.context().close());

  it('a message goes on in a window of its own; what is sent there is told, and taken back, here', async () => {
    await setUndo(page, 60);
    await write(page);
    await fill(page, `${BORIS},`, 'Own window', 'Written here, ');
    const opened = page.context().waitForEvent('page');
    await button(page, 'Open in its own window').click();
    const own = await opened;
    await text(own).getByText('Written here,').waitFor();
    await expect.poll(() => composer(page).count()).toBe(0);
    await text(own).click();
    await own.keyboard.press('Control+End');
    await own.keyboard.type('and there.');
    await shown(own, /^(Kept on this device|Saved)/).waitFor();
    await picture(own, 'own-window');
    expect(await violations(own)).toEqual([]);
    const closed = own.waitForEvent('close');
    await send(own);
    await closed;
    await shown(page, 'Sending').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await text(page).getByText('Written here, and there.').waitFor();
    await setUndo(page, 0);
  }, 60_000);

  it('R28: an upload that a reload interrupts goes on where it stopped', async () => {
    const subject = 'Interrupted';
    const bytes = Buffer.alloc(9_000_000, 'Gatepost ');
    let pieces = 0;
    await page.route('**/jmap/upload/**', async (route) => {
      pieces += 1;
      // The second one never arrives: the page goes with it.
      if (pieces !== 2) await route.continue();
    });
    await write(page);
    await fill(page, `${BORIS},`, subject, 'A large one');
    const large = { name: 'large.bin', mimeType: 'application/octet-stream', buffer: bytes };
    await composer(page).locator('input[type="file"]').first().setInputFiles(large);
    await expect.poll(() => pieces).toBe(2);
    await expect.poll(() => keptPieces(page)).toBe(1);
    await picture(page, 'uploading');
    await page.reload();
    await button(page, 'Remove large.bin').waitFor();
    expect(pieces).toBe(4);
    await page.unroute('**/jmap/upload/**');
    await composer(page)
      .getByText(/^1 file, .* when sent/)
      .waitFor();
    await picture(page, 'uploaded');
    await send(page);
    const file = partsOf((await sent(subject)).raw).find(({ name }) => name === 'large.bin');
    expect(file?.content.equals(bytes)).toBe(true);
  }, 60_000);

  it('S17: what is asked of sending comes back with the draft on another device, and is told to nobody', async () => {
    const subject = 'Asked of sending';
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Tell me when it is there');
    await choose(page, 'Ask for a delivery receipt', 'menuitemcheckbox');
    await button(page, 'Close and keep').click();
    const query = ['fetch', '-u', ANNA, 'hdr', 'mailbox', 'Drafts', 'SUBJECT', subject];
    await vi.waitFor(
      async () =>
        expect(await world.dovecot.doveadm(...query)).toContain('X-Gatepost-Send: delivery-receipt'),
      SOON,
    );
    const other = await enter(world, ANNA, 'phone', { colorScheme: 'dark' });
    await other.waitForURL((url) => !url.pathname.endsWith('~inbox'));
    await other.getByRole('button', { name: 'Folders' }).first().click();
    await other.getByRole('treeitem', { name: /^Drafts/ }).click();
    await row(other, subject).first().click();
    await composer(other).getByText('Ask for a delivery receipt').waitFor();
    await picture(other, 'asked-of-sending');
    await send(other);
    expect((await sent(subject)).raw).not.toContain('X-Gatepost');
    await other.context().close();
  }, 60_000);
});

const unsigned = async (page: Page) => {
  const { list } = await jmap<{ list: { id: string }[] }>(page, 'Identity/get', { ids: null });
  const none = { textSignature: '', htmlSignature: '' };
  await jmap(page, 'Identity/set', { update: Object.fromEntries(list.map(({ id }) => [id, none])) });
};

/** How many pieces of an upload this browser knows to have arrived. */
const keptPieces = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const opened = indexedDB.open('gatepost-pieces', 1);
        opened.onupgradeneeded = () => opened.transaction?.abort();
        opened.onerror = () => resolve(0);
        opened.onsuccess = () => {
          const all = opened.result.transaction('pieces').objectStore('pieces').getAll();
          all.onsuccess = () => {
            opened.result.close();
            resolve(all.result.reduce((sum: number, { ids }: { ids: string[] }) => sum + ids.length, 0));
          };
        };
      }),
  );
