import { expect, test } from 'vitest';
import { SenderServers } from '@/lib/account/sender-servers';
import { onEachDatabase } from '@/test/lib/db/databases';

const key = (id: string) => ({ id, key: Buffer.alloc(32, id) });
const server = { host: 'smtp.example.org', port: 465, security: 'tls', user: 'sales' } as const;

onEachDatabase('servers of senders', ({ open }) => {
  test('S24: the password opens for its own sender only, and after a change of the key', async () => {
    const { main } = await open();
    const before = new SenderServers(main, { secretKeys: [key('a')] });
    await before.set('acc', 'i1', server, 'hush');
    expect(await before.find('acc', 'i1')).toEqual({ server, secret: { password: 'hush' } });
    expect([...(await before.list('acc')).keys()]).toEqual(['i1']);
    const after = new SenderServers(main, { secretKeys: [key('b'), key('a')] });
    expect(await after.reseal()).toBe(1);
    expect(await after.reseal()).toBe(0);
    const only = new SenderServers(main, { secretKeys: [key('b')] });
    expect(await only.find('acc', 'i1')).toMatchObject({ secret: { password: 'hush' } });
    await main.updateTable('sender_server').set({ identity_id: 'i2' }).execute();
    await expect(only.find('acc', 'i2')).rejects.toMatchObject({ code: 'wrongPassword' });
    await only.remove('acc', 'i2');
    expect(await only.find('acc', 'i2')).toBeNull();
  });
});
