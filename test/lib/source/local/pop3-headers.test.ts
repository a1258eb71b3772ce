/** Headers first: large messages come in two steps, and stay on the server between them. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import { collect as bytesOf } from '@/lib/source/local/bodies';
import { type FakeMaildrop, type FakeMessage, fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { type LocalAccount, localAccount } from './local-account';

let maildrop: FakeMaildrop;
let account: LocalAccount;

afterEach(async () => {
  await account?.close();
  await maildrop?.close();
});

const small: FakeMessage = { uidl: 's1', raw: 'Subject: small\r\n\r\nbody\r\n' };
const large = (uidl: string, subject = 'large'): FakeMessage => ({
  uidl,
  raw: `Message-ID: <${subject}@example.org>\r\nSubject: ${subject}\r\n\r\nneedle\r\n${'line of it\r\n'.repeat(110_000)}`,
});

async function start(messages: FakeMessage[], pop3: Partial<Pop3Settings> = {}, dialect?: 'postgres') {
  maildrop = await fakeMaildrop(messages);
  const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
  account = await localAccount(dialect ?? 'sqlite', { incoming, password: 'pw', pop3 });
}

async function collect(): Promise<string | null> {
  await account.source.collect().catch(() => undefined);
  await account.source.idle();
  return account.source.status().error?.code ?? null;
}

/** With the setting that all of each message is wanted. */
async function reopenedForAll(): Promise<void> {
  const { dataDir } = account;
  await account.close(true);
  const incoming = { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' };
  const pop3 = { headersFirstMegabytes: null };
  account = await localAccount('sqlite', { incoming, password: 'pw', pop3, dataDir });
  expect(await collect()).toBeNull();
}

async function rows() {
  const { ids } = await account.index.query({
    filter: null,
    sort: [{ property: 'subject' }],
    ...{ collapseThreads: false, position: 0, anchor: null, anchorOffset: 0, limit: 50 },
  });
  return account.index.emails(ids);
}

async function rowOf(subject: string) {
  const row = (await rows()).find(({ headers }) => headers?.subject === subject);
  if (!row) throw new Error(`no ${subject}`);
  return row;
}

const raw = async (id: string) => (await bytesOf(await account.source.readRaw(id))).toString('latin1');
const sent = (verb: string) => maildrop.commands.filter((line) => line.startsWith(verb));
const onServer = () => maildrop.messages.map(({ uidl }) => uidl);

describe('POP3, headers first', () => {
  it.each(['sqlite', 'postgres'] as const)(
    'I10: the body of a large message comes when it is read, and only then may it go there, on %s',
    async (dialect) => {
      const message = large('l1');
      await start([small, message], { leaveOnServer: false }, dialect === 'postgres' ? dialect : undefined);
      expect(await collect()).toBeNull();
      expect(onServer()).toEqual(['l1']);
      expect(sent('RETR')).toHaveLength(1);
      const row = await rowOf('large');
      expect(row).toMatchObject({
        keywords: ['headers-only'],
        size: message.raw.length,
        hasStructure: false,
      });
      expect((await account.source.readHeader(row.id)).toString()).toContain('Subject: large');
      expect(await collect()).toBeNull();
      expect(onServer()).toEqual(['l1']);
      expect(await rows()).toHaveLength(2);
      const state = await account.index.state();
      await account.source.fill([row.id], ['structure']);
      expect((await account.index.changes('Email', state, 10)).updated).toEqual([row.id]);
      expect(await raw(row.id)).toBe(message.raw);
      const whole = await rowOf('large');
      expect(whole).toMatchObject({ keywords: [], id: row.id, hasStructure: true });
      expect(whole.preview).toContain('needle');
      expect(await account.index.search({ body: 'needle' }, null, 10)).toEqual([row.id]);
      expect(await collect()).toBeNull();
      expect(onServer()).toEqual([]);
      expect(sent('RETR')).toHaveLength(2);
    },
  );

  it.each(['collected', 'opened'])(
    'what is here by its headers stays here, when mail goes to another account by now, and is whole once it is %s',
    async (when) => {
      const message = large('l1');
      await start([message]);
      await collect();
      const { dataDir } = account;
      await account.close(true);
      const there: string[] = [];
      account = await localAccount('sqlite', {
        ...{ dataDir, password: 'pw', pop3: { targetAccountId: 'aother' } },
        incoming: { host: '127.0.0.1', port: maildrop.port, security: 'none' as const, user: 'ann' },
        destination: {
          mailbox: async () => 'inbox',
          find: async () => null,
          append: async ({ raw }) => `e${there.push(raw.toString())}`,
        },
      });
      maildrop.messages = [message, small];
      if (when === 'collected') expect(await collect()).toBeNull();
      const { id } = await rowOf('large');
      expect(await raw(id)).toBe(message.raw);
      expect((await rowOf('large')).keywords).toEqual([]);
      expect(await collect()).toBeNull();
      expect(there).toEqual([small.raw]);
    },
  );

  it('reading its bytes fetches it, once for all who ask', async () => {
    const message = large('l1');
    await start([message]);
    await collect();
    const { id } = await rowOf('large');
    expect(await Promise.all([raw(id), raw(id)])).toEqual([message.raw, message.raw]);
    expect(sent('RETR')).toHaveLength(1);
  });

  it('says so when the server no longer has the rest', async () => {
    await start([large('l1')]);
    await collect();
    maildrop.messages = [];
    const { id } = await rowOf('large');
    await expect(account.source.readRaw(id)).rejects.toMatchObject({ code: 'goneAtProvider' });
  });

  it('R23: new UIDLs bring neither headers nor whole messages twice', async () => {
    await start([large('l1', 'one'), large('l2', 'two')]);
    await collect();
    await raw((await rowOf('one')).id);
    maildrop.messages = maildrop.messages.map((message) => ({ ...message, uidl: `new-${message.uidl}` }));
    expect(await collect()).toBeNull();
    expect(await rows()).toHaveLength(2);
    await raw((await rowOf('two')).id);
    expect(await rows()).toHaveLength(2);
  });

  it('what is done with it while its body comes is kept', async () => {
    await start([large('l1')]);
    await collect();
    const { id } = await rowOf('large');
    const write = account.index.write.bind(account.index);
    vi.spyOn(account.index, 'write').mockImplementationOnce(async (work) => {
      const seen = { addKeywords: ['$seen'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
      await account.source.updateEmails([{ id, ...seen }]);
      return write(work);
    });
    await raw(id);
    expect((await rowOf('large')).keywords).toEqual(['$seen']);
  });

  it.each(['opened', 'collected'])(
    'R23: its UIDL given to another one does not bring that under its name when it is %s',
    async (when) => {
      await start([large('l1', 'old')]);
      await collect();
      const { id } = await rowOf('old');
      maildrop.messages = [large('l1', 'another')];
      if (when === 'opened') {
        await expect(account.source.readRaw(id)).rejects.toMatchObject({ code: 'goneAtProvider' });
        expect(await collect()).toBeNull();
      } else await reopenedForAll();
      expect((await rows()).map(({ headers }) => headers?.subject)).toEqual(['another', 'old']);
      expect(await raw((await rowOf('another')).id)).toContain('Subject: another');
      await expect(account.source.readRaw(id)).rejects.toThrow();
    },
  );

  it('R23: one that is smaller than the server said is completed as well, not doubled', async () => {
    await start([small]);
    maildrop.misbehaviour.answer = (line) => (line === 'LIST' ? '+OK\r\n1 2000000\r\n.\r\n' : null);
    await collect();
    const { id } = await rowOf('small');
    await reopenedForAll();
    expect(await rows()).toMatchObject([{ id, keywords: [] }]);
    expect(await raw(id)).toBe(small.raw);
  });

  it('a server that deletes by itself is asked for whole messages', async () => {
    await start([large('l1')]);
    maildrop.misbehaviour.answer = (line) =>
      line === 'CAPA' ? '+OK\r\nUSER\r\nUIDL\r\nTOP\r\nEXPIRE 7\r\n.\r\n' : null;
    await collect();
    expect(await rowOf('large')).toMatchObject({ keywords: [], hasStructure: true });
    const sessions = await account.databases.main.selectFrom('pop_session').select('expire_days').execute();
    expect(sessions).toEqual([{ expire_days: 7 }]);
  });

  it('is whole from the next collecting on once the setting says so', async () => {
    await start([large('l1')]);
    await collect();
    await reopenedForAll();
    expect(await rows()).toHaveLength(1);
    expect(await rowOf('large')).toMatchObject({ keywords: [], hasStructure: true });
  });
});
