/**
 * The task rows of page.md section 10 that write mail and change settings, by mouse or touch and by keys, with no more acts than the
 * table allows. Text is one act by keys; beside clicks it is not counted, as the table does.
 */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Accepted } from '@/test/servers/smtp';
import { picture, type Size, type Visit, visit } from './browser';
import { Hands } from './hands';
import { letter, PNG, plain, withFiles } from './letters';
import { ANNA, aWorld, BORIS } from './world';
import { bring, closeAll, composer, line, setUndo, text } from './writing';

const world = aWorld([ANNA, BORIS]);
const SOON = { timeout: 15_000, interval: 200 };
const FILE = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The plan') };

async function sent(subject: string): Promise<Accepted> {
  const found = () => world.submission.accepted.filter(({ raw }) => raw.includes(subject));
  await vi.waitFor(() => expect(found()).not.toEqual([]), SOON);
  const [mail] = found().splice(0, 1);
  world.submission.accepted.splice(0);
  return mail as Accepted;
}

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  let hands: Hands;
  let inbox = '';
  const phone = size === 'phone';
  const seen = (target: Locator) => target.locator('visible=true').first();
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });
  const button = (name: string | RegExp) =>
    seen(on.page.getByRole('button', { name, exact: typeof name === 'string' }));
  const item = (name: string) => on.page.getByRole('menuitem', { name });
  const account = () => button(/^Account/);
  const open = async (subject: string) => {
    await row(subject).click();
    await on.page.getByRole('heading', { level: 2, name: subject }).waitFor();
    hands = new Hands(on.page);
  };

  const tabTo = async (target: Locator) => {
    await target.waitFor();
    for (let tabs = 0; tabs < 20; tabs += 1) {
      if (await target.evaluate((one) => one === document.activeElement)) return;
      await on.page.keyboard.press('Tab');
    }
    throw new Error('It cannot be reached by Tab.');
  };

  beforeAll(async () => {
    const file = { name: 'a.png', type: 'image/png', bytes: PNG };
    const content = withFiles(plain('Dear all, the figures'), [file]);
    for (const name of ['Answer', 'Pass on'])
      await world.dovecot.deliver(
        ANNA,
        letter({ subject: `${name} ${size}`, from: `Boris <${BORIS}>`, content }),
      );
    on = await visit(world.browser, size);
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\/[^~]+$/);
    inbox = on.page.url();
    await setUndo(on.page, 0);
  }, 60_000);
  afterAll(() => on?.context.close());
  beforeEach(async () => {
    await on.page.goto(inbox);
    await on.page.getByRole('row').first().waitFor();
    await closeAll(on.page);
    hands = new Hands(on.page);
  });

  it('reply all with an attachment: three acts with the file dialog, by keys too', async () => {
    const { page } = on;
    for (const by of ['pointer', 'keys']) {
      await page.goto(inbox);
      await open(`Answer ${size}`);
      const asked = page.waitForEvent('filechooser');
      if (by === 'keys') {
        await hands.key('a');
        await text(page).waitFor();
        await hands.key('Control+Shift+A');
      } else {
        await hands.click(button('Reply all'));
        await text(page).waitFor();
        await hands.click(button('Attach files'));
      }
      await (await asked).setFiles(FILE);
      await page.getByText('plan.txt').first().waitFor();
      await picture(page, `task-reply-${size}`);
      if (by === 'keys') await hands.key('Control+Enter');
      else await hands.click(button('Send'));
      expect(hands.acts).toBe(3);
      expect((await sent(`Re: Answer ${size}`)).raw).toContain('plan.txt');
    }
  }, 60_000);

  it('forward inline: forward, the address, send', async () => {
    const { page } = on;
    for (const by of ['pointer', 'keys']) {
      await page.goto(inbox);
      await open(`Pass on ${size}`);
      if (by === 'keys') await hands.key('f');
      else await hands.click(button('Forward'));
      await expect.poll(() => line(page, 'To').evaluate((to) => to === document.activeElement)).toBe(true);
      await hands.text(BORIS);
      if (by === 'keys') await hands.key('Control+Enter');
      else await hands.click(button('Send'));
      expect(hands.acts).toBe(3);
      const mail = await sent(`Fwd: Pass on ${size}`);
      expect(mail.to).toEqual([BORIS]);
      expect(mail.raw).toContain('a.png');
    }
  }, 60_000);

  it('writes, formats, pastes a picture and sends without a mouse', async () => {
    const { page } = on;
    await page.locator('body').focus();
    await page.keyboard.press('c');
    await expect.poll(() => line(page, 'To').evaluate((to) => to === document.activeElement)).toBe(true);
    await page.keyboard.type(`${BORIS},`);
    await page.keyboard.press('Tab');
    await tabTo(page.getByLabel('Subject'));
    await page.keyboard.type(`Written ${size}`);
    await tabTo(text(page));
    await page.keyboard.press('Control+B');
    await page.keyboard.type('Loud words');
    await bring(page, 'paste', {
      files: [{ name: 'dot.png', type: 'image/png', base64: PNG.toString('base64') }],
    });
    await page.getByRole('button', { name: 'Into the text' }).waitFor();
    await tabTo(button('Into the text'));
    await page.keyboard.press('Enter');
    await text(page).locator('img').waitFor();
    await page.keyboard.press('Control+Enter');
    const { raw } = await sent(`Written ${size}`);
    expect(raw).toMatch(/<b>/);
    expect(raw).toContain('image/png');
  }, 60_000);

  it('a draft is kept without an act, and taken up again by two clicks, three keys', async () => {
    const { page } = on;
    const subject = `Half done ${size}`;
    await button('Write').click();
    await page.getByLabel('Subject').fill(subject);
    await vi.waitFor(async () => {
      const out = await world.dovecot.doveadm('search', '-u', ANNA, 'mailbox', 'Drafts', 'SUBJECT', subject);
      expect(out.trim()).not.toBe('');
    }, SOON);
    await button('Close and keep').click();
    hands = new Hands(page);
    await hands.key('g', 'd');
    await row(subject).waitFor();
    await hands.key('Enter');
    await composer(page).waitFor();
    expect(hands.acts).toBe(3);
    expect(await page.getByLabel('Subject').inputValue()).toBe(subject);
    await button('Close and keep').click();

    await page.goto(inbox);
    hands = new Hands(page);
    // On the phone the folders are one tap further.
    if (phone) await button('More').click();
    await hands.click(seen(page.getByRole('treeitem', { name: /^Drafts/ })));
    await hands.click(row(subject));
    await composer(page).waitFor();
    expect(hands.acts).toBe(2);
  }, 60_000);

  it('changes the signature: three clicks and its words', async () => {
    const { page } = on;
    await hands.click(account());
    await hands.click(item('Signature'));
    const field = page.getByRole('textbox', { name: 'Signature' }).first();
    await expect.poll(() => field.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+A');
    await page.keyboard.type(`Anna, ${size}`);
    await hands.click(page.getByRole('form', { name: ANNA }).getByRole('button', { name: 'Save' }));
    expect(hands.acts).toBe(3);
    await page.getByText('Saved').first().waitFor();
    await page.goto(inbox);
    await button('Write').click();
    await text(page).getByText(`Anna, ${size}`).waitFor();
  });

  it('turns dark, and light again: two clicks', async () => {
    const { page } = on;
    const theme = () => page.locator('html').getAttribute('data-theme');
    await hands.click(account());
    await hands.click(page.getByRole('menuitemcheckbox', { name: 'Dark' }));
    expect(hands.acts).toBe(2);
    await expect.poll(theme).toBe('dark');
    await page.reload();
    expect(await theme()).toBe('dark');
    await account().click();
    await page.getByRole('menuitemcheckbox', { name: 'Dark', checked: true }).click();
    await expect.poll(theme).toBe('light');
  });

  it('signs out the other devices: three clicks', async () => {
    const { page } = on;
    const other = await visit(world.browser, 'desk');
    await world.signIn(other.page, ANNA);
    await other.page.getByRole('row').first().waitFor();
    await hands.click(account());
    await hands.click(item('Settings'));
    await hands.click(page.getByRole('button', { name: 'Sign out everywhere else' }));
    expect(hands.acts).toBe(3);
    await other.page.waitForURL(/\/sign-in/, { timeout: 15_000 });
    await other.context.close();
  }, 60_000);

  it('nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});
