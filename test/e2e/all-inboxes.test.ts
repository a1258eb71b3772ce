/** Two accounts in one list, and new mail that the system announces; on the desk and on the phone. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWN_HEADER } from '@/lib/client/jmap';
import { GATEPOST, type JmapSession } from '@/lib/jmap/types';
import { alive, picture, type Size, type Visit, violations, visit } from './browser';
import { Hands } from './hands';
import { aWorld, fillServer, PASSWORD } from './world';
import { text } from './writing';

const SIZES: Size[] = ['desk', 'phone'];
const people = (size: Size) => ({ anna: `anna.${size}@example.org`, boris: `boris.${size}@example.org` });
const world = aWorld(SIZES.flatMap((size) => Object.values(people(size))));

const letter = (to: string, subject: string) =>
  `From: Lena Example <lena@example.com>\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}.${to}>\r\n\r\nHello\r\n`;
const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });
const subjects = async (page: Page) =>
  (await page.getByRole('row').allTextContents()).map(
    (text) => /(First|Second|Third|Fourth|Fifth)/.exec(text)?.[0],
  );

/** What lies there, by the mail server's own word. */
const inMailbox = (user: string, mailbox: string) =>
  world.dovecot.doveadm('search', '-u', user, 'mailbox', mailbox, 'all');

interface Recorded {
  last: { onclick: (() => void) | null } | null;
}

/** What the system would show; a page cannot see it otherwise. */
async function recordNotices(page: Page, shown: string[]): Promise<void> {
  await page.exposeFunction('recordNotice', (words: string) => shown.push(words));
  await page.addInitScript(() => {
    class Stub {
      static permission = 'granted';
      static last: Recorded['last'] = null;
      static requestPermission = async () => 'granted';
      onclick: (() => void) | null = null;
      constructor(title: string, { body = '' }: { body?: string } = {}) {
        Stub.last = this;
        (window as unknown as { recordNotice(words: string): void }).recordNotice(`${title} | ${body}`);
      }
      close() {}
    }
    Object.assign(window, { Notification: Stub });
  });
}

/** Resolves when the page knows it. */
async function setNotify(page: Page, name: string, notify: boolean): Promise<void> {
  const told = page.waitForResponse(async (response) => {
    if (!response.url().endsWith('/jmap/session')) return false;
    const { accounts } = (await response.json()) as JmapSession;
    const account = Object.values(accounts).find((one) => one.name === name);
    return account?.accountCapabilities[GATEPOST]?.notify === notify;
  });
  const patch = page.evaluate(
    async ({ name, notify, headers }) => {
      const { accounts } = await (await fetch('/api/accounts')).json();
      const { id } = accounts.find((account: { name: string }) => account.name === name);
      const body = JSON.stringify({ settings: { notify } });
      await fetch(`/api/accounts/${id}`, { method: 'PATCH', headers, body });
    },
    { name, notify, headers: { 'content-type': 'application/json', ...OWN_HEADER } },
  );
  await Promise.all([told, patch]);
}

describe.each(SIZES)('on the %s', (size) => {
  const { anna, boris } = people(size);
  let on: Visit;
  const shot = (name: string) => picture(on.page, `all-inboxes-${name}-${size}`);
  const allInboxes = () => on.page.getByRole('button', { name: /^All inboxes/ }).locator('visible=true');

  /** The folders stand beside the list on the desk; on the phone they are a drawer. */
  async function folders(): Promise<void> {
    const { page } = on;
    if (!new URL(page.url()).pathname.startsWith('/mail')) await page.goto(`${world.gatepost.url}/mail`);
    if (size === 'phone' && !(await page.getByRole('tree').first().isVisible()))
      await page.getByRole('button', { name: 'Folders' }).first().click();
    await page.getByRole('tree').locator('visible=true').first().waitFor();
  }
  async function settingsOf(name: string): Promise<void> {
    await on.page.goto(`${world.gatepost.url}/settings`);
    await on.page.getByRole('link', { name: `Edit ${name}` }).click();
    await on.page.getByRole('heading', { name: 'New mail' }).waitFor();
  }

  beforeAll(async () => {
    on = await visit(world.browser, size);
    const first = Date.now() - 3_600_000;
    for (const [minute, subject] of ['First', 'Second', 'Third', 'Fourth'].entries()) {
      const to = minute % 2 === 0 ? anna : boris;
      await world.dovecot.deliver(to, letter(to, subject), { receivedAt: first + minute * 60_000 });
    }
    await world.signIn(on.page, anna);
    await row(on.page, 'Third').waitFor();
  }, 60_000);
  afterAll(() => on?.context.close());

  it('is there from the second account on, and holds the mail of both, newest first', async () => {
    const { page } = on;
    await folders();
    expect(await allInboxes().count()).toBe(0);
    await page.goto(`${world.gatepost.url}/settings/accounts/new`);
    await page.getByLabel('Email address').fill(boris);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByText('Server settings').click();
    await fillServer(page.getByRole('group', { name: /Incoming/ }), world.dovecot.ports.imaps, boris);
    await fillServer(page.getByRole('group', { name: /Outgoing/ }), world.submission.port, boris);
    await page.getByRole('button', { name: 'Add account' }).click();
    await page.waitForURL(/\/settings$/);
    await folders();
    await allInboxes().click();
    await expect.poll(() => subjects(page)).toEqual(['Fourth', 'Third', 'Second', 'First']);
    expect(await page.title()).toBe('All inboxes (4) - Gatepost');
    await row(page, `Fourth.*in ${boris}`).waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('list');
  }, 60_000);

  it('opens mail of either, is the same after a reload, and Back leads to the list', async () => {
    const { page } = on;
    await row(page, 'Second').click();
    await page.getByRole('heading', { name: 'Second' }).waitFor();
    await page.getByLabel('Message', { exact: true }).getByText(boris, { exact: true }).first().waitFor();
    await shot('mail');
    expect(await violations(page)).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: 'Second' }).waitFor();
    if (size === 'desk')
      await expect.poll(() => subjects(page)).toEqual(['Fourth', 'Third', 'Second', 'First']);
    await page.goBack();
    await alive(page);
    await expect.poll(() => subjects(page)).toEqual(['Fourth', 'Third', 'Second', 'First']);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    await shot('list-dark');
    await page.emulateMedia({ colorScheme: 'light' });
  }, 60_000);

  it('acts on each in its own account, and takes back both at once', async () => {
    const { page } = on;
    if (size === 'desk') {
      await row(page, 'Third').click({ modifiers: ['Control'] });
      await row(page, 'Fourth').click({ modifiers: ['Control'] });
    } else {
      const third = row(page, 'Third');
      await new Hands(page).longPress(third, page.getByRole('toolbar', { name: 'Selection' }));
      await row(page, 'Fourth').tap();
    }
    await page.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Move' }).click();
    await page.getByText('These messages are in several accounts.').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('toolbar', { name: 'Selection' }).getByRole('button', { name: 'Archive' }).click();
    await page.getByText('2 messages archived').first().waitFor();
    await expect.poll(() => subjects(page)).toEqual(['Second', 'First']);
    await expect.poll(() => inMailbox(anna, 'Archive')).not.toBe('');
    await expect.poll(() => inMailbox(boris, 'Archive')).not.toBe('');
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await expect.poll(() => subjects(page)).toEqual(['Fourth', 'Third', 'Second', 'First']);
    await expect.poll(() => inMailbox(boris, 'Archive')).toBe('');
  }, 60_000);

  it(`${size === 'phone' ? 'swipes act' : 'keys act'} on a row in its own account, with its undo`, async () => {
    const { page } = on;
    const hands = new Hands(page);
    const act = (share: number, key: string) =>
      size === 'phone' ? hands.swipe(row(page, 'Fourth'), share) : hands.key(key);
    const there = (mailbox: string, ...flags: string[]) =>
      world.dovecot.doveadm('search', '-u', boris, 'mailbox', mailbox, 'SUBJECT', 'Fourth', ...flags);
    const undone = async () => {
      await page.getByRole('button', { name: 'Undo' }).first().click();
      await expect.poll(() => subjects(page)).toEqual(['Fourth', 'Third', 'Second', 'First']);
      await expect.poll(() => there('INBOX')).not.toBe('');
      await row(page, 'Fourth').focus();
    };
    await row(page, 'Fourth').focus();
    await act(0.7, 'Shift+i');
    await expect.poll(() => there('INBOX', 'SEEN')).not.toBe('');
    await act(0.7, 'Shift+u');
    await expect.poll(() => there('INBOX', 'SEEN')).toBe('');
    await act(0.4, 'e');
    await expect.poll(() => subjects(page)).toEqual(['Third', 'Second', 'First']);
    await expect.poll(() => there('Archive')).not.toBe('');
    await undone();
    await act(-0.7, '#');
    await expect.poll(() => subjects(page)).toEqual(['Third', 'Second', 'First']);
    await expect.poll(() => there('Trash')).not.toBe('');
    await undone();
    // Nothing of it was done to the other account.
    expect(await inMailbox(anna, 'Archive')).toBe('');
    expect(await inMailbox(anna, 'Trash')).toBe('');
  }, 60_000);

  it('takes in what comes to either, and answers it from its own account', async () => {
    const { page } = on;
    await world.dovecot.deliver(boris, letter(boris, 'Fifth'));
    await expect
      .poll(() => subjects(page), { timeout: 30_000 })
      .toEqual(['Fifth', 'Fourth', 'Third', 'Second', 'First']);
    await row(page, 'Fifth').click();
    await page.getByRole('button', { name: 'Reply', exact: true }).last().click();
    await text(page).click();
    await page.keyboard.type('Yes.');
    await expect.poll(() => inMailbox(boris, 'Drafts'), { timeout: 20_000 }).not.toBe('');
    expect(await inMailbox(anna, 'Drafts')).toBe('');
    await page.getByRole('button', { name: 'Discard' }).click();
    await text(page).waitFor({ state: 'detached' });
  }, 60_000);

  it('leaves out an account whose switch is off', async () => {
    const { page } = on;
    await settingsOf(boris);
    await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'PATCH'),
      page.getByRole('switch', { name: 'In “All inboxes”' }).click(),
    ]);
    await shot('switches');
    expect(await violations(page)).toEqual([]);
    await folders();
    await allInboxes().click();
    await expect.poll(() => subjects(page)).toEqual(['Third', 'First']);
  }, 60_000);

  it('nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});

describe('new mail', () => {
  const { anna, boris } = people('desk');

  it('S8: is announced once, by one of two tabs, with its words only; a click opens it', async () => {
    const { context, page, errors } = await visit(world.browser, 'desk');
    const shown: string[] = [];
    await recordNotices(page, shown);
    await world.signIn(page, anna);
    await page.getByRole('row').first().waitFor();
    await page.goto(`${world.gatepost.url}/settings#notifications`);
    await page.getByRole('switch', { name: 'Notify on this device' }).click();
    await expect.poll(() => shown).toEqual(['Notifications are on | New mail is announced like this.']);
    await picture(page, 'notifications-settings');
    expect(await violations(page)).toEqual([]);
    const other = await context.newPage();
    await recordNotices(other, shown);
    // A driven browser says of each of its tabs that it has the focus.
    await other.addInitScript(() => Object.assign(document, { hasFocus: () => false }));
    await other.goto(`${world.gatepost.url}/settings`);
    await alive(other);
    shown.length = 0;
    await world.dovecot.deliver(anna, letter(anna, 'Announced'));
    await expect.poll(() => shown, { timeout: 30_000 }).toEqual([`Lena Example | Announced\n${anna}`]);
    for (const tab of [page, other])
      await tab.evaluate(() => (Notification as unknown as Recorded).last?.onclick?.());
    const opened = () => [page, other].filter((tab) => /\/mail\/./.test(tab.url()));
    await expect.poll(opened).toHaveLength(1);
    const [tab = page] = opened();
    await tab.getByRole('heading', { name: 'Announced' }).first().waitFor();

    // Its inbox is being looked at now.
    await world.dovecot.deliver(anna, letter(anna, 'Seen coming'));
    await row(tab, 'Seen coming').first().waitFor({ timeout: 30_000 });
    expect(shown).toHaveLength(1);
    await setNotify(tab, boris, true);
    await world.dovecot.deliver(boris, letter(boris, 'One'));
    await world.dovecot.deliver(boris, letter(boris, 'Another'));
    await expect.poll(() => shown.at(-1), { timeout: 30_000 }).toBe('2 new messages | Lena Example');

    // An account whose switch is off is not counted either.
    await setNotify(tab, boris, false);
    const unread = tab.getByRole('region', { name: boris }).getByRole('treeitem', { name: /^Inbox/ });
    const before = await unread.textContent();
    await world.dovecot.deliver(boris, letter(boris, 'Silent'));
    await expect.poll(() => unread.textContent(), { timeout: 30_000 }).not.toBe(before);
    await setNotify(tab, boris, true);
    await world.dovecot.deliver(boris, letter(boris, 'Loud'));
    await expect.poll(() => shown.at(-1), { timeout: 30_000 }).toBe('3 new messages | Lena Example');
    expect(errors).toEqual([]);
    await context.close();
  }, 90_000);
});
