/**
 * The task rows of page.md section 10 that sort and find mail, by mouse or touch and by keys, with no more acts than the table allows;
 * the mail server is the judge. Each starts from the list, nothing selected.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { picture, type Size, type Visit, visit } from './browser';
import { Hands } from './hands';
import { html, letter, PNG, plain, withFiles } from './letters';
import { waitsFor } from './on-server';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);
const LAST_YEAR = new Date().getFullYear() - 1;

beforeAll(async () => {
  await world.dovecot.doveadm('mailbox', 'create', '-u', ANNA, 'Projects/Plans');
}, 90_000);

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  let hands: Hands;
  let inbox = '';
  let received = 0;
  const phone = size === 'phone';
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });
  /** On the phone the other panes stay in the document. */
  const button = (name: string | RegExp) =>
    on.page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .locator('visible=true')
      .first();
  /** Each a second after the one before: the order of the rows is the order of coming. */
  const put = (subject: string, content?: string) => {
    received = Math.max(received + 1_000, Date.now());
    const mail = letter({ subject, ...(content && { content }) });
    return world.dovecot.deliver(ANNA, mail, { receivedAt: received });
  };
  const deliver = async (subject: string, content?: string) => {
    await put(subject, content);
    await row(subject).waitFor();
  };
  const inFolder = (folder: string, subject: string, count = 1) =>
    waitsFor(world)(count, folder, 'SUBJECT', subject);

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
    hands = new Hands(on.page);
  });

  it('opens the newest unread: one click or tap, one key', async () => {
    const subject = `Newest ${size}`;
    await deliver(subject, html('<p>Words of the newest</p>'));
    await hands.click(row(subject));
    await on.page.frameLocator('iframe').last().getByText('Words of the newest').waitFor();
    expect(hands.acts).toBe(1);

    await on.page.goto(inbox);
    await row(subject).waitFor();
    hands = new Hands(on.page);
    await hands.key(phone ? 'o' : 'j');
    await on.page.frameLocator('iframe').last().getByText('Words of the newest').waitFor();
    expect(hands.acts).toBe(1);
  });

  it('archives one: a click on hovering, a short swipe, a key; undo brings it back', async () => {
    const subject = `Archive me ${size}`;
    await deliver(subject);
    if (phone) {
      await hands.swipe(row(subject), 0.4, () => picture(on.page, 'swipe-archive'));
    } else {
      await row(subject).hover();
      await hands.click(row(subject).getByRole('button', { name: 'Archive' }));
    }
    expect(hands.acts).toBe(1);
    await inFolder('Archive', subject);
    await on.page.getByRole('button', { name: 'Undo' }).click();
    await row(subject).waitFor();
    await inFolder('INBOX', subject);

    await row(subject).focus();
    hands = new Hands(on.page);
    await hands.key('e');
    await inFolder('Archive', subject);
    expect(hands.acts).toBe(1);
  });

  it('marks one as spam: a click on hovering, two taps, a key; undo brings it back', async () => {
    const subject = `Spam ${size}`;
    await deliver(subject);
    if (phone) {
      await hands.longPress(row(subject), button('Clear selection'));
      await hands.click(button('Spam'));
    } else {
      await row(subject).hover();
      await hands.click(row(subject).getByRole('button', { name: 'Spam' }));
    }
    expect(hands.acts).toBe(phone ? 2 : 1);
    await inFolder('Junk', subject);
    await on.page.getByRole('button', { name: 'Undo' }).click();
    await row(subject).waitFor();
    await inFolder('INBOX', subject);

    await row(subject).focus();
    hands = new Hands(on.page);
    await hands.key('!');
    await inFolder('Junk', subject);
    expect(hands.acts).toBe(1);
  });

  it('deletes five in a row: three clicks, six taps; six keys', async () => {
    for (const by of ['pointer', 'keys']) {
      await on.page.goto(inbox);
      for (let n = 1; n <= 5; n += 1) await put(`Bulk ${by} ${size} ${n}`);
      await expect.poll(() => row(`Bulk ${by} ${size}`).count(), { timeout: 20_000 }).toBe(5);
      hands = new Hands(on.page);
      if (by === 'keys') {
        await hands.key('x', 'Shift+j', 'Shift+j', 'Shift+j', 'Shift+j', '#');
      } else if (phone) {
        await hands.longPress(row(`Bulk ${by} ${size} 5`), button('Clear selection'));
        for (const n of [4, 3, 2, 1]) await hands.click(row(`Bulk ${by} ${size} ${n}`));
        await picture(on.page, 'selection-phone');
        await hands.click(button('Delete'));
      } else {
        await row(`Bulk ${by} ${size} 5`).hover();
        await hands.click(row(`Bulk ${by} ${size} 5`).getByRole('checkbox'));
        await hands.click(row(`Bulk ${by} ${size} 1`), { modifiers: ['Shift'] });
        await picture(on.page, 'selection-desk');
        await hands.click(button('Delete'));
      }
      expect(hands.acts).toBe(by === 'pointer' && !phone ? 3 : 6);
      await expect.poll(() => row(`Bulk ${by} ${size}`).count()).toBe(0);
      await inFolder('Trash', `Bulk ${by} ${size}`, 5);
    }
  });

  it('moves to a nested folder: two clicks and its name, three taps and its name; three keys', async () => {
    const subject = `To the plans ${size}`;
    await deliver(subject);
    if (phone) await hands.longPress(row(subject), button('Clear selection'));
    else await hands.click(row(subject));
    await hands.click(button('Move'));
    await on.page.getByRole('combobox', { name: 'Folder name' }).waitFor();
    // Enter alone takes the first: nobody moves mail to Drafts by mistake.
    expect(await on.page.getByRole('option').first().textContent()).toBe('Archive');
    await on.page.keyboard.type('plan');
    await picture(on.page, `move-${size}`);
    if (phone) await hands.click(on.page.getByRole('option', { name: /Plans/ }));
    else await on.page.keyboard.press('Enter');
    expect(hands.acts).toBe(phone ? 3 : 2);
    await inFolder('Projects/Plans', subject);
    await on.page.getByRole('button', { name: 'Undo' }).click();
    await row(subject).waitFor();

    await row(subject).focus();
    hands = new Hands(on.page);
    await hands.key('v');
    await on.page.getByRole('combobox', { name: 'Folder name' }).waitFor();
    await hands.text('projects plan');
    await hands.key('Enter');
    expect(hands.acts).toBe(3);
    await inFolder('Projects/Plans', subject);
  });

  it('finds what X sent with an attachment last year: one click and words; three keys', async () => {
    const from = `Oskar ${size} <oskar@example.com>`;
    const file = { name: 'a.png', type: 'image/png', bytes: PNG };
    const date = new Date(LAST_YEAR, 4, 5);
    const put = (subject: string, content: string, receivedAt = date.getTime()) =>
      world.dovecot.deliver(ANNA, letter({ subject, from, date: new Date(receivedAt), content }), {
        receivedAt,
      });
    await put(`Right one ${size}`, withFiles(plain('See it'), [file]));
    await put(`Without ${size}`, plain('Nothing with it'));
    await put(`This year ${size}`, withFiles(plain('See it'), [file]), Date.now());
    await row(`This year ${size}`).waitFor();

    const words = `from:oskar has:file ${LAST_YEAR}`;
    const only = async () => {
      await on.page.waitForURL(/\/search.*q=/);
      await row(`Right one ${size}`).waitFor();
      expect((await row(`Without ${size}`).count()) + (await row(`This year ${size}`).count())).toBe(0);
    };
    const field = on.page.getByRole('searchbox').locator('visible=true');
    await hands.click(phone ? on.page.getByRole('navigation').getByText('Search') : field);
    await expect.poll(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    await on.page.keyboard.type(words);
    await on.page.keyboard.press('Enter');
    await only();
    expect(hands.acts).toBe(1);
    await picture(on.page, `search-conditions-${size}`);

    await on.page.goto(inbox);
    await row(`This year ${size}`).waitFor();
    hands = new Hands(on.page);
    await hands.key('/');
    await hands.text(words);
    await hands.key('Enter');
    await only();
    expect(hands.acts).toBe(3);
  });

  it('narrows a search by touching a condition, and shows what is narrowed', async () => {
    await on.page.goto(inbox.replace(/\/mail.*/, `/search?account=${inbox.split('/')[4]}&q=from:oskar`));
    await row(`Without ${size}`).waitFor();
    await on.page.getByRole('button', { name: 'With attachment' }).click();
    await expect.poll(() => row(`Without ${size}`).count()).toBe(0);
    await row(`Right one ${size}`).waitFor();
    expect(await on.page.getByRole('button', { name: 'With attachment' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
  });

  it('goes to the next message: one click, one tap, one key', async () => {
    await deliver(`Second ${size}`);
    await deliver(`First ${size}`);
    await row(`First ${size}`).click();
    await on.page.getByRole('heading', { name: `First ${size}` }).waitFor();
    await hands.click(button('Next message'));
    await on.page.getByRole('heading', { name: `Second ${size}` }).waitFor();
    expect(hands.acts).toBe(1);
    await button('Previous message').click();
    await on.page.getByRole('heading', { name: `First ${size}` }).waitFor();
    hands = new Hands(on.page);
    await hands.key('j');
    await on.page.getByRole('heading', { name: `Second ${size}` }).waitFor();
    expect(hands.acts).toBe(1);
  });

  it('nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});
