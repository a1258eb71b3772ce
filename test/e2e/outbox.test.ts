/** The Outbox tells the truth: an outgoing server that fails in every way, and what people see and can do then. */
import type { Page, Route } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type ScriptedSmtp, type SmtpScript, startScriptedSmtp } from '@/test/servers/smtp';
import { picture, type Size, violations } from './browser';
import { ANNA, aWorld, BORIS } from './world';
import { closeAll, composer, enterToSend, fill, jmap, line, send, shown, text, write } from './writing';

let smtp: ScriptedSmtp;
let answer: SmtpScript['answer'];
const world = aWorld([ANNA], {
  async env({ dovecot }) {
    smtp = await startScriptedSmtp({ answer: (...asked) => answer?.(...asked) });
    return {
      MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
      MAIL_SMTP: `smtp://localhost:${smtp.port}?security=none`,
    };
  },
});
afterAll(() => smtp?.stop());

const SOON = { timeout: 15_000, interval: 100 };
const accepted = (subject: string) => smtp.accepted.filter(({ raw }) => raw.includes(`Subject: ${subject}`));
const outbox = (page: Page) => page.getByRole('dialog', { name: 'Outbox' });
const button = (page: Page, name: string) => outbox(page).getByRole('button', { name, exact: true });

async function openOutbox(page: Page, size: Size): Promise<void> {
  if (size === 'phone') await page.getByRole('button', { name: 'Folders' }).first().click();
  await page.getByRole('button', { name: /^Outbox/ }).click();
  await outbox(page).waitFor();
}

/** Seen without scrolling. */
const inView = (page: Page, name: string) =>
  expect
    .poll(() =>
      page.getByRole('heading', { name, exact: true }).evaluate((heading) => {
        const { top, bottom } = heading.getBoundingClientRect();
        return top >= 0 && bottom <= window.innerHeight;
      }),
    )
    .toBe(true);

/** What a test that failed left there is in nobody's way: tried once more, by which limits are forgotten too, and taken off the list. */
async function emptyOutbox(page: Page): Promise<void> {
  const { ids } = await jmap<{ ids: string[] }>(page, 'EmailSubmission/query', {
    filter: { 'gatepost:open': true },
  });
  for (const id of ids) {
    await jmap(page, 'EmailSubmission/sendAgain', { id });
    await jmap(page, 'EmailSubmission/set', { update: { [id]: { undoStatus: 'canceled' } } });
    await jmap(page, 'EmailSubmission/set', { destroy: [id] });
  }
}

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let page: Page;
  let inbox: string;
  beforeAll(async () => {
    ({ page, inbox } = await enterToSend(world, ANNA, size));
  }, 60_000);
  beforeEach(async () => {
    answer = undefined;
    await emptyOutbox(page);
    await closeAll(page);
    await page.goto(inbox);
  });
  afterAll(() => page?.context().close());

  it('I5: who was refused is named, and only they get it when it is corrected', async () => {
    const subject = `Partly ${size}`;
    answer = (phase, address) =>
      phase === 'rcpt' && address.startsWith('nobody') ? '550 5.1.1 No such user here' : undefined;
    await write(page);
    await fill(page, `${BORIS}, nobody@example.net,`, subject, 'Hello');
    await send(page);
    await shown(page, 'Sent, but not to everybody').waitFor();
    await openOutbox(page, size);
    await outbox(page).getByText('Refused for nobody@example.net').waitFor();
    await outbox(page).getByText('Details').click();
    await outbox(page).getByText('No such user here').waitFor();
    await picture(page, `outbox-partial-${size}`);
    expect(await violations(page)).toEqual([]);
    await button(page, 'Correct and send').click();
    await text(page).waitFor();
    const names = await composer(page).locator('[data-chip]').allTextContents();
    expect(names).toEqual([expect.stringContaining('nobody@example.net')]);
    await line(page, 'To').press('Backspace');
    await page.keyboard.press('Backspace');
    await line(page, 'To').fill('jane@example.net,');
    await send(page);
    await vi.waitFor(
      () => expect(accepted(subject).map(({ to }) => to)).toEqual([[BORIS], ['jane@example.net']]),
      SOON,
    );
  }, 90_000);

  /** The server queues the next one, and nobody hears so. */
  const loseAnswer = async (then: (route: Route) => void) => {
    let lost = false;
    await page.route('**/jmap/api', async (route) => {
      if (lost || !route.request().postData()?.includes('"EmailSubmission/set"')) return route.fallback();
      lost = true;
      await route.fetch();
      then(route);
    });
    onTestFinished(() => page.unroute('**/jmap/api'));
  };
  it('R28, R29: reloaded before it heard that a message was sent, the page has no draft of it', async () => {
    const subject = `Reloaded ${size}`;
    await loseAnswer(() => undefined);
    await write(page);
    await fill(page, BORIS, subject, 'Hello');
    await send(page);
    const inSent = { filter: { subject, notKeyword: '$draft' } };
    await vi.waitFor(
      async () => expect((await jmap<{ ids: string[] }>(page, 'Email/query', inSent)).ids).toHaveLength(1),
      SOON,
    );
    for (const told of [true, false]) {
      await page.reload();
      if (told) await shown(page, 'The message you were sending has been sent.').waitFor();
      expect(await composer(page).count()).toBe(0);
    }
    expect(accepted(subject)).toHaveLength(1);
  }, 60_000);

  it('R29: what was written on after a lost answer goes as a message of its own, by a click', async () => {
    const subject = `Unheard ${size}`;
    await loseAnswer((route) => void route.abort());
    await write(page);
    await fill(page, BORIS, subject, 'First words.');
    await send(page);
    await composer(page).getByRole('alert').waitFor();
    await text(page).click();
    await page.keyboard.type(' More words.');
    await send(page);
    await shown(page, /^This was sent already/).waitFor();
    await picture(page, `outbox-before-${size}`);
    expect(await violations(page)).toEqual([]);
    expect(accepted(subject)).toHaveLength(1);
    await composer(page).getByRole('button', { name: 'Go on as a new message' }).click();
    await send(page);
    await vi.waitFor(() => expect(accepted(subject)).toHaveLength(2), SOON);
    const ids = accepted(subject).map(({ raw }) => /^Message-ID: (\S+)/im.exec(raw)?.[1]);
    expect(new Set(ids).size).toBe(2);
  }, 60_000);

  it('I3: a connection lost after the final dot is perhaps sent, and sent again only by a click', async () => {
    const subject = `Perhaps ${size}`;
    answer = (phase) => (phase === 'dot' ? 'drop' : undefined);
    await write(page);
    await fill(page, BORIS, subject, 'Hello');
    await send(page);
    await shown(page, 'It is not known whether this was sent').waitFor();
    await openOutbox(page, size);
    await outbox(page).getByText('It is not known whether this was sent').waitFor();
    await picture(page, `outbox-perhaps-${size}`);
    await button(page, 'Look in Sent').waitFor();
    await button(page, 'Look again').click();
    await shown(page, 'Not found yet. It may still arrive in Sent.').waitFor();
    expect(accepted(subject)).toHaveLength(1);
    answer = undefined;
    await button(page, 'Send again').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    expect(accepted(subject)).toHaveLength(2);
  }, 60_000);

  it('what is put off waits, says until when, and can be tried now', async () => {
    const subject = `Later ${size}`;
    answer = (phase) => (phase === 'rcpt' ? '451 4.7.1 Greylisted, come again' : undefined);
    await write(page);
    await fill(page, BORIS, subject, 'Hello');
    await send(page);
    await shown(page, 'Not sent yet').waitFor();
    await openOutbox(page, size);
    await outbox(page)
      .getByText(/^Not sent yet\. .* Next try/)
      .waitFor();
    answer = undefined;
    await button(page, 'Try now').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    expect(accepted(subject)).toHaveLength(1);
  }, 60_000);

  it('what failed is kept, says why, and can be edited', async () => {
    const subject = `Refused ${size}`;
    answer = (phase) => (phase === 'dot' ? '554 5.7.1 Message rejected under suspicion of SPAM' : undefined);
    await write(page);
    await fill(page, BORIS, subject, 'Cheap watches');
    await send(page);
    await shown(page, /^Not sent: /).waitFor();
    await openOutbox(page, size);
    await outbox(page)
      .getByText(/^Not sent: /)
      .waitFor();
    await picture(page, `outbox-failed-${size}`);
    await button(page, 'Change the text').click();
    await text(page).getByText('Cheap watches').waitFor();
    answer = undefined;
    await text(page).click();
    await page.keyboard.press('Control+Enter');
    await vi.waitFor(() => expect(accepted(subject)).toHaveLength(1), SOON);
    await expect.poll(() => composer(page).count()).toBe(0);
  }, 60_000);

  it('too many recipients for the server: what failed is sent in parts', async () => {
    const subject = `Parts ${size} ${Date.now()}`;
    // Failed, or put off again and again: the way out is the same.
    const refusal = size === 'phone' ? '452 4.5.3 Too many recipients' : '554 5.5.3 Too many recipients';
    let recipients = 0;
    answer = (phase) => {
      if (phase === 'mail') recipients = 0;
      if (phase === 'rcpt') recipients += 1;
      return phase === 'data' && recipients > 2 ? refusal : undefined;
    };
    const people = ['a', 'b', 'c', 'd'].map((name) => `${name}@example.net`);
    await write(page);
    await fill(page, `${people.join(', ')},`, subject, 'Hello all');
    await send(page);
    // What the server showed before is asked about; here it is found out anew.
    const question = page.getByRole('dialog', { name: 'Send anyway?' });
    const allTheSame = question.getByRole('button', { name: 'Send', exact: true });
    const refused = shown(page, /^Not sent/);
    await allTheSame.or(refused).first().waitFor();
    if (await allTheSame.isVisible()) await allTheSame.click();
    await refused.waitFor();
    await openOutbox(page, size);
    await button(page, 'Send in parts').waitFor();
    await picture(page, `outbox-parts-${size}`);
    await button(page, 'Send in parts').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    const parts = accepted(subject).map(({ to }) => to.join());
    expect(parts.sort()).toEqual([people.slice(0, 2).join(), people.slice(2).join()]);
    await page.keyboard.press('Escape');
    // The next time it is asked before.
    await write(page);
    await fill(page, `${people.join(', ')},`, `Next ${subject}`, 'Hello again');
    await send(page);
    await question.getByText(/takes 2 recipients in one message/).waitFor();
    await picture(page, `learned-parts-${size}`);
    await question.getByRole('button', { name: 'Send in 2 parts' }).click();
    await vi.waitFor(() => expect(accepted(`Next ${subject}`)).toHaveLength(2), SOON);
  }, 60_000);

  it('R5: what the server cannot promise goes out without the promise by a click, and not before', async () => {
    const subject = `Promised ${size} ${Date.now()}`;
    await write(page);
    await fill(page, BORIS, subject, 'For your eyes only');
    await composer(page).getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Only if encrypted all the way' }).click();
    await send(page);
    await shown(page, /^Not sent: /).waitFor();
    expect(accepted(subject)).toHaveLength(0);
    await openOutbox(page, size);
    await outbox(page)
      .getByText(/cannot promise that a message is encrypted all the way/)
      .waitFor();
    await picture(page, `outbox-promise-${size}`);
    await button(page, 'Send without this promise').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    expect(accepted(subject).map(({ to }) => to)).toEqual([[BORIS]]);
  }, 60_000);

  it('R5: a password that the outgoing server refuses is set where the button leads', async () => {
    const subject = `Locked out ${size} ${Date.now()}`;
    // A session that was kept is ended first.
    answer = (phase) =>
      phase === 'auth'
        ? '535 5.7.8 Authentication failed'
        : phase === 'mail'
          ? '421 4.3.2 Closing'
          : undefined;
    await write(page);
    await fill(page, BORIS, subject, 'Hello');
    await send(page);
    await shown(page, /^Not sent: /).waitFor();
    await openOutbox(page, size);
    await picture(page, `outbox-password-${size}`);
    await button(page, 'Check the password').click();
    await page.waitForURL(/\/settings\/accounts\/[^/]+#password$/);
    await inView(page, 'New password');
    await picture(page, `outbox-password-set-${size}`);
    // Where the operator names the servers, they can be tried.
    await page.evaluate(() => window.location.assign('#servers'));
    await page.reload();
    await inView(page, 'Connection');
    answer = undefined;
    await page.goto(inbox);
    await openOutbox(page, size);
    await button(page, 'Send again').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    expect(accepted(subject)).toHaveLength(1);
  }, 60_000);

  it('R5: a sender that is refused can be looked after, or changed in the message', async () => {
    const subject = `Not mine ${size} ${Date.now()}`;
    answer = (phase) =>
      phase === 'mail' ? '553 5.7.1 Sender address rejected: not owned by user' : undefined;
    await write(page);
    await fill(page, BORIS, subject, 'As somebody else');
    await send(page);
    await shown(page, /^Not sent: /).waitFor();
    await openOutbox(page, size);
    await button(page, 'Change the sender').waitFor();
    await picture(page, `outbox-sender-${size}`);
    await button(page, 'Check the senders').click();
    await page.waitForURL(/\/settings#signature$/);
    await inView(page, 'Senders and signatures');
    await page.goto(inbox);
    await openOutbox(page, size);
    await button(page, 'Change the sender').click();
    await text(page).getByText('As somebody else').waitFor();
    answer = undefined;
    await send(page);
    await vi.waitFor(() => expect(accepted(subject)).toHaveLength(1), SOON);
  }, 60_000);

  it('R4: a limit of the provider puts off what is sent, and the next message is offered for later', async () => {
    const subject = `Limited ${size} ${Date.now()}`;
    answer = (phase) => (phase === 'mail' ? '550 5.4.5 Daily user sending limit exceeded' : undefined);
    await write(page);
    await fill(page, BORIS, subject, 'One too many');
    await send(page);
    await shown(page, /^Not sent yet: /).waitFor();
    const { connections } = smtp;
    await write(page);
    await fill(page, BORIS, `After it ${size}`, 'Another');
    await send(page);
    const question = page.getByRole('dialog', { name: 'Send later' });
    await question.getByText(/takes no more mail from you until about/).waitFor();
    await picture(page, `limited-${size}`);
    expect(await violations(page)).toEqual([]);
    await question.getByRole('button', { name: 'Send then' }).click();
    await expect.poll(() => composer(page).count()).toBe(0);
    await openOutbox(page, size);
    await outbox(page)
      .getByText(/takes no more mail from this account for now/)
      .waitFor();
    await picture(page, `outbox-limited-${size}`);
    expect(smtp.connections).toBe(connections);
    answer = undefined;
    await button(page, 'Try now').click();
    await button(page, 'Try now').waitFor({ state: 'hidden' });
    await button(page, 'Cancel').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    expect(accepted(subject)).toHaveLength(1);
  }, 60_000);

  it('R32: what is scheduled stands in the Outbox, also after a reload; cancelled it was never connected for', async () => {
    const subject = `Tomorrow ${size}`;
    const before = smtp.connections;
    await write(page);
    await fill(page, BORIS, subject, 'Good morning');
    await page.getByRole('button', { name: 'Send options' }).click();
    await page.getByRole('menuitem', { name: 'Send later' }).click();
    await page.getByRole('button', { name: /^Tomorrow morning/ }).click();
    await shown(page, 'Scheduled.').waitFor();
    await page.reload();
    await openOutbox(page, size);
    await outbox(page).getByText(subject).waitFor();
    await outbox(page)
      .getByText(/^Goes out /)
      .waitFor();
    await picture(page, `outbox-held-${size}`);
    await button(page, 'Edit').click();
    await text(page).getByText('Good morning').waitFor();
    await text(page).click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(', Boris');
    await page.getByRole('button', { name: 'Send options' }).click();
    await page.getByRole('menuitem', { name: 'Send later' }).click();
    await page.getByRole('button', { name: /^Tomorrow morning/ }).click();
    await expect.poll(() => composer(page).count()).toBe(0);
    await openOutbox(page, size);
    await button(page, 'Cancel').click();
    await outbox(page).getByText('Nothing is waiting to be sent.').waitFor();
    const query = ['search', '-u', ANNA, 'mailbox', 'Drafts', 'SUBJECT', subject];
    expect((await world.dovecot.doveadm(...query)).trim()).not.toBe('');
    expect(smtp.connections).toBe(before);
  }, 60_000);
});
