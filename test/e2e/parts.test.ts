/** More recipients than the provider is known to take: asked before it is tried, and sent in parts. */
import { afterAll, expect, it } from 'vitest';
import { type NameServer, startNameServer } from '@/test/servers/dns';
import { type ScriptedSmtp, startScriptedSmtp } from '@/test/servers/smtp';
import { picture, violations } from './browser';
import { ANNA, aWorld } from './world';
import { composer, enter, fill, send, setUndo, write } from './writing';

let smtp: ScriptedSmtp;
let dns: NameServer;
const world = aWorld([ANNA], {
  async env({ dovecot }) {
    smtp = await startScriptedSmtp();
    dns = await startNameServer({ a: { localhost: '127.0.0.1', 'smtp.mail.ru': '127.0.0.1' } });
    return {
      MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
      MAIL_SMTP: `smtp://smtp.mail.ru:${smtp.port}?security=none`,
      DNS_SERVERS: dns.address,
      ALLOW_HOSTS: 'localhost,127.0.0.0/8,smtp.mail.ru',
    };
  },
});
afterAll(async () => {
  await smtp?.stop();
  await dns?.stop();
});

it('says how many it takes, and sends to all of them in parts', async () => {
  const page = await enter(world, ANNA, 'phone', { colorScheme: 'dark' });
  await setUndo(page, 0);
  const people = Array.from({ length: 40 }, (_, n) => `person${n}@example.net`);
  await write(page);
  await fill(page, `${people.join(', ')},`, 'To many', 'Hello');
  await picture(page, 'parts-recipients');
  await composer(page).getByText('40 recipients').waitFor({ state: 'attached' });
  await send(page);
  const inParts = page.getByRole('button', { name: 'Send in 2 parts' });
  await inParts.waitFor();
  await picture(page, 'parts-question');
  expect(await violations(page)).toEqual([]);
  await inParts.click();
  const sizes = () => smtp.accepted.map(({ to }) => to.length).sort();
  await expect.poll(sizes, { timeout: 15_000 }).toEqual([10, 30]);
  expect(new Set(smtp.accepted.flatMap(({ to }) => to))).toEqual(new Set(people));
  await page.context().close();
}, 60_000);
