/** Acts on mail and their undo, selection, swipes, dragging, Trash; what other programs do meanwhile (page.md sections 4, 8, 9). */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { Hands } from './hands';
import { letter, plain } from './letters';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);
const SOON = { timeout: 10_000, interval: 200 };

async function found(mailbox: string, ...query: string[]): Promise<number> {
  const out = await world.dovecot.doveadm('search', '-u', ANNA, 'mailbox', mailbox, ...query);
  return out.trim() === '' ? 0 : out.trim().split('\n').length;
}
const onServer = (count: number, mailbox: string, ...query: string[]) =>
  vi.waitFor(async () => expect(await found(mailbox, ...query)).toBe(count), SOON);

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
    expect(await found('Trash', 'SUBJECT', `Rubbish ${size}`)).toBe(3);
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

describe('with a long list', () => {
  const MANY = 60;
  let on: Visit;
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });

  beforeAll(async () => {
    await world.dovecot.doveadm('mailbox', 'create', '-u', ANNA, 'Kept');
    // What the tests above left would stand between these.
    await world.dovecot.doveadm('expunge', '-u', ANNA, 'mailbox', 'INBOX', 'ALL');
    for (let n = 0; n < MANY; n += 1) {
      const receivedAt = Date.now() - (MANY - n) * 60_000;
      await world.dovecot.deliver(ANNA, letter({ subject: `Row ${n} of many` }), { receivedAt });
    }
  }, 90_000);

  it('new mail while the reader is further down is a pill, not a jump', async () => {
    on = await visit(world.browser, 'phone');
    const { page } = on;
    const told = page.waitForResponse(/\/jmap\/events/);
    await world.signIn(page, ANNA);
    // What comes while the page is still starting is part of its first list, and no news.
    await told;
    await row('Row 59 of many').waitFor();
    await page.locator('[data-list-scroller]').evaluate((element) => element.scrollTo({ top: 1500 }));
    const seen = page.getByRole('row', { name: /Row 3\d of many/ }).first();
    await seen.waitFor();
    const subject = (await seen.getAttribute('aria-label'))?.match(/Row \d+ of many/)?.[0] ?? '';
    const before = await row(`${subject},`).boundingBox();
    await world.dovecot.deliver(ANNA, letter({ subject: 'While you were reading' }));
    await page.getByRole('button', { name: '1 new message' }).waitFor({ timeout: 30_000 });
    expect((await row(`${subject},`).boundingBox())?.y).toBeCloseTo(before?.y ?? 0, 0);
    await picture(page, 'new-mail-pill');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: '1 new message' }).click();
    await row('While you were reading').waitFor();
    await on.context.close();
  }, 60_000);

  it('what is scrolled before the page is alive stays where it is', async () => {
    on = await visit(world.browser, 'phone');
    const { page } = on;
    await world.signIn(page, ANNA);
    await page.waitForURL(/\/mail\/[^~]+$/);
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/\/_next\/static\/.*\.js/, async (route) => {
      await released;
      await route.continue();
    });
    await page.reload({ waitUntil: 'commit' });
    const scroller = page.locator('[data-list-scroller]');
    await row('Row 59 of many').waitFor();
    await scroller.evaluate((element) => element.scrollTo({ top: 1500 }));
    const alive = page.waitForRequest(/\/jmap\/events/);
    release();
    await alive;
    await row('Row 38 of many').waitFor();
    expect(await scroller.evaluate((element) => element.scrollTop)).toBe(1500);
    await on.context.close();
  }, 60_000);

  it('swipes: right long marks read, left long deletes, left short does nothing, each with its undo', async () => {
    on = await visit(world.browser, 'phone');
    const { page } = on;
    await world.signIn(page, ANNA);
    const subject = 'While you were reading';
    await row(subject).waitFor();
    const hands = new Hands(page);
    await hands.swipe(row(subject), 0.7, () => picture(page, 'swipe-read'));
    await onServer(1, 'INBOX', 'SEEN', 'SUBJECT', subject);
    await hands.swipe(row(subject), 0.7);
    await onServer(1, 'INBOX', 'UNSEEN', 'SUBJECT', subject);
    await hands.swipe(row(subject), -0.4, () => picture(page, 'swipe-short'));
    expect(await row(subject).count()).toBe(1);
    await hands.swipe(row(subject), -0.7, () => picture(page, 'swipe-delete'));
    await onServer(1, 'Trash', 'SUBJECT', subject);
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(subject).waitFor();
    await onServer(1, 'INBOX', 'SUBJECT', subject);
    await on.context.close();
  }, 60_000);

  it('rows are dragged onto a folder, the selected ones together', async () => {
    on = await visit(world.browser, 'desk');
    const { page } = on;
    await world.signIn(page, ANNA);
    await row('Row 59 of many').waitFor();
    await row('Row 59 of many').dragTo(page.getByRole('treeitem', { name: /^Kept/ }));
    await onServer(1, 'Kept', 'SUBJECT', 'Row 59 of many');
    await row('Row 57 of many').hover();
    await row('Row 57 of many').getByRole('checkbox').click();
    await row('Row 55 of many').click({ modifiers: ['Shift'] });
    await row('Row 56 of many').dragTo(page.getByRole('treeitem', { name: /^Kept/ }));
    await onServer(4, 'Kept', 'ALL');
    await page.getByRole('button', { name: 'Undo' }).click();
    await onServer(1, 'Kept', 'ALL');
    await row('Row 57 of many').waitFor();
    await page.keyboard.press('z');
    await onServer(0, 'Kept', 'ALL');
    await on.context.close();
  }, 60_000);

  it('all of a folder is selected, also what was not in view, and taken back as one', async () => {
    on = await visit(world.browser, 'desk');
    const { page } = on;
    await world.signIn(page, ANNA);
    await row('Row 59 of many').waitFor();
    const all = await found('INBOX', 'ALL');
    await row('Row 59 of many').focus();
    await page.keyboard.press('x');
    await page.getByRole('button', { name: 'Select all' }).click();
    await page.getByText(`${all} selected`).first().waitFor();
    await picture(page, 'select-all');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('e');
    await page.getByText('Nothing new. New mail appears here by itself.').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'inbox-empty');
    await onServer(0, 'INBOX', 'ALL');
    await page.keyboard.press('z');
    await row('Row 59 of many').waitFor();
    await onServer(all, 'INBOX', 'ALL');
    await on.context.close();
  }, 60_000);
});
