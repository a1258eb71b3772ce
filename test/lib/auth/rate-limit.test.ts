import { expect, it } from 'vitest';
import { enterAttempt } from '@/lib/auth/rate-limit';
import { onEachDatabase } from '@/test/lib/db/databases';

const ON = { rateLimits: true, fixed: null };
const attempt = (login: string, address = '192.0.2.1', host = 'imap.example.org') => ({
  login,
  address,
  host,
});
const limited = { code: 'rateLimit', params: { seconds: expect.any(Number) } };

onEachDatabase('S25 limits on sign-in', ({ open }) => {
  it('refuse the sixth failure of a login from one address within a minute, and say how long to wait', async () => {
    const { main } = await open();
    for (let n = 0; n < 5; n++) await enterAttempt(main, ON, attempt('anna'));
    const refused = await enterAttempt(main, ON, attempt('anna')).catch((error) => error);
    expect(refused).toMatchObject(limited);
    expect(refused.params.seconds).toBeGreaterThan(50);
    expect(refused.params.seconds).toBeLessThanOrEqual(60);
  });

  it('cannot be used to lock somebody out from elsewhere', async () => {
    const { main } = await open();
    for (let n = 0; n < 5; n++) await enterAttempt(main, ON, attempt('anna', '198.51.100.1'));
    await expect(enterAttempt(main, ON, attempt('anna', '192.0.2.1'))).resolves.toBeDefined();
  });

  it('count failures only', async () => {
    const { main } = await open();
    for (let n = 0; n < 30; n++) await (await enterAttempt(main, ON, attempt('anna'))).succeeded();
    await expect(enterAttempt(main, ON, attempt('anna'))).resolves.toBeDefined();
  });

  it('do not count a dead server against the login, but against the address', async () => {
    const { main } = await open();
    for (let n = 0; n < 20; n++) await (await enterAttempt(main, ON, attempt('anna'))).undecided();
    await expect(enterAttempt(main, ON, attempt('anna'))).rejects.toMatchObject(limited);
    await expect(enterAttempt(main, ON, attempt('anna', '192.0.2.9'))).resolves.toBeDefined();
  });

  it('refuse many logins from one address', async () => {
    const { main } = await open();
    for (let n = 0; n < 20; n++) await enterAttempt(main, ON, attempt(`user${n}`));
    await expect(enterAttempt(main, ON, attempt('another'))).rejects.toMatchObject(limited);
  });

  it('are no relay for a list of stolen passwords', async () => {
    const { main } = await open();
    for (let n = 0; n < 100; n++) await enterAttempt(main, ON, attempt(`user${n}`, `192.0.2.${n}`));
    await expect(enterAttempt(main, ON, attempt('another', '198.51.100.7'))).rejects.toMatchObject(limited);
    await expect(
      enterAttempt(main, ON, attempt('another', '198.51.100.7', 'imap.example.net')),
    ).resolves.toBeDefined();
  });

  it('hold against many attempts at once', async () => {
    const { main } = await open();
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, () => enterAttempt(main, ON, attempt('anna'))),
    );
    expect(all.filter((one) => one.status === 'fulfilled').length).toBeLessThanOrEqual(5);
  });

  it('keep no address and no login in clear', async () => {
    const { main } = await open();
    await enterAttempt(main, ON, attempt('anna@example.org'));
    const rows = JSON.stringify(await main.selectFrom('attempt').selectAll().execute());
    expect(rows).not.toMatch(/anna|192\.0|imap/);
  });

  it('may be switched off', async () => {
    const { main } = await open();
    const off = { ...ON, rateLimits: false };
    for (let n = 0; n < 10; n++) await enterAttempt(main, off, attempt('anna'));
    expect(await main.selectFrom('attempt').selectAll().execute()).toEqual([]);
  });
});
