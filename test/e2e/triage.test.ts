/** Acts on mail and their undo, selection, swipes, dragging, Trash; what other programs do meanwhile (page.md sections 4, 8, 9). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { letter, plain } from './letters';
import { found, waitsFor } from './on-server';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);
const SOON = { timeout: 10_000, interval: 200 };

const onServer = waitsFor(world);

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  let inbox = '';
  const phone = size === 'phone';
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });
  const button = (name: string | RegExp) =>
    on.page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .locator('visible=true')
      .first();
  const undo = () => on.page.getByRole('button', { name: 'Undo' }).first().click();
  const deliver = async (subject: string, content = plain('Hello there')) => {
    await world.dovecot.deliver(ANNA, letter({ subject, content }));
    await row(subject).waitFor();
  };
  const folder = (name: string | RegExp) => on.page.getByRole('treeitem', { name }).locator('visible=true');
  const openFolders = async () => {
    if (phone) await button('Folders').click();
  };

  beforeAll(async () => {
    on = await visit(world.browser, size);
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\/[^~]+$/);
    inbox = on.page.url();
  }, 60_000);
  afterAll(() => on?.context.close());
  beforeEach(async () => {
    await on.page.goto(inbox);
    await on.page.getByRole('main').waitFor();
  });

  it.each([
    ['delete', '#', 'Trash', 'INBOX'],
    ['spam', '!', 'Junk', 'INBOX'],
    ['archive', 'e', 'Archive', 'INBOX'],
  ])('%s is undone, by the toast and by z', async (act, key, there, here) => {
    const subject = `Undo ${act} ${size}`;
    await deliver(subject);
    for (const back of [undo, () => on.page.keyboard.press('z')]) {
      await row(subject).focus();
      await on.page.keyboard.press(key);
      await expect.poll(() => row(subject).count()).toBe(0);
      await onServer(1, there, 'SUBJECT', subject);
      await back();
      await row(subject).waitFor();
      await onServer(1, here, 'SUBJECT', subject);
      await onServer(0, there, 'SUBJECT', subject);
    }
  });

  it('read, unread and star are undone or taken back', async () => {
    const subject = `Marks ${size}`;
    await deliver(subject);
    await row(subject).focus();
    await on.page.keyboard.press('Shift+i');
    await onServer(1, 'INBOX', 'SEEN', 'SUBJECT', subject);
    await on.page.keyboard.press('z');
    await onServer(1, 'INBOX', 'UNSEEN', 'SUBJECT', subject);
    await on.page.keyboard.press('s');
    await onServer(1, 'INBOX', 'FLAGGED', 'SUBJECT', subject);
    await on.page.keyboard.press('s');
    await onServer(1, 'INBOX', 'UNFLAGGED', 'SUBJECT', subject);
  });

  it('what is in Trash goes for ever after a question, and Trash is emptied', async () => {
    for (const n of [1, 2, 3]) await deliver(`Rubbish ${size} ${n}`);
    await row(`Rubbish ${size} 3`).focus();
    await on.page.keyboard.press('x');
    for (const _ of [2, 1]) await on.page.keyboard.press('Shift+j');
    await on.page.keyboard.press('#');
    await onServer(3, 'Trash', 'SUBJECT', `Rubbish ${size}`);
    await openFolders();
    await folder('Trash').click();
    await row(`Rubbish ${size} 3`).focus();
    await on.page.keyboard.press('#');
    const dialog = on.page.getByRole('dialog', { name: /for ever/ });
    await dialog.waitFor();
    await picture(on.page, `destroy-${size}`);
    await on.page.keyboard.press('Escape');
    expect(await found(world, 'Trash', 'SUBJECT', `Rubbish ${size}`)).toBe(3);
    await row(`Rubbish ${size} 3`).focus();
    await on.page.keyboard.press('#');
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await expect.poll(() => row(`Rubbish ${size} 3`).count()).toBe(0);
    await onServer(2, 'Trash', 'SUBJECT', `Rubbish ${size}`);

    await picture(on.page, `trash-${size}`);
    await button('Empty Trash').click();
    await dialog.waitFor();
    expect(await violations(on.page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete for ever' }).click();
    await on.page.getByText('Trash is empty.').waitFor();
    await onServer(0, 'Trash', 'ALL');
    expect(await violations(on.page)).toEqual([]);
    await picture(on.page, `trash-empty-${size}`);
  }, 60_000);

  it('what another program does is there without a reload', async () => {
    const subject = `Elsewhere ${size}`;
    await deliver(subject);
    const named = (words: RegExp) =>
      expect.poll(() => row(subject).getAttribute('aria-label'), SOON).toMatch(words);
    await world.dovecot.doveadm(
      'flags',
      'add',
      '-u',
      ANNA,
      '\\Seen \\Flagged',
      'mailbox',
      'INBOX',
      'SUBJECT',
      subject,
    );
    await named(/^(?!unread).*starred/);
    await world.dovecot.doveadm(
      'flags',
      'remove',
      '-u',
      ANNA,
      '\\Seen',
      'mailbox',
      'INBOX',
      'SUBJECT',
      subject,
    );
    await named(/^unread/);
    await world.dovecot.doveadm('expunge', '-u', ANNA, 'mailbox', 'INBOX', 'SUBJECT', subject);
    await expect.poll(() => row(subject).count(), SOON).toBe(0);
  });

  it('a folder that another program makes is there without a reload', async () => {
    await openFolders();
    await folder(/^Inbox/).waitFor();
    await world.dovecot.doveadm('mailbox', 'create', '-u', ANNA, `Made ${size}`);
    await folder(`Made ${size}`).waitFor();
  });

  it('a search that finds nothing says where it looked, and looks everywhere by one touch', async () => {
    const subject = `Договор ${size}`;
    await world.dovecot.deliver(ANNA, letter({ subject, content: plain('Смета внутри') }), {
      mailbox: 'Archive',
    });
    const account = inbox.split('/')[4];
    const mailbox = inbox.split('/')[5];
    await on.page.goto(new URL(`/search?account=${account}&q=Смета&in=${mailbox}`, inbox).href);
    await on.page.getByText('Nothing found in Inbox. Search everywhere?').waitFor();
    expect(await violations(on.page)).toEqual([]);
    await picture(on.page, `search-nothing-${size}`);
    await on.page.getByRole('button', { name: 'Everywhere', exact: true }).click();
    await row(subject).waitFor({ timeout: 20_000 });
    expect(await row(subject).locator('mark').count()).toBeGreaterThan(0);
    await on.page.goto(new URL(`/search?account=${account}&q=nosuchword`, inbox).href);
    await on.page.getByText('Nothing found for “nosuchword”.').waitFor();
  });

  it('nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});
