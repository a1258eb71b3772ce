/** Lists longer than the window: new mail meanwhile, swipes, dragging, everything selected (page.md sections 4, 9). */
import { beforeAll, describe, expect, it } from 'vitest';
import { picture, type Visit, violations, visit } from './browser';
import { Hands } from './hands';
import { letter } from './letters';
import { found, waitsFor } from './on-server';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);

const onServer = waitsFor(world);

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
    // The bar above gives way while the list goes down: what is below comes to rest with it.
    const bar = page.locator('[data-pane="list"] > header[inert]');
    await expect.poll(() => bar.evaluate((element) => getComputedStyle(element).marginTop)).toBe('-48px');
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
    const all = await found(world, 'INBOX', 'ALL');
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
