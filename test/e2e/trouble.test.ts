/** What goes wrong is said, with what to do next; what was there stays there (page.md section 8, security.md R7, R8, R22). */
import { afterEach, expect, it } from 'vitest';
import { picture, type Visit, violations, visit } from './browser';
import { ANNA, aWorld } from './world';

const world = aWorld();
let on: Visit;
afterEach(() => on.context.close());

it('R22: a wrong password is told by the step that failed, with the words of the server folded', async () => {
  on = await visit(world.browser, 'desk');
  await world.signIn(on.page, ANNA, { password: 'wrong' });
  await on.page
    .getByText(/localhost did not accept this address and password/)
    .first()
    .waitFor();
  expect(new URL(on.page.url()).pathname).toBe('/sign-in');
  expect(await violations(on.page)).toEqual([]);
  await picture(on.page, 'wrong-password');
});

it('R7: a dead host is told before the password goes anywhere', async () => {
  on = await visit(world.browser, 'phone');
  const { page } = on;
  await page.goto(`${world.gatepost.url}/sign-in`);
  await page.getByLabel('Email address').fill(ANNA);
  await page.getByLabel('Password', { exact: true }).fill('x');
  await page.getByText('Server settings').click();
  for (const name of [/Incoming/, /Outgoing/]) {
    const group = page.getByRole('group', { name });
    await group.getByLabel('Server').fill('localhost');
    await group.getByLabel('Port').fill('9');
  }
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page
    .getByText(/localhost/)
    .first()
    .waitFor();
  await page.getByText('Connect: failed').waitFor();
  await picture(page, 'dead-host');
});

it('R8: the mail server dies while the page is open: what is shown stays, it is told, and it recovers', async () => {
  const letter = (subject: string) =>
    `From: a@example.com\r\nTo: ${ANNA}\r\nSubject: ${subject}\r\nMessage-ID: <${subject}@x>\r\n\r\nhi\r\n`;
  await world.dovecot.deliver(ANNA, letter('before'));
  on = await visit(world.browser, 'desk');
  const { page } = on;
  await world.signIn(page, ANNA);
  await page.waitForURL(/\/mail\//);
  await page.getByRole('row', { name: /before/ }).waitFor();

  await world.dovecot.kill('SIGKILL');
  await page
    .getByText(/does not answer|has not answered/)
    .first()
    .waitFor({ timeout: 30_000 });
  expect(await page.getByRole('row', { name: /before/ }).count()).toBe(1);
  await picture(page, 'server-down');

  await world.dovecot.start();
  await world.dovecot.deliver(ANNA, letter('after'));
  await page.getByRole('row', { name: /after/ }).waitFor({ timeout: 60_000 });
  expect(await page.getByText(/has not answered/).count()).toBe(0);
}, 120_000);
