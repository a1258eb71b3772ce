/** One person with several accounts: found, typed, edited, ordered, in trouble, healed and removed, on the desk and on the phone. */
import { errors, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type NameServer, startNameServer } from '@/test/servers/dns';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { aWorld, fillServer, PASSWORD } from './world';

const SIZES: Size[] = ['desk', 'phone'];
const expectTimeout = (error: unknown) => expect(error).toBeInstanceOf(errors.TimeoutError);
const people = (size: Size) => ({
  anna: `anna.${size}@example.org`,
  /** By POP3, typed by hand. */
  boris: `boris.${size}@example.org`,
  /** Her domain tells its own servers by DNS. */
  carla: `carla.${size}@found.test`,
  /** His domain tells somebody else's servers. */
  dmitri: `dmitri.${size}@hosted.test`,
  /** Her server goes away. */
  eva: `eva.${size}@example.org`,
});

const NAMES = ['imap.found.test', 'smtp.found.test', 'imap.host.test', 'smtp.host.test'];
let dns: NameServer;
let flaky: ImapProxy;
const world = aWorld(
  SIZES.flatMap((size) => Object.values(people(size))),
  {
    names: NAMES,
    async env({ dovecot, submission }) {
      const here = '127.0.0.1';
      const records = (host: string, domain: string) => ({
        [`_imaps._tcp.${domain}`]: [{ port: dovecot.ports.imaps, target: `imap.${host}` }],
        [`_submissions._tcp.${domain}`]: [{ port: submission.port, target: `smtp.${host}` }],
      });
      dns = await startNameServer({
        a: Object.fromEntries(['localhost', ...NAMES].map((name) => [name, here])),
        srv: { ...records('found.test', 'found.test'), ...records('host.test', 'hosted.test') },
      });
      flaky = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
      return { DNS_SERVERS: dns.address, ALLOW_HOSTS: 'localhost,127.0.0.0/8' };
    },
  },
);
afterAll(async () => {
  await flaky?.stop();
  await dns?.stop();
});

const letter = (to: string, subject: string) =>
  `From: Lena <lena@example.com>\r\nTo: ${to}\r\nSubject: ${subject}\r\nMessage-ID: <${encodeURIComponent(subject)}@example.com>\r\n\r\nHello\r\n`;
const row = (page: Page, subject: string) => page.getByRole('row', { name: new RegExp(subject) });

/** How often somebody has tried to sign in with this name, by the mail server's own word. */
async function attemptsOf(user: string): Promise<number> {
  return (await world.dovecot.log()).split('\n').filter((line) => line.includes(`<${user}>`)).length;
}

describe.each(SIZES)('on the %s', (size) => {
  const { anna, boris, carla, dmitri, eva } = people(size);
  let on: Visit;
  const shot = (name: string) => picture(on.page, `accounts-${name}-${size}`);

  /** The folders stand beside the list on the desk; on the phone they are a drawer. */
  async function folders(): Promise<Locator> {
    const { page } = on;
    if (!new URL(page.url()).pathname.startsWith('/mail')) await page.goto(`${world.gatepost.url}/mail`);
    await page.waitForURL(/\/mail\/./);
    if (size === 'phone' && !(await page.getByRole('tree').first().isVisible())) {
      await page.getByRole('button', { name: 'Folders' }).first().click();
    }
    return page.getByRole('navigation', { name: 'Folders' }).locator('visible=true').last();
  }
  const accountNames = async () => (await folders()).getByRole('heading', { level: 2 }).allTextContents();
  async function openInbox(account: string): Promise<void> {
    const section = (await folders()).getByRole('region', { name: account });
    await section.getByRole('treeitem', { name: /^Inbox/ }).click();
  }
  async function settingsOf(name: string): Promise<void> {
    await on.page.goto(`${world.gatepost.url}/settings`);
    await on.page.getByRole('link', { name: `Edit ${name}` }).click();
    await on.page.getByRole('heading', { name: 'Remove account' }).waitFor();
  }
  /** What stands above the button comes bit by bit, and may move it from under the pointer. */
  async function askToRemove(name: string): Promise<Locator> {
    const dialog = on.page.getByRole('dialog', { name: `Remove ${name}?` });
    for (let tries = 0; tries < 3 && (await dialog.count()) === 0; tries += 1) {
      await on.page.getByRole('button', { name: 'Remove account' }).first().click();
      await dialog.waitFor({ timeout: 3_000 }).catch(expectTimeout);
    }
    return dialog;
  }
  async function addForm(address: string, password = PASSWORD): Promise<void> {
    const { page } = on;
    await page.goto(`${world.gatepost.url}/settings/accounts/new`);
    await page.getByLabel('Email address').fill(address);
    await page.getByLabel('Password', { exact: true }).fill(password);
  }
  const add = () => on.page.getByRole('button', { name: 'Add account' }).click();
  const isAdded = async (name: string) => {
    await on.page.waitForURL(/\/settings$/);
    await on.page.getByRole('link', { name: `Edit ${name}` }).waitFor();
  };
  const part = (name: string) => on.page.getByRole('region', { name });

  beforeAll(async () => {
    for (const user of Object.values(people(size))) {
      await world.dovecot.deliver(user, letter(user, `Welcome ${user}`));
    }
    on = await visit(world.browser, size, { colorScheme: size === 'desk' ? 'light' : 'dark' });
    await world.signIn(on.page, anna);
    await row(on.page, `Welcome ${anna}`).waitFor();
  }, 60_000);
  afterAll(() => on?.context.close());

  it('finds the servers of an address, says what is wrong with the password, and takes the right one', async () => {
    const { page } = on;
    await addForm(carla, 'wrong');
    await page.getByText('imap.found.test, smtp.found.test').waitFor();
    expect(await attemptsOf(carla)).toBe(0);
    await add();
    await page.getByText('imap.found.test did not accept this address and password.').first().waitFor();
    await shot('found-wrong-password');
    expect(await violations(page)).toEqual([]);
    expect(
      await page
        .getByLabel('Password', { exact: true })
        .evaluate((field) => field === document.activeElement),
    ).toBe(true);
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press('Enter');
    await isAdded(carla);
  }, 60_000);

  it('S13: a server that another domain owns is asked about before the password goes there', async () => {
    const { page } = on;
    await addForm(dmitri);
    await add();
    await page.getByRole('heading', { name: 'Found for hosted.test' }).waitFor();
    await shot('confirm-servers');
    expect(await violations(page)).toEqual([]);
    expect(await attemptsOf(dmitri)).toBe(0);
    await page.getByRole('button', { name: 'Sign in at imap.host.test' }).click();
    await isAdded(dmitri);
  }, 60_000);

  it('takes POP3 servers typed by hand, after a wrong password too', async () => {
    const { page } = on;
    await addForm(boris, 'wrong');
    await page.getByText('Server settings').click();
    await page.getByText('POP3', { exact: true }).first().click();
    await fillServer(page.getByRole('group', { name: /Incoming/ }), world.dovecot.ports.pop3s, boris);
    await fillServer(page.getByRole('group', { name: /Outgoing/ }), world.submission.port, boris);
    await shot('by-hand');
    await add();
    await page.getByText('localhost did not accept this address and password.').first().waitFor();
    await page.getByText('Sign in: failed').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await add();
    await isAdded(boris);
    await shot('list');
    expect(await violations(page)).toEqual([]);
  }, 60_000);

  it('every account has its folders and its mail', async () => {
    for (const user of [boris, carla, dmitri]) {
      await openInbox(user);
      await row(on.page, `Welcome ${user}`).waitFor();
    }
    expect(await accountNames()).toEqual([anna, carla, dmitri, boris]);
    await shot('folders');
  }, 60_000);

  it('an account gets a name of its own', async () => {
    const { page } = on;
    await settingsOf(boris);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Old mailbox');
    await part('Name').getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').first().waitFor();
    await shot('pop3-page');
    expect(await violations(page)).toEqual([]);
    expect(await accountNames()).toContain('Old mailbox');
  }, 60_000);

  it('each choice of collecting by POP3 is kept at once, and undone', async () => {
    const { page } = on;
    await settingsOf('Old mailbox');
    const pop3 = part('Collecting by POP3');
    const kept = async () => {
      const { accounts } = await page.evaluate(() => fetch('/api/accounts').then((answer) => answer.json()));
      return accounts.find(({ name }: { name: string }) => name === 'Old mailbox').settings.pop3;
    };
    const usual = { leaveOnServer: true, deleteAfterDays: null, markReadOnFetch: false, intervalMinutes: 15 };
    const leave = pop3.getByRole('switch', { name: 'Leave messages on the server' });
    const markRead = pop3.getByRole('switch', { name: 'Mark as read what is fetched' });
    expect(await kept()).toMatchObject(usual);
    await pop3.getByLabel('Delete from the server').selectOption('30');
    await expect.poll(kept).toMatchObject({ ...usual, deleteAfterDays: 30 });
    await pop3.getByLabel('Delete from the server').selectOption('never');
    await pop3.getByLabel('Collect', { exact: true }).selectOption('60');
    await expect.poll(kept).toMatchObject({ ...usual, intervalMinutes: 60 });
    await pop3.getByLabel('Collect', { exact: true }).selectOption('15');
    await markRead.click();
    await expect.poll(kept).toMatchObject({ ...usual, markReadOnFetch: true });
    await markRead.click();
    await leave.click();
    await expect.poll(kept).toMatchObject({ ...usual, leaveOnServer: false });
    await expect.poll(() => pop3.getByLabel('Delete from the server').count()).toBe(0);
    await leave.click();
    await expect.poll(kept).toMatchObject(usual);
  }, 60_000);

  it('collects now, saying how far it is', async () => {
    const { page } = on;
    await settingsOf('Old mailbox');
    // Each change above collected too: "now" joins a run that has not ended.
    const collecting = () =>
      page.evaluate(async () => {
        const { accounts } = await (await fetch('/.well-known/jmap')).json();
        return Object.values<{ accountCapabilities: Record<string, { collecting: unknown }> }>(accounts).map(
          ({ accountCapabilities }) => accountCapabilities['urn:gatepost:mail']?.collecting,
        );
      });
    await expect.poll(async () => (await collecting()).filter((running) => running !== null)).toEqual([]);
    for (let n = 0; n < 40; n += 1) await world.dovecot.deliver(boris, letter(boris, `Batch ${n}`));
    const pop3 = part('Collecting by POP3');
    await pop3.getByRole('button', { name: 'Collect now' }).click();
    await pop3.getByText('Collected: everything that was there is here.').waitFor();
    await pop3.getByText('Collected: everything that was there is here.').scrollIntoViewIfNeeded();
    await shot('collected');
    await openInbox('Old mailbox');
    await row(page, 'Batch 39').waitFor();
  }, 60_000);

  it('other servers are tried before they are kept', async () => {
    const { page } = on;
    await settingsOf(dmitri);
    const port = page.getByRole('group', { name: /Incoming/ }).getByLabel('Port');
    await port.fill('9');
    await part('Servers').getByRole('button', { name: 'Check and save' }).click();
    await part('Servers').getByText('Connect: failed').waitFor();
    await shot('servers-refused');
    await page.reload();
    expect(await port.inputValue()).toBe(String(world.dovecot.ports.imaps));
    await page
      .getByRole('group', { name: /Incoming/ })
      .getByLabel('Server')
      .fill('localhost');
    await part('Servers').getByRole('button', { name: 'Check and save' }).click();
    await part('Servers').getByText('Saved').waitFor();
    await openInbox(dmitri);
    await row(page, `Welcome ${dmitri}`).waitFor();
  }, 60_000);

  it('the order is the one that was chosen, in the folders too', async () => {
    const { page } = on;
    await page.goto(`${world.gatepost.url}/settings`);
    const up = page.getByRole('button', { name: 'Move Old mailbox up' });
    for (let step = 0; step < 3; step += 1) {
      const saved = page.waitForResponse((response) => response.request().method() === 'PATCH');
      await Promise.all([saved, up.click()]);
    }
    await expect.poll(() => up.isDisabled()).toBe(true);
    expect(await accountNames()).toEqual(['Old mailbox', anna, carla, dmitri]);
    // The first account is where mail opens.
    await page.goto(`${world.gatepost.url}/mail`);
    await row(page, 'Batch 39').waitFor();
  }, 60_000);

  it('R22: a password that is refused stops one account only, and a new one heals it', async () => {
    const { page } = on;
    await openInbox(carla);
    await row(page, `Welcome ${carla}`).waitFor();
    await world.setPassword(carla, 'changed elsewhere');
    await world.dovecot.doveadm('kick', carla);
    await page
      .getByText(/has refused the password since/)
      .first()
      .waitFor({ timeout: 60_000 });
    expect(await row(page, `Welcome ${carla}`).count()).toBe(1);
    await shot('password-refused');
    expect(await violations(page)).toEqual([]);

    await folders();
    await page
      .getByRole('button', { name: /^All inboxes/ })
      .locator('visible=true')
      .click();
    await row(page, 'Batch 39').waitFor();
    await page.getByText(`${carla}: `).first().waitFor();
    await shot('password-refused-all');
    await openInbox(anna);
    await world.dovecot.deliver(anna, letter(anna, `Meanwhile ${size}`));
    await row(page, `Meanwhile ${size}`).waitFor({ timeout: 60_000 });
    expect(await page.getByText(/has refused the password since/).count()).toBe(0);

    await (await folders()).getByRole('link', { name: 'New password' }).click();
    await page.getByText(/has refused the password since/).waitFor();
    await shot('password-refused-settings');
    const password = part('New password');
    await password.getByLabel('Password', { exact: true }).fill('changed elsewhere');
    await password.getByRole('button', { name: 'Check and save' }).click();
    await password.getByText('Saved').waitFor();
    await openInbox(carla);
    await world.dovecot.deliver(carla, letter(carla, `Healed ${size}`));
    await row(page, `Healed ${size}`).waitFor({ timeout: 60_000 });
    expect(await page.getByText('Password refused').count()).toBe(0);
    await world.setPassword(carla, PASSWORD);
  }, 180_000);

  it('R7: a server that is away stops one account only; try again finds it', async () => {
    const { page } = on;
    await addForm(eva);
    await page.getByText('Server settings').click();
    await fillServer(page.getByRole('group', { name: /Incoming/ }), flaky.port, eva);
    await fillServer(page.getByRole('group', { name: /Outgoing/ }), world.submission.port, eva);
    await add();
    await isAdded(eva);
    await openInbox(eva);
    await row(page, `Welcome ${eva}`).waitFor();

    flaky.refuse(true);
    flaky.cut();
    await page.getByText(/localhost has not answered since/).waitFor({ timeout: 60_000 });
    expect(await row(page, `Welcome ${eva}`).count()).toBe(1);
    await shot('server-away');
    await openInbox(anna);
    await world.dovecot.deliver(anna, letter(anna, `Still here ${size}`));
    await row(page, `Still here ${size}`).waitFor({ timeout: 60_000 });

    flaky.refuse(false);
    const tree = await folders();
    const tryAgain = tree.getByRole('region', { name: eva }).getByRole('button', { name: 'Try again' });
    // By itself it comes back too, sooner or later: the button may go while it is being clicked.
    const away = tree.getByText('localhost does not answer').or(tryAgain);
    for (let tries = 0; tries < 10 && (await away.count()) > 0; tries += 1) {
      await tryAgain.click({ timeout: 3_000 }).catch(expectTimeout);
    }
    await expect.poll(() => away.count(), { timeout: 30_000 }).toBe(0);
    await openInbox(eva);
    await world.dovecot.deliver(eva, letter(eva, `Back again ${size}`));
    await row(page, `Back again ${size}`).waitFor({ timeout: 60_000 });
  }, 180_000);

  it('an account is removed after a question that says what is deleted', async () => {
    const { page } = on;
    await settingsOf('Old mailbox');
    const dialog = await askToRemove('Old mailbox');
    await dialog.getByText(/deletes all mail kept here: folders, drafts, sent mail/).waitFor();
    await shot('remove');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await askToRemove('Old mailbox');
    await dialog.getByRole('button', { name: 'Remove account' }).click();
    await page.waitForURL(/\/settings$/);
    await page.getByRole('link', { name: `Edit ${anna}` }).waitFor();
    await expect.poll(() => page.getByText('Old mailbox').count()).toBe(0);
    expect(await accountNames()).toEqual([anna, carla, dmitri, eva]);
  }, 60_000);

  it('the last account goes with the user, and signing in again begins anew', async () => {
    const { page } = on;
    for (const user of [carla, dmitri, eva, anna]) {
      await settingsOf(user);
      const dialog = await askToRemove(user);
      if (user === anna) await dialog.getByText('This is the only account').waitFor();
      await dialog.getByRole('button', { name: 'Remove account' }).click();
      await page.waitForURL(user === anna ? /\/sign-in/ : /\/settings$/);
    }
    await page.getByText('You are signed out.').waitFor();
    await page.goto(`${world.gatepost.url}/mail`);
    await page.waitForURL(/\/sign-in/);
    await world.signIn(page, anna);
    await row(page, `Welcome ${anna}`).waitFor();
    // One account has no heading.
    expect(await accountNames()).toEqual([]);
  }, 90_000);

  it('an address that this browser knows takes one click', async () => {
    const { page } = on;
    await page.goto(`${world.gatepost.url}/mail`);
    await row(page, `Welcome ${anna}`).waitFor();
    await page
      .getByRole('button', { name: /^Account/ })
      .locator('visible=true')
      .click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByText('You are signed out.').waitFor();
    // As a browser fills in: without an event that React would hear.
    await page.evaluate(
      ([address, password]) => {
        for (const [name, value] of [
          ['username', address],
          ['password', password],
        ] as const) {
          const field = document.querySelector<HTMLInputElement>(`input[name=${name}]`);
          if (field) field.value = value;
        }
      },
      [anna, PASSWORD] as const,
    );
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await row(page, `Welcome ${anna}`).waitFor();
  }, 30_000);

  it('nothing was refused by the policy and nothing threw', () => {
    // Refused passwords and servers are answered with 422, a session that has ended with 401, and what was asked of an account
    // in the moment that it was removed with 404.
    const isAnswer = (error: string) => /status of (422|401)|status of 404 .*accounts\//.test(error);
    expect(on.errors.filter((error) => !isAnswer(error))).toEqual([]);
  });
});
