/** How much mail one person may keep here. */
import { afterEach, describe, expect, it } from 'vitest';
import { fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from './local-account';

let account: LocalAccount;
afterEach(() => account?.close());

const raw = (n: number) => `Message-ID: <${n}@example.org>\r\nSubject: m${n}\r\n\r\n${'x'.repeat(1_000)}\r\n`;

async function withUser({ databases }: LocalAccount): Promise<void> {
  const user = { id: 'u1', created_at: 0, settings: '{}' };
  await databases.main.insertInto('user').values(user).execute();
  const row = {
    id: 'aannexample',
    user_id: 'u1',
    address: 'a',
    name: 'a',
    kind: 'pop3' as const,
    position: 0,
  };
  const rest = { incoming: null, outgoing: null, settings: '{}', sign_in_key: null, created_at: 0 };
  await databases.main
    .insertInto('account')
    .values({ ...row, ...rest })
    .execute();
}

describe('a limit of mail', () => {
  it('I10: what has no room is neither stored nor deleted at the provider, and comes when there is', async () => {
    const maildrop = await fakeMaildrop([1, 2, 3].map((n) => ({ uidl: `u${n}`, raw: raw(n) })));
    const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
    const pop3 = { leaveOnServer: false };
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3, storageLimit: 2_500 });
    await withUser(account);
    await account.source.collect();
    await account.source.idle();
    expect(account.source.status().error).toMatchObject({ code: 'mailStoreFull' });
    expect(maildrop.messages).toHaveLength(3);
    const { dataDir } = account;
    await account.close(true);
    account = await localAccount('sqlite', { incoming, password: 'pw', pop3, storageLimit: 5_000, dataDir });
    await account.source.collect();
    await account.source.idle();
    expect(maildrop.messages).toEqual([]);
    const used = raw(1).length * 3;
    expect(await account.source.stored()).toEqual({ messages: 3, bytes: used, used, limit: 5_000 });
    expect(await account.source.quotas()).toEqual([
      { name: 'Gatepost', resourceType: 'octets', used, hardLimit: 5_000 },
    ]);
    await maildrop.close();
  });

  it('is told to who writes more, and ends with what is deleted', async () => {
    account = await localAccount('sqlite', { storageLimit: 1_500 });
    await withUser(account);
    const inbox = account.source.roleId('inbox');
    const append = (n: number) =>
      account.source.append({ raw: Buffer.from(raw(n)), mailboxIds: [inbox], keywords: [], receivedAt: 1 });
    const first = await append(1);
    await expect(append(2)).rejects.toMatchObject({ code: 'mailStoreFull' });
    await account.source.destroyEmails([first]);
    await append(2);
  });
});
