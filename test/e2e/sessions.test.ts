/** Who is signed in where: seen, ended from elsewhere within seconds, and other programs with passwords of their own (security.md S21, S22). */
import { join } from 'node:path';
import Database from 'libsql';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { ANNA, aWorld, PASSWORD } from './world';

const world = aWorld([ANNA]);
/** S21. */
const EFFECTIVE_MS = 5_000;

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** A stream of events as another program holds it: resolves when the server has ended it. */
async function streamUntilEnd(authorization: string): Promise<{ status: number; ended: Promise<void> }> {
  const response = await fetch(`${world.gatepost.url}/jmap/events?types=*&closeafter=no&ping=30`, {
    headers: { authorization },
  });
  const reader = response.body?.getReader();
  const read = async () => {
    while (reader && !(await reader.read()).done);
  };
  return { status: response.status, ended: read() };
}

/** The five minutes after the sign-in are over. */
function forgetConfirmation(): void {
  const db = new Database(join(world.gatepost.dataDir, 'gatepost.db'));
  db.exec('update session set confirmed_at = 0');
  db.close();
}

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let here: Visit;
  const others: Visit[] = [];
  const devices = () => here.page.getByRole('region', { name: 'Devices' });
  const passwords = () => here.page.getByRole('region', { name: 'App passwords' });
  const openSettings = () => here.page.goto(`${world.gatepost.url}/settings`);

  /** Another browser of the same person, with its mail open. */
  async function elsewhere(): Promise<Page> {
    const context = await world.browser.newContext({ locale: 'en-GB', userAgent: FIREFOX });
    const page = await context.newPage();
    others.push({ context, page, errors: [] });
    await world.signIn(page, ANNA);
    await page.waitForURL(/\/mail\//);
    await page
      .getByRole('treeitem', { name: /^Inbox/ })
      .first()
      .waitFor();
    return page;
  }
  async function isSignedOut(page: Page): Promise<void> {
    const from = Date.now();
    await page.waitForURL(/\/sign-in\?expired/, { timeout: EFFECTIVE_MS, waitUntil: 'commit' });
    await page.getByText('Your session has ended.').waitFor();
    expect(Date.now() - from).toBeLessThan(EFFECTIVE_MS + 2_000);
  }

  beforeAll(async () => {
    here = await visit(world.browser, size, { colorScheme: size === 'desk' ? 'dark' : 'light' });
    await world.signIn(here.page, ANNA);
    await here.page.waitForURL(/\/mail\//);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([here, ...others].map((one) => one?.context.close()));
  });

  it('S21: one device is signed out from another, at once, with its mail open', async () => {
    const other = await elsewhere();
    await openSettings();
    await devices().getByText('Firefox on Linux').waitFor();
    await devices().getByText('This device', { exact: true }).waitFor();
    await devices().scrollIntoViewIfNeeded();
    await picture(here.page, `devices-${size}`);
    expect(await violations(here.page)).toEqual([]);
    await devices().getByRole('button', { name: 'Sign out Firefox on Linux' }).first().click();
    await isSignedOut(other);
    expect(await devices().getByText('Firefox on Linux').count()).toBe(0);
    // What was being read is where the next sign-in leads.
    expect(new URL(other.url()).searchParams.get('next')).toMatch(/^\/mail\//);
  }, 60_000);

  it('S21: everywhere else at once, also a page that shows its settings', async () => {
    const [mail, settings] = [await elsewhere(), await elsewhere()];
    await settings.goto(`${world.gatepost.url}/settings`);
    await settings.getByText('This device', { exact: true }).waitFor();
    await openSettings();
    await devices().getByRole('button', { name: 'Sign out everywhere else' }).click();
    await Promise.all([isSignedOut(mail), isSignedOut(settings)]);
    await devices().getByText('You are signed in only here.').waitFor();
    await here.page.goto(`${world.gatepost.url}/mail`);
    await here.page.waitForURL(/\/mail\//);
  }, 90_000);

  it('S22: an app password is made after the mail password was typed again, and shown once', async () => {
    const { page } = here;
    await openSettings();
    await passwords().getByLabel('What is it for').fill(`Phone ${size}`);
    forgetConfirmation();
    await passwords().getByRole('button', { name: 'Make app password' }).click();
    const question = page.getByRole('dialog', { name: 'Enter your password once more' });
    await question.getByLabel('Password', { exact: true }).fill('wrong');
    await question.getByRole('button', { name: 'Continue' }).click();
    await question.getByText(/not the password/).waitFor();
    await picture(page, `confirm-${size}`);
    expect(await violations(page)).toEqual([]);
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await question.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('dialog', { name: `App password for Phone ${size}` }).waitFor();
    await picture(page, `app-password-${size}`);
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  it('a program uses it, is seen, and is shut out when it is revoked, its open stream too', async () => {
    const { page } = here;
    const token = (await page.getByText(/^gp_/).textContent()) ?? '';
    await page.getByRole('button', { name: 'Close' }).last().click();
    expect(await page.getByText(token).count()).toBe(0);
    await passwords().getByText('Never used').waitFor();

    const basic = `Basic ${Buffer.from(`${ANNA}:${token}`).toString('base64')}`;
    const ask = (path: string, authorization: string) =>
      fetch(world.gatepost.url + path, { headers: { authorization } }).then(({ status }) => status);
    for (const authorization of [`Bearer ${token}`, basic]) {
      expect(await ask('/jmap/session', authorization)).toBe(200);
      expect(await ask('/api/accounts', authorization)).toBe(200);
      expect(await ask('/api/sessions', authorization)).toBe(403);
    }
    const stream = await streamUntilEnd(`Bearer ${token}`);
    expect(stream.status).toBe(200);

    await page.reload();
    await passwords()
      .getByText(/Last used/)
      .waitFor();
    await passwords()
      .getByRole('button', { name: `Revoke Phone ${size}` })
      .click();
    const from = Date.now();
    await stream.ended;
    expect(Date.now() - from).toBeLessThan(EFFECTIVE_MS);
    expect(await ask('/jmap/session', `Bearer ${token}`)).toBe(401);
    expect(await ask('/jmap/session', basic)).toBe(401);
    await passwords().getByText('No app passwords.').waitFor();
  }, 60_000);
});
