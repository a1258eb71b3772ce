/** What a person decides for an IMAP account, and what is told of its connections: on the desk and on the phone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { aWorld } from './world';

const SIZES: Size[] = ['desk', 'phone'];
const user = (size: Size) => `imap.${size}@example.org`;
const world = aWorld(SIZES.map(user));

describe.each(SIZES)('on the %s', (size) => {
  let on: Visit;
  const part = (name: string) => on.page.getByRole('region', { name, exact: true });

  beforeAll(async () => {
    await world.dovecot.doveadm('mailbox', 'create', '-u', user(size), 'Outgoing', 'Lists');
    on = await visit(world.browser, size, { colorScheme: size === 'desk' ? 'light' : 'dark' });
    await world.signIn(on.page, user(size));
    await on.page.waitForURL(/\/mail\//);
    await openSettings();
  }, 60_000);
  afterAll(() => on?.context.close());

  async function openSettings(): Promise<void> {
    await on.page.goto(`${world.gatepost.url}/settings`);
    await on.page.getByRole('link', { name: `Edit ${user(size)}` }).click();
    await on.page.getByRole('heading', { name: 'Remove account' }).waitFor();
  }

  it('R19: the Sent folder is the one that the person chose', async () => {
    const sent = part('Folders').getByLabel('Sent', { exact: true });
    await sent.selectOption({ label: 'Outgoing' });
    await part('Folders').getByText('Saved').waitFor();
    await openSettings();
    await expect.poll(() => sent.locator('option:checked').textContent()).toBe('Sent');
    await sent.selectOption({ label: 'As the server says' });
    await part('Folders').getByText('Saved').waitFor();
  });

  it('folders are watched and no longer watched, by keyboard too', async () => {
    await part('Folders').getByLabel('Watched folders').selectOption({ label: 'Lists' });
    const remove = part('Folders').getByRole('button', { name: 'No longer watch Lists' });
    await remove.waitFor();
    await remove.focus();
    await on.page.keyboard.press('Enter');
    await remove.waitFor({ state: 'detached' });
  });

  it('the connection tells what is open and what was said, without contents', async () => {
    await part('Connection').getByText('What is connected now').click();
    await part('Connection').getByText('For what you do').waitFor();
    await part('Connection').getByText('What the server says that it can do').click();
    await part('Connection').getByText('IMAP4REV1', { exact: false }).waitFor();
    await part('Connection').getByText('Commands of the last minutes').click();
    // What was changed above opened the account anew: its log begins with this.
    const log = part('Connection').getByRole('list', { name: 'Commands of the last minutes' });
    await log.getByText('connect', { exact: true }).first().waitFor();
    expect(await part('Connection').textContent()).not.toContain(user(size));
    await picture(on.page, `imap-settings-${size}`);
    expect(await violations(on.page)).toEqual([]);
  });
});
