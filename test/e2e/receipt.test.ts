/** A sender asks for a read receipt: nothing is told before the person says so, and the answer is known to every program (S10). */
import { expect, it, vi } from 'vitest';
import { plainMessage } from '@/test/contract/messages';
import { picture, visit } from './browser';
import { ANNA, aWorld, BORIS } from './world';

const world = aWorld();

const asking = (subject: string) =>
  plainMessage(subject, 'Did you see it?', [`Disposition-Notification-To: ${BORIS}`]);

it.each(['desk', 'phone'] as const)('S10: a receipt is refused and sent on a %s', async (size) => {
  const [refused, sent] = [`Refused ${size}`, `Sent ${size}`];
  await world.dovecot.deliver(ANNA, asking(refused));
  await world.dovecot.deliver(ANNA, asking(sent));
  const { page, context, errors } = await visit(world.browser, size);
  await world.signIn(page, ANNA);
  await page.waitForURL(/\/mail\/[^~]+$/);
  const inbox = page.url();
  const before = world.submission.accepted.length;

  await page.getByRole('row', { name: new RegExp(refused) }).click();
  const asked = page.getByText(`It would go to ${BORIS}.`);
  await asked.waitFor();
  await page.getByRole('button', { name: 'Don’t send' }).click();
  await asked.waitFor({ state: 'hidden' });
  await page.goto(inbox);

  await page.getByRole('row', { name: new RegExp(sent) }).click();
  await asked.waitFor();
  await picture(page, `receipt-${size}`);
  await page.getByRole('button', { name: 'Send receipt' }).click();
  await asked.waitFor({ state: 'hidden' });
  await vi.waitFor(() => expect(world.submission.accepted.length).toBe(before + 1), 15_000);
  const [receipt] = world.submission.accepted.slice(before);
  expect(receipt).toMatchObject({ from: '', to: [BORIS] });
  expect(receipt?.raw).toMatch(/Subject: Read: Sent/);
  const flags = await world.dovecot.doveadm('fetch', '-u', ANNA, 'flags', 'mailbox', 'INBOX');
  expect(flags.match(/\$MDNSent/gi)?.length).toBe(size === 'desk' ? 2 : 4);
  expect(errors).toEqual([]);
  await context.close();
});
