/** A person makes, renames and deletes folders where they stand, on the desk and on the phone; the mail server is the judge. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);

/** The mail server's word comes by a program of its own, which takes its time on a busy machine. */
const SOON = { timeout: 10_000, interval: 200 };

async function onServer(): Promise<string[]> {
  const listed = await world.dovecot.doveadm('mailbox', 'list', '-u', ANNA);
  return listed.trim().split('\n');
}

const letter = (subject: string) =>
  `From: Lena <lena@example.com>\r\nTo: ${ANNA}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@example.com>\r\n\r\nHello\r\n`;

const folder = (page: Page, name: string | RegExp) =>
  page.getByRole('treeitem', { name, exact: typeof name === 'string' }).locator('visible=true');

/** What has the focus, by its accessible name. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    const named = element?.getAttribute('aria-labelledby');
    return element?.getAttribute('aria-label') ?? (named && document.getElementById(named)?.textContent);
  });

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  const top = `Projects ${size}`;
  const nested = `Планы ${size}`;
  const renamed = `Plans ${size}`;
  /** As a person opens it: by the button that a mouse finds on hovering, a finger always. */
  const choose = async (name: string, entry: RegExp) => {
    const { page } = on;
    if (size === 'desk') await folder(page, name).hover();
    await folder(page, name).getByRole('button').click();
    await page.getByRole('menuitem', { name: entry }).click();
  };
  const delimited = (...names: string[]) => names.join('/');

  beforeAll(async () => {
    on = await visit(world.browser, size, { colorScheme: size === 'desk' ? 'dark' : 'light' });
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\//);
    if (size === 'phone') await on.page.getByRole('button', { name: 'Folders' }).first().click();
    await folder(on.page, 'New folder').waitFor();
  }, 60_000);

  it('a folder is named in place, and the focus is on it', async () => {
    const { page } = on;
    await folder(page, 'New folder').click();
    const input = page.getByRole('textbox', { name: 'Name of the new folder' });
    await input.waitFor();
    expect(await violations(page)).toEqual([]);
    await input.fill(top);
    await input.press('Enter');
    await folder(page, top).waitFor();
    await expect.poll(() => focused(page)).toBe(top);
    expect(await onServer()).toContain(top);
  });

  it('a nested folder takes one choice and its name', async () => {
    const { page } = on;
    await choose(top, /New folder inside/);
    await picture(page, `folders-naming-${size}`);
    await page.keyboard.type(nested);
    await page.keyboard.press('Enter');
    await folder(page, nested).waitFor();
    expect(await folder(page, nested).getAttribute('aria-level')).toBe('2');
    await vi.waitFor(async () => expect(await onServer()).toContain(delimited(top, nested)), SOON);
    expect(await violations(page)).toEqual([]);
  });

  it('Escape and an empty name leave everything as it was', async () => {
    const { page } = on;
    const before = await onServer();
    await folder(page, 'New folder').click();
    await page.keyboard.type('Never');
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page) ?? '').not.toBe('Name of the new folder');
    await folder(page, 'New folder').click();
    await page.keyboard.press('Enter');
    await folder(page, 'New folder').waitFor();
    expect(await onServer()).toEqual(before);
  });

  it('a name that is taken is refused with a sentence, and what was typed stays', async () => {
    const { page } = on;
    await folder(page, 'New folder').click();
    await page.keyboard.type(top);
    await page.keyboard.press('Enter');
    await page.getByText('This already exists. Choose another name.').last().waitFor();
    expect(await page.getByRole('textbox', { name: 'Name of the new folder' }).inputValue()).toBe(top);
    await page.getByRole('textbox', { name: 'Name of the new folder' }).press('Escape');
  });

  it('a folder is renamed in place, by keys too', async () => {
    const { page } = on;
    await folder(page, nested).focus();
    await page.keyboard.press('Shift+F10');
    expect(await violations(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await picture(page, `folders-menu-${size}`);
    await page.keyboard.press('r');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: /New name/ }).waitFor();
    await page.keyboard.type(renamed);
    await page.keyboard.press('Enter');
    await folder(page, renamed).waitFor();
    await expect.poll(() => focused(page)).toBe(renamed);
    await vi.waitFor(async () => {
      const names = await onServer();
      expect(names).toContain(delimited(top, renamed));
      expect(names).not.toContain(delimited(top, nested));
    }, SOON);
  });

  it('a folder with a role is neither renamed nor deleted', async () => {
    const { page } = on;
    await folder(page, /^Inbox/).focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: /New folder inside/ }).waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(1);
    await page.keyboard.press('Escape');
    await expect.poll(() => focused(page)).toMatch(/^Inbox/);
  });

  it('an empty folder is deleted at once, and undo makes it again', async () => {
    const { page } = on;
    await choose(renamed, /Delete folder/);
    await vi.waitFor(async () => expect(await onServer()).not.toContain(delimited(top, renamed)), SOON);
    await expect.poll(() => folder(page, renamed).count()).toBe(0);
    await expect.poll(() => focused(page)).not.toBeNull();
    // The drawer shows the toast itself: the page's own is inert behind it.
    await page.getByRole('button', { name: 'Undo' }).first().click();
    await folder(page, renamed).waitFor();
    await vi.waitFor(async () => expect(await onServer()).toContain(delimited(top, renamed)), SOON);
  });

  it('one with mail and folders asks with the count, and its place becomes the inbox', async () => {
    const { page } = on;
    await world.dovecot.deliver(ANNA, letter(`one-${size}`), { mailbox: top });
    await world.dovecot.deliver(ANNA, letter(`two-${size}`), { mailbox: top });
    await folder(page, new RegExp(`^${top}`)).click();
    await page.getByRole('row', { name: new RegExp(`two-${size}`) }).waitFor();
    if (size === 'phone') await page.getByRole('button', { name: 'Folders' }).first().click();
    const row = folder(page, new RegExp(`^${top}`));
    await row.focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Delete folder' }).click();
    const dialog = page.getByRole('dialog', { name: `Delete “${top}” for ever?` });
    await dialog.getByText('2 messages in it are deleted for ever').waitFor();
    await dialog.getByText('1 folder inside is deleted too.').waitFor();
    await picture(page, `folders-delete-${size}`);
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete folder' }).click();
    await expect.poll(() => row.count()).toBe(0);
    await vi.waitFor(
      async () => expect((await onServer()).filter((name) => name.startsWith(top))).toEqual([]),
      SOON,
    );
    await expect.poll(() => folder(page, /^Inbox/).getAttribute('aria-current')).toBe('page');
  });

  it('nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});
