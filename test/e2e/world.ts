/** Everything a person's mail needs, for real: a mail server, an outgoing server, Gatepost as it is started, a browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { type Submission, startSubmission } from '@/test/servers/submission';
import { launchBrowser } from './browser';

export const ANNA = 'anna@example.org';
export const BORIS = 'boris@example.org';
export const PASSWORD = 'correct horse';

export interface World {
  dovecot: DovecotServer;
  submission: Submission;
  gatepost: GatepostServer;
  browser: Browser;
  /** At both servers, as a provider would. */
  setPassword(user: string, password: string): Promise<void>;
  /** The address, password and servers typed by hand; `password` may be a wrong one. */
  signIn(page: Page, user: string, options?: { kind?: 'imap' | 'pop3'; password?: string }): Promise<void>;
}

interface WorldOptions {
  /** Of the mail servers, beside localhost. */
  names?: string[];
  /** For Gatepost; asked when the mail servers stand. */
  env?: (world: Pick<World, 'dovecot' | 'submission'>) => Promise<Record<string, string>>;
}

/** Starts it before the tests of a file and stops it behind them. */
export function aWorld(users: string[] = [ANNA, BORIS], { names = [], env }: WorldOptions = {}): World {
  const world = {} as World;
  beforeAll(async () => {
    const passwords = Object.fromEntries(users.map((user) => [user, PASSWORD]));
    const certificate = { names: ['localhost', '127.0.0.1', ...names] };
    world.dovecot = await startDovecot({ users: passwords, certificate });
    world.submission = await startSubmission(world.dovecot, passwords);
    world.gatepost = await startGatepost({ TLS_CA_FILE: world.dovecot.tls.caFile, ...(await env?.(world)) });
    world.browser = await launchBrowser();
    world.signIn = (page, user, options) => signIn(world, page, user, options);
    world.setPassword = (user, password) => {
      passwords[user] = password;
      return world.dovecot.setPassword(user, password);
    };
  }, 90_000);
  afterAll(async () => {
    await world.browser?.close();
    await world.gatepost?.stop();
    await world.submission?.stop();
    await world.dovecot?.stop();
  });
  return world;
}

async function signIn(
  { gatepost, dovecot, submission }: World,
  page: Page,
  user: string,
  { kind = 'imap', password = PASSWORD }: { kind?: 'imap' | 'pop3'; password?: string } = {},
): Promise<void> {
  await page.goto(`${gatepost.url}/sign-in`);
  await page.getByLabel('Email address').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByText('Server settings').click();
  if (kind === 'pop3') await page.getByText('POP3', { exact: true }).first().click();
  const incoming = page.getByRole('group', { name: /Incoming/ });
  await fillServer(incoming, kind === 'imap' ? dovecot.ports.imaps : dovecot.ports.pop3s, user);
  await fillServer(page.getByRole('group', { name: /Outgoing/ }), submission.port, user);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

export async function fillServer(
  group: ReturnType<Page['getByRole']>,
  port: number,
  user: string,
): Promise<void> {
  await group.getByLabel('Server').fill('localhost');
  await group.getByLabel('Security').selectOption('tls');
  await group.getByLabel('Port').fill(String(port));
  await group.getByLabel('User name').fill(user);
}
