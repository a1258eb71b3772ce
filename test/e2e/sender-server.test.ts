/** A sender with an outgoing server of its own: tried before it is kept, and what is sent as it goes out there. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ScriptedSmtp, startScriptedSmtp } from '@/test/servers/smtp';
import { picture, violations, visit } from './browser';
import { ANNA, aWorld, BORIS, fillServer } from './world';
import { fill, send, setUndo, write } from './writing';

let own: ScriptedSmtp;
const world = aWorld([ANNA]);
beforeAll(async () => {
  own = await startScriptedSmtp({ users: { shop: 'shop password' } });
});
afterAll(() => own?.stop());

it('is set beside the sender, after a wrong password too, and used', async () => {
  const { page, context } = await visit(world.browser, 'phone', { colorScheme: 'dark' });
  await world.signIn(page, ANNA);
  await page.waitForURL(/\/mail\//);
  await setUndo(page, 0);
  await page.goto(`${world.gatepost.url}/settings#signature`);
  const form = page.getByRole('form', { name: ANNA });
  await form.getByText('Answers, copies and server').click();
  await form.getByRole('button', { name: 'Use an outgoing server of its own' }).click();
  await fillServer(form.getByRole('group', { name: /^Outgoing/ }), own.port, 'shop');
  await form.getByLabel('Security').selectOption('none');
  await form.getByLabel('Port').fill(String(own.port));
  const password = form.getByLabel('Password at this server');
  const save = form.getByRole('button', { name: 'Check and save the server' });
  await password.fill('wrong');
  await save.click();
  await form.getByText(/did not accept this address and password/).waitFor();
  await save.scrollIntoViewIfNeeded();
  await picture(page, 'sender-server-refused');
  expect(await violations(page)).toEqual([]);
  await password.fill('shop password');
  await save.click();
  await form.getByText('Sends by localhost, with a sign-in of its own.').waitFor();
  await form.scrollIntoViewIfNeeded();
  await picture(page, 'sender-server');
  await page.goto(`${world.gatepost.url}/mail`);
  await page.waitForURL(/\/mail\/./);
  await write(page);
  await fill(page, `${BORIS},`, 'By the shop', 'Hello');
  await send(page);
  await vi.waitFor(() => expect(own.accepted.map(({ to }) => to)).toEqual([[BORIS]]), {
    timeout: 15_000,
    interval: 100,
  });
  expect(world.submission.accepted).toEqual([]);
  await context.close();
}, 60_000);
