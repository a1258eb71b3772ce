/** A person reads, triages and searches mail over IMAP, on the desk and on the phone (page.md section 10). */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { ANNA, aWorld } from './world';

const world = aWorld();

const html = (body: string) =>
  `MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>${body}</body></html>`;
const letter = (subject: string, from: string, rest: string) =>
  `From: ${from}\r\nTo: ${ANNA}\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}@example.com>\r\nDate: ${new Date().toUTCString()}\r\n${rest}`;
const plain = (text: string) => `Content-Type: text/plain; charset=utf-8\r\n\r\n${text}\r\n`;

async function deliver(
  subject: string,
  rest = plain('Hello there'),
  from = 'Lena Example <lena@example.com>',
) {
  await world.dovecot.deliver(ANNA, letter(subject, from, rest));
}

/** Message ids or counts as the mail server has them: the judge. */
async function countOnServer(mailbox: string, ...query: string[]): Promise<number> {
  const found = await world.dovecot.doveadm('search', '-u', ANNA, 'mailbox', mailbox, ...query);
  return found.trim() === '' ? 0 : found.trim().split('\n').length;
}

const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });

/** The mail server's word comes by a program of its own, which takes its time on a busy machine. */
const SOON = { timeout: 8_000, interval: 200 };

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  const subjects = {
    first: `Quarterly figures ${size}`,
    second: `Picnic on Sunday ${size}`,
    third: `Привет из Москвы ${size}`,
  };

  beforeAll(async () => {
    await deliver(
      subjects.first,
      html('<h1>Figures</h1><p>All is well</p><img src="http://example.com/pixel.png">'),
    );
    await deliver(subjects.second, html('<p>Bring a blanket</p>'));
    await deliver(subjects.third, plain('Как дела? Договор во вложении.'));
    on = await visit(world.browser, size);
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\//);
  }, 60_000);

  it('shows the newest mail first, with sender, subject and preview', async () => {
    const { page } = on;
    await row(page, subjects.third).waitFor();
    const names = await page
      .getByRole('row')
      .evaluateAll((rows) => rows.map((one) => one.getAttribute('aria-label')));
    expect(names[0]).toContain(subjects.third);
    expect(names[0]).toContain('unread');
    // It comes behind the row.
    await row(page, subjects.third).getByText('Как дела?').waitFor();
    await picture(page, `list-${size}`);
  });

  it('opens a message: HTML in its frame, remote images blocked until shown', async () => {
    const { page } = on;
    await row(page, subjects.first).click();
    const frame = page.frameLocator('iframe').last();
    await frame.getByText('All is well').waitFor();
    await page.getByText('Images from outside are not shown.').waitFor();
    await picture(page, `message-${size}`);
    await vi.waitFor(async () =>
      expect(await countOnServer('INBOX', 'SEEN', 'SUBJECT', subjects.first)).toBe(1),
    );
  });

  it('goes back with the browser, keeps the list, and shows the next HTML message too', async () => {
    const { page } = on;
    await page.goBack();
    await row(page, subjects.second).click();
    await page.frameLocator('iframe').last().getByText('Bring a blanket').waitFor();
    await page.goBack();
    await row(page, subjects.second).waitFor();
  });

  it('archives by key, undoes, and the mail server agrees', async () => {
    const { page } = on;
    await row(page, subjects.second).focus();
    await page.keyboard.press('e');
    await expect.poll(() => row(page, subjects.second).count()).toBe(0);
    await vi.waitFor(
      async () => expect(await countOnServer('Archive', 'SUBJECT', subjects.second)).toBe(1),
      SOON,
    );
    await page.getByRole('button', { name: /Undo/ }).click();
    await row(page, subjects.second).waitFor();
    await vi.waitFor(
      async () => expect(await countOnServer('INBOX', 'SUBJECT', subjects.second)).toBe(1),
      SOON,
    );
  });

  it('stars by key', async () => {
    const { page } = on;
    await row(page, subjects.second).focus();
    await page.keyboard.press('s');
    await vi.waitFor(
      async () => expect(await countOnServer('INBOX', 'FLAGGED', 'SUBJECT', subjects.second)).toBe(1),
      SOON,
    );
  });

  it('shows what another program delivers and deletes, without a reload', async () => {
    const { page } = on;
    await deliver(`News ${size}`);
    await row(page, `News ${size}`).waitFor({ timeout: 10_000 });
    await world.dovecot.doveadm('expunge', '-u', ANNA, 'mailbox', 'INBOX', 'SUBJECT', `News ${size}`);
    await expect.poll(() => row(page, `News ${size}`).count(), { timeout: 10_000 }).toBe(0);
  });

  it('deletes to Trash', async () => {
    const { page } = on;
    await row(page, subjects.second).focus();
    await page.keyboard.press('#');
    await vi.waitFor(
      async () => expect(await countOnServer('Trash', 'SUBJECT', subjects.second)).toBe(1),
      SOON,
    );
  });

  it('finds by words of the body, in Cyrillic too', async () => {
    const { page } = on;
    if (size === 'phone') await page.getByRole('navigation').getByText('Search').click();
    const field = page.getByRole('searchbox').first();
    await field.fill('Договор');
    await field.press('Enter');
    await page.waitForURL(/\/search/);
    await row(page, subjects.third).waitFor();
    await picture(page, `search-${size}`);
  });

  it('S1: nothing was refused by the policy and nothing threw', () => {
    expect(on.errors).toEqual([]);
  });
});

describe('accessibility', () => {
  it.each(['light', 'dark'] as const)('axe finds nothing on list and message, %s', async (colorScheme) => {
    const { page, context } = await visit(world.browser, 'desk', { colorScheme });
    await world.signIn(page, ANNA);
    await page.waitForURL(/\/mail\//);
    await page.getByRole('row').first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole('row').first().click();
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await context.close();
  });
});
