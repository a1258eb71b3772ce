/** Writing a message: people, files, formatting, signature; what goes out is judged by the outgoing server. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, violations } from './browser';
import { ANNA, aWorld, BORIS } from './world';
import {
  bring,
  chips,
  closeAll,
  composer,
  enter,
  fill,
  jmap,
  line,
  PIXEL,
  partsOf,
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

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let page: Page;
  beforeAll(async () => {
    page = await enter(world, ANNA, size);
    await setUndo(page, 0);
  }, 60_000);
  beforeEach(() => closeAll(page));
  afterAll(() => page?.context().close());

  it('recipients are chips: lists are cut, what is no address says so, keys remove', async () => {
    await write(page);
    await line(page, 'To').focus();
    const list = '"Doe, Jane" <jane@example.net>; marco@example.net,\nTeam: lena@example.net;';
    await bring(page, 'paste', { text: list }, '[data-composer] [role="combobox"]');
    await expect.poll(() => chips(page, 'To').count()).toBe(3);
    expect(await chips(page, 'To').first().textContent()).toContain('Doe, Jane');
    await line(page, 'To').fill('half an address,');
    await chips(page, 'To').nth(3).getByText('not an address').waitFor();
    await picture(page, `compose-chips-${size}`);
    expect(await violations(page)).toEqual([]);
    await line(page, 'To').press('Backspace');
    await page.keyboard.press('Backspace');
    await expect.poll(() => chips(page, 'To').count()).toBe(3);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Delete');
    await expect.poll(() => chips(page, 'To').count()).toBe(2);
    if (size === 'desk') {
      await button(page, 'Cc').click();
      await chips(page, 'To').last().dragTo(line(page, 'Cc'));
      await expect.poll(() => chips(page, 'Cc').count()).toBe(1);
      await chips(page, 'Cc').last().dragTo(line(page, 'To'));
    }
    await expect
      .poll(() => chips(page, 'To').allTextContents())
      .toEqual([expect.stringContaining('Doe, Jane'), expect.stringContaining('lena@example.net')]);
    await button(page, 'Discard draft').click();
  }, 60_000);

  it('S17 S18: Cc and Bcc are shown when wanted; Bcc gets the mail and stands in no header', async () => {
    const subject = `Copies ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Hello');
    await button(page, 'Cc').click();
    await line(page, 'Cc').fill(`${ANNA},`);
    await button(page, 'Bcc').click();
    await line(page, 'Bcc').fill(`${CARL},`);
    await send(page);
    const { to, raw } = await sent(subject);
    expect(to.sort()).toEqual([ANNA, BORIS, CARL]);
    expect(raw).not.toMatch(/^bcc:/im);
    expect(raw).not.toContain(CARL);
  }, 60_000);

  it('completes from mail seen', async () => {
    await world.dovecot.deliver(ANNA, `From: ${BORIS}\r\nTo: ${ANNA}\r\nSubject: Seen\r\n\r\nHello\r\n`);
    await write(page);
    // What just came is known a moment later.
    await vi.waitFor(async () => {
      await line(page, 'To').fill('');
      await line(page, 'To').pressSequentially('bor');
      await page.getByRole('option').getByText(BORIS).first().waitFor({ timeout: 2_000 });
    }, SOON);
    await page.keyboard.press('Enter');
    await expect.poll(() => chips(page, 'To').count()).toBe(1);
    await button(page, 'Discard draft').click();
  }, 60_000);

  it('takes files by button, drop and paste, shows how far they are, and lets one be cancelled', async () => {
    const subject = `Files ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Three of them');
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    await page.route('**/jmap/upload/**', async (route) => {
      await held;
      await route.continue();
    });
    const file = (name: string) => ({ name, type: 'text/plain', base64: btoa(name) });
    await composer(page)
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name: 'chosen.txt', mimeType: 'text/plain', buffer: Buffer.from('chosen.txt') });
    await bring(page, 'drop', { files: [file('dropped.txt'), file('unwanted.txt')] });
    await bring(page, 'paste', { files: [file('pasted.txt')] });
    await composer(page).getByRole('progressbar', { name: 'Uploading chosen.txt' }).waitFor();
    await picture(page, `compose-files-${size}`);
    await button(page, 'Cancel unwanted.txt').click();
    letGo();
    await button(page, 'Remove pasted.txt').waitFor();
    await page.unroute('**/jmap/upload/**');
    await send(page);
    const { raw } = await sent(subject);
    const files = partsOf(raw).filter(({ name }) => name !== null);
    expect(files.map(({ name, content }) => [name, content.toString()])).toEqual([
      ['chosen.txt', 'chosen.txt'],
      ['dropped.txt', 'dropped.txt'],
      ['pasted.txt', 'pasted.txt'],
    ]);
  }, 60_000);

  it('a pasted picture stands in the text, and the mail carries it by its id', async () => {
    const subject = `Picture ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Look: ');
    await bring(page, 'paste', { files: [{ name: 'dot.png', type: 'image/png', base64: PIXEL }] });
    await page.getByRole('button', { name: 'Into the text' }).click();
    await text(page).locator('img').waitFor();
    await send(page);
    const { raw } = await sent(subject);
    const image = partsOf(raw).find(({ type }) => type === 'image/png');
    expect(textOf(raw, 'text/html')).toContain(`src="cid:${image?.cid}"`);
    expect(image?.content.toString('base64')).toBe(PIXEL);
    expect(raw).toMatch(/multipart\/related/i);
  }, 60_000);

  it('formats by key and by button; the plain alternative says the same', async () => {
    const subject = `Formats ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'plain ');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('bold');
    await page.keyboard.press('Control+b');
    await page.keyboard.type(' ');
    await page.keyboard.press('Control+i');
    await page.keyboard.type('slanted');
    await page.keyboard.press('Control+i');
    await page.keyboard.press('Enter');
    if (size === 'phone') await button(page, 'Formatting').click();
    await button(page, 'List').click();
    await page.keyboard.type('first');
    await page.keyboard.press('Enter');
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.type('see ');
    await page.keyboard.press('Control+k');
    await page.getByLabel('Address').fill('example.org');
    await page.keyboard.press('Enter');
    await text(page).locator('a[href="https://example.org"]').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await button(page, 'Quote').click();
    await page.keyboard.type('said he');
    // What is written is seen as such.
    expect(
      await text(page)
        .locator('ul')
        .evaluate((list) => getComputedStyle(list).listStyleType),
    ).toBe('disc');
    const bar = await text(page)
      .locator('blockquote')
      .evaluate((quote) => getComputedStyle(quote).borderInlineStartWidth);
    expect(bar).toBe('2px');
    await picture(page, `compose-format-${size}`);
    expect(await violations(page)).toEqual([]);
    await send(page);
    const { raw } = await sent(subject);
    const html = textOf(raw, 'text/html');
    expect(html).toMatch(/<b>bold<\/b>(?:&nbsp;| )<i>slanted<\/i>/);
    expect(html).toMatch(/<ul><li>.*first.*<\/li><li>.*second.*<\/li><\/ul>/s);
    expect(html).toContain('href="https://example.org"');
    expect(html).toMatch(/<blockquote[^>]*>.*said he.*<\/blockquote>/s);
    const plain = textOf(raw, 'text/plain');
    expect(plain).toContain('plain bold slanted');
    expect(plain).toMatch(/- first\r?\n- second/);
    expect(plain).toMatch(/^> said he/m);
  }, 60_000);

  it('importance, a read receipt and an address for answers are set in the menu and stand in the mail', async () => {
    const subject = `Asked ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Hello');
    for (const name of ['Important', 'Ask for a read receipt', 'Answers to another address']) {
      await button(page, 'More').click();
      await page.getByRole('menuitemcheckbox', { name }).click();
    }
    await composer(page).getByText('Important · Ask for a read receipt').waitFor();
    await line(page, 'Reply to').fill('lena@example.net,');
    await picture(page, `compose-asked-${size}`);
    expect(await violations(page)).toEqual([]);
    await send(page);
    const { to, raw } = await sent(subject);
    expect(to).toEqual([BORIS]);
    expect(raw).toMatch(/^Importance: high\r$/m);
    expect(raw).toMatch(/^Disposition-Notification-To: <?anna@example\.org>?\r$/m);
    expect(raw).toMatch(/^Reply-To: <?lena@example\.net>?\r$/m);
  }, 60_000);

  it('S23: HTML that is dropped passes the cleaner like all other', async () => {
    await write(page);
    await text(page).click();
    await page.evaluate(() => {
      const root = document.querySelector('[data-composer] [role="textbox"]');
      const place = root?.firstElementChild;
      if (!root || !place) return;
      const dataTransfer = new DataTransfer();
      dataTransfer.setData(
        'text/html',
        '<b onclick="x()" class="c">kept</b><img src="https://canary.example/x.png">',
      );
      const at = { startContainer: place, startOffset: 0, endContainer: place, endOffset: 0 };
      const options = { inputType: 'insertFromDrop', dataTransfer, bubbles: true, cancelable: true };
      root.dispatchEvent(new InputEvent('beforeinput', { ...options, targetRanges: [new StaticRange(at)] }));
    });
    await text(page).locator('b').waitFor();
    expect(await text(page).innerHTML()).not.toMatch(/onclick|class=|canary/);
  }, 60_000);

  it('asks before formatting is lost, and keeps the words', async () => {
    const subject = `Plain ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'one ');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('two');
    const toPlain = async () => {
      await button(page, 'More').click();
      await page
        .getByRole('menuitem', { name: 'Plain text' })
        .or(page.getByRole('menuitemcheckbox', { name: 'Plain text' }))
        .click();
    };
    await toPlain();
    await page.getByRole('button', { name: 'Keep formatting' }).click();
    await text(page).locator('b').waitFor();
    await toPlain();
    await page.getByRole('button', { name: 'Change to plain text' }).click();
    await expect.poll(() => text(page).inputValue()).toBe('one two');
    await send(page);
    const { raw } = await sent(subject);
    expect(partsOf(raw).map(({ type }) => type)).toEqual(['text/plain']);
    expect(raw).toMatch(/[; ]format="?flowed/);
    await write(page);
    await toPlain();
    await button(page, 'Discard draft').click();
  }, 60_000);

  it('says what may be a slip before it sends', async () => {
    await write(page);
    await fill(page, `${BORIS},`, '', 'The report is attached.');
    await send(page);
    const question = page.getByRole('dialog', { name: 'Send anyway?' });
    await question.getByText('You mention an attachment').waitFor();
    await question.getByText('There is no subject.').waitFor();
    await picture(page, `compose-question-${size}`);
    expect(await violations(page)).toEqual([]);
    await question.getByRole('button', { name: 'Go on writing' }).click();
    await line(page, 'To').fill('not an address,');
    await send(page);
    const blocked = page.getByRole('dialog', { name: 'This cannot be sent yet' });
    await blocked.getByText('“not an address” is not an address.').waitFor();
    expect(await blocked.getByRole('button', { name: 'Send', exact: true }).count()).toBe(0);
    await blocked.getByRole('button', { name: 'Go on writing' }).click();
    await button(page, 'Discard draft').click();
    await shown(page, 'Draft discarded').waitFor();
  }, 60_000);

  it('saves to Drafts, goes on by click, discards with undo', async () => {
    const subject = `Draft ${size}`;
    await write(page);
    await fill(page, `${BORIS},`, subject, 'Not finished');
    await button(page, 'Close and keep').click();
    const inDrafts = async () => {
      const query = ['search', '-u', ANNA, 'mailbox', 'Drafts', 'SUBJECT', subject];
      return (await world.dovecot.doveadm(...query)).trim().split('\n').filter(Boolean).length;
    };
    await vi.waitFor(async () => expect(await inDrafts()).toBe(1), SOON);
    if (size === 'phone') await page.getByRole('button', { name: 'Folders' }).first().click();
    await page.getByRole('treeitem', { name: /^Drafts/ }).click();
    await page.getByRole('row', { name: new RegExp(subject) }).click();
    await text(page).getByText('Not finished').waitFor();
    await text(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(', but nearly');
    await button(page, 'Close and keep').click();
    await vi.waitFor(async () => {
      const body = await world.dovecot.doveadm(
        'fetch',
        '-u',
        ANNA,
        'text',
        'mailbox',
        'Drafts',
        'SUBJECT',
        subject,
      );
      expect(body).toContain('but nearly');
    }, SOON);
    await vi.waitFor(async () => expect(await inDrafts()).toBe(1), SOON);
    await page.getByRole('row', { name: new RegExp(subject) }).click();
    await text(page).getByText('but nearly').waitFor();
    await button(page, 'Discard draft').click();
    await page.getByRole('button', { name: /Undo/ }).click();
    await text(page).getByText('but nearly').waitFor();
    await button(page, 'Discard draft').click();
    await vi.waitFor(async () => expect(await inDrafts()).toBe(0), { timeout: 20_000, interval: 500 });
  }, 90_000);
});

it('the signature is put under the text and goes with the sender', async () => {
  const page = await enter(world, BORIS, 'desk');
  await setUndo(page, 0);
  const { list } = await jmap<{ list: { id: string }[] }>(page, 'Identity/get', { ids: null });
  const [first] = list;
  await jmap(page, 'Identity/set', {
    update: {
      [first?.id ?? '']: {
        name: 'Boris',
        htmlSignature: '<b>Boris</b> &amp; Co',
        textSignature: 'Boris & Co',
      },
    },
    create: {
      two: { name: 'Sales', email: BORIS.replace('@', '+sales@'), textSignature: 'The sales\nteam' },
    },
  });
  await page.reload();
  await write(page);
  await text(page).getByText('Boris & Co').waitFor();
  await fill(page, `${ANNA},`, 'Signed', '');
  // A click below the signature would write on in it.
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('Hello');
  await page.getByLabel('From').selectOption({ label: 'Sales <boris+sales@example.org>' });
  await text(page).getByText('The sales').waitFor();
  expect(await text(page).getByText('Boris & Co').count()).toBe(0);
  await text(page).getByText('Hello').waitFor();
  await send(page);
  const { raw } = await sent('Signed');
  expect(raw).toMatch(/^From: Sales <boris\+sales@example.org>/m);
  expect(textOf(raw, 'text/plain')).toMatch(/Hello\s+--\s*\r?\nThe sales\r?\nteam/);
  await page.context().close();
}, 60_000);
