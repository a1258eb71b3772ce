/** Answering and forwarding: who it goes to, what it refers to, what goes along, and the mark on the original. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, violations } from './browser';
import { ANNA, aWorld, BORIS } from './world';
import {
  chips,
  closeAll,
  composer,
  enter,
  line,
  partsOf,
  row,
  sentIn,
  setUndo,
  text,
  textOf,
} from './writing';

const CARL = 'carl@example.org';
const world = aWorld([ANNA, BORIS, CARL], {
  env: async ({ dovecot, submission }) => ({
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${submission.port}`,
  }),
});

const SOON = { timeout: 15_000, interval: 200 };
const sent = (subject: string) => sentIn(world, subject);

async function countOnServer(mailbox: string, ...query: string[]): Promise<number> {
  const found = await world.dovecot.doveadm('search', '-u', ANNA, 'mailbox', mailbox, ...query);
  return found.trim().split('\n').filter(Boolean).length;
}

const REPORT = Buffer.from('column one;column two\n'.repeat(2_000)).toString('base64');
const letter = (subject: string) =>
  [
    `From: "Lindqvist, Anna-Lena" <${BORIS}>`,
    `To: ${ANNA}, ${CARL}`,
    `Cc: Team <team@example.net>`,
    `Subject: ${subject}`,
    `Message-ID: <${encodeURIComponent(subject)}@example.net>`,
    'References: <first@example.net>',
    `Date: ${new Date().toUTCString()}`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>Dear all, <b>the figures</b> are there.</p><div style="display:none">unseen words</div><script>evil()</script>',
    '--b',
    'Content-Type: text/csv; name=report.csv',
    'Content-Disposition: attachment; filename=report.csv',
    'Content-Transfer-Encoding: base64',
    '',
    ...(REPORT.match(/.{1,76}/g) ?? []),
    '--b--',
    '',
  ].join('\r\n');

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let page: Page;
  let inbox: string;
  beforeAll(async () => {
    for (const name of ['Reply', 'All', 'Inline', 'File']) {
      await world.dovecot.deliver(ANNA, letter(`RE: Aw: ${name} ${size}`));
    }
    page = await enter(world, ANNA, size);
    await setUndo(page, 0);
    await page.waitForURL((url) => !url.pathname.endsWith('~inbox'));
    inbox = page.url();
  }, 60_000);
  beforeEach(async () => {
    await closeAll(page);
    await page.goto(inbox);
  });
  afterAll(() => page?.context().close());

  async function open(subject: string, action: string): Promise<void> {
    await row(page, subject).click();
    await page.frameLocator('iframe').last().getByText('the figures').waitFor();
    await page.getByRole('button', { name: action, exact: true }).first().click();
    await text(page).waitFor();
  }
  it('a reply goes to the author, keeps the thread, quotes what was seen, and marks the original', async () => {
    await open(`Reply ${size}`, 'Reply');
    expect(await chips(page, 'To').allTextContents()).toEqual([
      expect.stringContaining('Lindqvist, Anna-Lena'),
    ]);
    expect(await page.getByLabel('Subject').inputValue()).toBe(`Re: Reply ${size}`);
    await picture(page, `reply-${size}`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.type('Thank you.');
    await page.getByRole('button', { name: 'Show quoted text' }).last().click();
    await composer(page).frameLocator('iframe').getByText('the figures').waitFor();
    await picture(page, `reply-quote-${size}`);
    await text(page).click();
    await page.keyboard.press('Control+Enter');
    const { to, raw } = await sent(`Re: Reply ${size}`);
    expect(to).toEqual([BORIS]);
    const id = `<${encodeURIComponent(`RE: Aw: Reply ${size}`)}@example.net>`;
    expect(raw).toContain(`In-Reply-To: ${id}`);
    expect(raw.replace(/\r\n\s+/g, ' ')).toContain(`References: <first@example.net> ${id}`);
    const html = textOf(raw, 'text/html');
    expect(html).toMatch(/Thank you\..*<blockquote[^>]*>.*<b>the figures<\/b>/s);
    // S5: what the reader did not see does not travel on.
    expect(html).not.toMatch(/unseen words|evil/);
    expect(textOf(raw, 'text/plain')).toMatch(/^> Dear all, the figures are there\.$/m);
    await vi.waitFor(async () => {
      expect(await countOnServer('INBOX', 'ANSWERED', 'SUBJECT', `Reply ${size}`)).toBe(1);
      expect(await countOnServer('Sent', 'SUBJECT', `Re: Reply ${size}`)).toBe(1);
      expect(await countOnServer('Drafts', 'ALL')).toBe(0);
    }, SOON);
  }, 90_000);

  it('reply all leaves out the own address', async () => {
    await open(`All ${size}`, 'Reply all');
    expect(await chips(page, 'To').allTextContents()).toEqual([
      expect.stringContaining('Lindqvist, Anna-Lena'),
      expect.stringContaining(CARL),
    ]);
    expect(await chips(page, 'Cc').allTextContents()).toEqual([expect.stringContaining('Team')]);
    await composer(page).getByRole('button', { name: 'Discard draft' }).click();
  }, 60_000);

  it('a forward takes the attachments along, and they do not pass through the browser', async () => {
    await open(`Inline ${size}`, 'Forward');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await composer(page).getByText('report.csv').waitFor();
    await line(page, 'To').fill(`${CARL},`);
    await text(page).click();
    await page.keyboard.type('See below.');
    await page.keyboard.press('Control+Enter');
    const { raw } = await sent(`Fwd: Inline ${size}`);
    expect(asked.filter((url) => /\/jmap\/(?:upload|download)\//.test(url))).toEqual([]);
    const file = partsOf(raw).find(({ name }) => name === 'report.csv');
    expect(file?.content.toString('base64')).toBe(REPORT);
    expect(textOf(raw, 'text/html')).toMatch(
      /See below\..*Forwarded message.*Lindqvist.*<b>the figures<\/b>/s,
    );
    await vi.waitFor(
      async () =>
        expect(await countOnServer('INBOX', 'KEYWORD', '$Forwarded', 'SUBJECT', `Inline ${size}`)).toBe(1),
      SOON,
    );
  }, 60_000);

  it('a forward as attachment carries the whole message', async () => {
    await row(page, `File ${size}`).click();
    await page.frameLocator('iframe').last().getByText('the figures').waitFor();
    await page.getByRole('button', { name: /^More/ }).last().click();
    await page.getByRole('menuitem', { name: /as attachment/i }).click();
    await text(page).waitFor();
    await composer(page)
      .getByText(/\.eml$/)
      .first()
      .waitFor();
    await line(page, 'To').fill(`${CARL},`);
    await text(page).click();
    await page.keyboard.press('Control+Enter');
    const { raw } = await sent(`Fwd: File ${size}`);
    const file = partsOf(raw).find(({ type }) => type === 'message/rfc822');
    expect(file?.content.toString()).toContain(`Subject: RE: Aw: File ${size}`);
  }, 60_000);
});
