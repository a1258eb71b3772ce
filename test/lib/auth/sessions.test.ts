import { describe, expect, it, vi } from 'vitest';
import { createAccount } from '@/lib/account/records';
import { createAppPassword, revokeAppPassword, takeAppPassword } from '@/lib/auth/app-passwords';
import { revocations } from '@/lib/auth/revocation';
import { createSession, endSession, endSessions, listSessions, liveSession } from '@/lib/auth/sessions';
import { createTicket, redeemTicket } from '@/lib/auth/tickets';
import { ABSOLUTE_MS, IDLE_MS } from '@/lib/auth/token';
import type { Databases } from '@/lib/db/database';
import { onEachDatabase } from '@/test/lib/db/databases';

type Db = Databases['main'];
const KEYS = { secretKeys: [{ id: 'k', key: Buffer.alloc(32, 'k') }] };
const DAY = 24 * 60 * 60_000;

async function person(db: Db, id = 'anna') {
  await db.insertInto('user').values({ id, created_at: 0, settings: '{}' }).execute();
  const server = { host: 'imap.example.org', port: 993, security: 'tls' as const, user: id };
  return createAccount(db, KEYS, {
    userId: id,
    address: `${id}@example.org`,
    kind: 'imap',
    incoming: server,
    outgoing: server,
    password: 'secret',
    signIn: true,
  });
}

const age = (db: Db, id: string, change: Partial<{ last_seen_at: number; created_at: number }>) =>
  db.updateTable('session').set(change).where('id', '=', id).execute();

onEachDatabase('ways in', ({ open }) => {
  describe('S21 sessions', () => {
    it('get a new id at every sign-in and are listed, the latest first', async () => {
      const { main } = await open();
      const account = await person(main);
      const phone = await createSession(main, account, 'Phone');
      const laptop = await createSession(main, account, 'Laptop');
      expect(phone).not.toBe(laptop);
      await age(main, phone, { last_seen_at: Date.now() - 1000 });
      expect((await listSessions(main, 'anna')).map((one) => one.user_agent)).toEqual(['Laptop', 'Phone']);
      expect(await liveSession(main, phone)).toMatchObject({ user_id: 'anna', address: 'anna@example.org' });
    });

    it('end after 30 days without use and 90 days in any case', async () => {
      const { main } = await open();
      const id = await createSession(main, await person(main), '');
      await age(main, id, { last_seen_at: Date.now() - IDLE_MS + DAY });
      expect(await liveSession(main, id)).not.toBeNull();
      // Being used has renewed it.
      expect((await liveSession(main, id))?.last_seen_at).toBeGreaterThan(Date.now() - DAY);
      await age(main, id, { last_seen_at: Date.now() - IDLE_MS - 1 });
      expect(await liveSession(main, id)).toBeNull();
      await age(main, id, { last_seen_at: Date.now(), created_at: Date.now() - ABSOLUTE_MS - 1 });
      expect(await liveSession(main, id)).toBeNull();
      expect(await listSessions(main, 'anna')).toEqual([]);
    });

    it('are ended one by one, all, or all others; never those of somebody else', async () => {
      const { main } = await open();
      const [anna, boris] = [await person(main), await person(main, 'boris')];
      const [one, two, three] = [
        await createSession(main, anna, ''),
        await createSession(main, anna, ''),
        await createSession(main, boris, ''),
      ];
      await expect(endSession(main, 'boris', one)).rejects.toMatchObject({ code: 'notFound' });
      await endSessions(main, 'anna', one);
      expect(await liveSession(main, two)).toBeNull();
      await endSession(main, 'anna', one);
      expect(await liveSession(main, one)).toBeNull();
      expect(await liveSession(main, three)).not.toBeNull();
    });

    it('take open streams with them: at once here, within 5 s when another node ended them', async () => {
      const { main } = await open();
      const account = await person(main);
      const [here, there, stays] = [
        await createSession(main, account, ''),
        await createSession(main, account, ''),
        await createSession(main, account, ''),
      ];
      const ended: string[] = [];
      const stop = [here, there, stays].map((id) => revocations().listen(main, id, () => ended.push(id)));
      await endSession(main, 'anna', here);
      await revocations().check(main);
      expect(ended).toEqual([here]);
      await endSession(main, 'anna', there);
      const from = Date.now();
      await vi.waitFor(() => expect(ended).toEqual([here, there]), { timeout: 5_000 });
      expect(Date.now() - from).toBeLessThan(5_000);
      for (const end of stop) end();
    });
  });

  describe('app passwords', () => {
    it('are kept as a hash, remember their last use, and end when revoked', async () => {
      const { main } = await open();
      await person(main);
      const { id, password } = await createAppPassword(main, 'anna', 'Phone');
      const row = await main.selectFrom('app_password').selectAll().executeTakeFirstOrThrow();
      expect(JSON.stringify(row)).not.toContain(password.slice(3));
      expect(row.last_used_at).toBeNull();
      expect(await takeAppPassword(main, password)).toEqual({ id, userId: 'anna' });
      expect(
        (await main.selectFrom('app_password').selectAll().executeTakeFirstOrThrow()).last_used_at,
      ).toBeGreaterThan(0);
      await expect(revokeAppPassword(main, 'boris', id)).rejects.toMatchObject({ code: 'notFound' });
      await revokeAppPassword(main, 'anna', id);
      expect(await takeAppPassword(main, password)).toBeNull();
    });
  });

  describe('sign-in tickets', () => {
    it('are good once and for two minutes', async () => {
      const { main } = await open();
      const { id } = await person(main);
      const ticket = await createTicket(main, id);
      expect(await redeemTicket(main, `${ticket}x`)).toBeNull();
      expect(await redeemTicket(main, ticket)).toBe(id);
      expect(await redeemTicket(main, ticket)).toBeNull();
      const old = await createTicket(main, id);
      await main
        .updateTable('sign_in_ticket')
        .set({ expires_at: Date.now() - 1 })
        .execute();
      expect(await redeemTicket(main, old)).toBeNull();
    });
  });
});
