/** A person writes with an attachment, sends, and the other side has it: IMAP to POP3 and back, on the desk and on the phone. */
import type { Page, Request, Route } from 'playwright-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { ANNA, aWorld, BORIS } from './world';
import { line } from './writing';

const world = aWorld();
const visits: Visit[] = [];
/** Pages that stay would take in all that comes to the others. */
afterEach(() => Promise.all(visits.splice(0).map(({ context }) => context.close())));

async function enter(user: string, size: Size, kind: 'imap' | 'pop3'): Promise<Page> {
  const on = await visit(world.browser, size);
  visits.push(on);
  await world.signIn(on.page, user, { kind });
  await on.page.waitForURL(/\/mail\//);
  return on.page;
}

/** On the phone the panes behind stay in the document. */
const shown = (page: Page, text: string | RegExp) => page.getByText(text).locator('visible=true').first();
const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });
const write = (page: Page) => page.getByRole('button', { name: 'Write' }).first().click();

/** The undo time runs out by itself; nobody has to wait for it. */
async function withoutUndo(page: Page): Promise<void> {
  await page.evaluate(() =>
    fetch('/api/settings', {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'X-Gatepost': '1' },
      body: JSON.stringify({ undoSeconds: 0 }),
    }),
  );
  await page.reload();
}

async function fill(page: Page, to: string, subject: string, text: string): Promise<void> {
  await page.getByRole('combobox', { name: /^(To|Recipients)/ }).fill(to);
  await page.keyboard.press('Enter');
  await page.getByLabel('Subject').fill(subject);
  await page.getByRole('textbox', { name: 'Text of the message' }).click();
  await page.keyboard.type(text);
}

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  const subject = `Figures for ${size}`;

  it('sends a message with an attachment; it arrives whole, and its copy is in Sent', async () => {
    const page = await enter(ANNA, size, 'imap');
    await withoutUndo(page);
    await write(page);
    await fill(page, BORIS, subject, 'See the file.');
    await page
      .locator('input[type="file"]')
      .first()
      .setInputFiles({ name: 'отчёт.txt', mimeType: 'text/plain', buffer: Buffer.from('one two three') });
    await page.getByText('отчёт.txt').first().waitFor();
    await picture(page, `compose-${size}`);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await vi.waitFor(
      () => expect(world.submission.accepted.some(({ raw }) => raw.includes(subject))).toBe(true),
      { timeout: 15_000 },
    );
    await vi.waitFor(
      async () => {
        const query = ['search', '-u', ANNA, 'mailbox', 'Sent', 'SUBJECT', subject];
        expect((await world.dovecot.doveadm(...query)).trim()).not.toBe('');
      },
      { timeout: 15_000, interval: 300 },
    );
  }, 90_000);

  it('the other side collects it by POP3, reads it and answers; the first one has the answer', async () => {
    const page = await enter(BORIS, size, 'pop3');
    await withoutUndo(page);
    // Opening collects by itself, but not twice in a minute.
    await page
      .getByRole('button', { name: /^Account/ })
      .first()
      .click();
    await page.getByRole('menuitem', { name: 'Check for mail' }).click();
    await row(page, subject).waitFor({ timeout: 20_000 });
    await row(page, subject).click();
    await page.frameLocator('iframe').last().getByText('See the file.').waitFor();
    await shown(page, 'отчёт.txt').waitFor();
    await page.getByRole('button', { name: 'Reply', exact: true }).first().click();
    await page.getByRole('textbox', { name: 'Text of the message' }).click();
    await page.keyboard.type('Thank you.');
    await page.keyboard.press('Control+Enter');
    await vi.waitFor(
      () => expect(world.submission.accepted.some(({ raw }) => raw.includes(`Re: ${subject}`))).toBe(true),
      { timeout: 15_000 },
    );
    const answer = world.submission.accepted.find(({ raw }) => raw.includes(`Re: ${subject}`));
    expect(answer).toMatchObject({ from: BORIS, to: [ANNA] });
    expect(answer?.raw).toMatch(/^In-Reply-To: </im);
  }, 90_000);

  it('R28: what was being written is there again after a reload, the last key included, and is one draft', async () => {
    const page = await enter(ANNA, size, 'imap');
    await write(page);
    await fill(page, BORIS, `Unfinished ${size}`, 'Half a thought');
    await page.reload();
    await shown(page, 'Half a thought').waitFor();
    await shown(page, /^Saved/).waitFor();
    const query = ['search', '-u', ANNA, 'mailbox', 'Drafts', 'SUBJECT', `Unfinished ${size}`];
    const inDrafts = async () => (await world.dovecot.doveadm(...query)).trim().split('\n');
    await vi.waitFor(async () => expect(await inDrafts()).toHaveLength(1));
    // What the server has is not saved again by the next reload.
    await page.reload();
    await shown(page, 'Half a thought').waitFor();
    const [before] = await inDrafts();
    await page.getByRole('textbox', { name: 'Text of the message' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(', and the other half');
    await page.reload();
    await shown(page, 'and the other half').waitFor();
    await vi.waitFor(
      async () => {
        expect(await inDrafts()).toHaveLength(1);
        expect(await inDrafts()).not.toEqual([before]);
      },
      { timeout: 15_000, interval: 500 },
    );
  }, 90_000);

  it('R28: the first key in a draft that the server has is kept when the page goes with it', async () => {
    const page = await enter(ANNA, size, 'imap');
    await write(page);
    await fill(page, BORIS, `One key ${size}`, 'Saved words');
    await line(page, 'To').pressSequentially('half@exam');
    await shown(page, /^Saved/).waitFor();
    await page.reload();
    await shown(page, 'Saved words').waitFor();
    expect(await line(page, 'To').inputValue()).toBe('half@exam');
    await page.getByRole('textbox', { name: 'Text of the message' }).click();
    await page.evaluate(() => {
      document.execCommand('insertText', false, 'Unsaved too. ');
      window.location.reload();
    });
    await page.waitForEvent('load');
    await shown(page, 'Unsaved too.').waitFor();
  }, 90_000);
});

it('R28: what the browser takes back of IndexedDB as the page goes is there all the same', async () => {
  const page = await enter(ANNA, 'desk', 'imap');
  await page.evaluate(() =>
    addEventListener('pagehide', () => {
      IDBObjectStore.prototype.put = function () {
        this.transaction.abort();
        throw new DOMException('the page is gone', 'AbortError');
      };
    }),
  );
  await write(page);
  await fill(page, BORIS, 'Taken back', 'The last word');
  await page.reload();
  await shown(page, 'The last word').waitFor();
}, 60_000);

describe('R29: a page that goes in the moment of sending', () => {
  const queues = (request: Request) => request.postData()?.includes('"EmailSubmission/set"') ?? false;
  const sent = (subject: string) => world.submission.accepted.filter(({ raw }) => raw.includes(subject));
  const send = (page: Page) => page.getByRole('button', { name: 'Send', exact: true }).click();

  /** The page hears nothing of its request; the next page's are as ever. */
  async function sendAndGo(page: Page, subject: string, request: (route: Route) => Promise<unknown>) {
    let answered = false;
    const asked = new Promise<void>((resolve) => {
      void page.route('**/jmap/api', async (route) => {
        if (answered || !queues(route.request())) return route.fallback();
        answered = true;
        await request(route);
        resolve();
      });
    });
    await write(page);
    await fill(page, BORIS, subject, 'Once, please.');
    await send(page);
    await asked;
    await page.reload();
  }

  it('leaves no second copy to be sent: it is told where the message is', async () => {
    const page = await enter(ANNA, 'desk', 'imap');
    await sendAndGo(page, 'Once and gone', (route) => route.fetch());
    await shown(page, /The message you were sending/).waitFor();
    expect(await page.getByRole('textbox', { name: 'Text of the message' }).count()).toBe(0);
    // Nor does the next page bring it back.
    await page.reload();
    await vi.waitFor(() => expect(sent('Once and gone')).toHaveLength(1), { timeout: 20_000 });
    expect(await page.getByRole('textbox', { name: 'Text of the message' }).count()).toBe(0);
  }, 90_000);

  it('keeps what is written on where the next page could not ask', async () => {
    const page = await enter(ANNA, 'desk', 'imap');
    await page.route('**/jmap/api', (route) =>
      route.request().postData()?.includes('"emailIds"') ? route.abort() : route.fallback(),
    );
    await sendAndGo(page, 'Written on', (route) => route.fetch());
    await shown(page, 'Once, please.').waitFor();
    await page.unrouteAll();
    await page.getByRole('textbox', { name: 'Text of the message' }).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' And more.');
    await shown(page, /What was changed since has not been sent/).waitFor();
    await page.getByRole('button', { name: 'Go on as a new message' }).click();
    await send(page);
    await vi.waitFor(() => expect(sent('Written on')).toHaveLength(2), { timeout: 30_000 });
    expect(sent('Written on').map(({ raw }) => raw.includes('And more.'))).toEqual([false, true]);
  }, 90_000);

  it('has its draft again when the request never arrived', async () => {
    const page = await enter(ANNA, 'desk', 'imap');
    await sendAndGo(page, 'Never arrived', async () => undefined);
    await shown(page, 'Once, please.').waitFor();
    await send(page);
    await vi.waitFor(() => expect(sent('Never arrived')).toHaveLength(1), { timeout: 30_000 });
  }, 90_000);
});

it('undo takes a message back before it is sent', async () => {
  const page = await enter(ANNA, 'desk', 'imap');
  await page.evaluate(() =>
    fetch('/api/settings', {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', 'X-Gatepost': '1' },
      body: JSON.stringify({ undoSeconds: 30 }),
    }),
  );
  await page.reload();
  await write(page);
  await fill(page, BORIS, 'Too early', 'Not yet');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByRole('button', { name: /Undo/ }).click();
  await shown(page, 'Not yet').waitFor();
  expect(world.submission.accepted.some(({ raw }) => raw.includes('Too early'))).toBe(false);
}, 60_000);
