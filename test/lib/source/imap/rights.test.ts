/** `myRights` are those of the server's access control lists (RFC 4314, RFC 8440), and cost no command for each mailbox and click. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ImapSession } from '@/lib/imap/session';
import { atom, quoted } from '@/lib/imap/tokens';
import type { MailboxRights } from '@/lib/jmap/types';
import { type CyrusServer, hasCyrus, startCyrus } from '@/test/servers/cyrus';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, startProxy } from '@/test/servers/proxy';
import { type ImapAccount, type MailServer, netConfig, openImapAccount, PASSWORD } from './imap-account';

const ACL = `
mail_plugins = $mail_plugins acl
protocol imap {
  mail_plugins = $mail_plugins imap_acl
}
plugin {
  acl = vfile
}
`;
const USER = 'rights';
const ALL: MailboxRights = {
  ...{ mayReadItems: true, mayAddItems: true, mayRemoveItems: true, maySetSeen: true, maySetKeywords: true },
  ...{ mayCreateChild: true, mayRename: true, mayDelete: true, maySubmit: true },
};
const LOOK_AND_MARK: MailboxRights = {
  ...{
    mayReadItems: true,
    mayAddItems: false,
    mayRemoveItems: false,
    maySetSeen: true,
    maySetKeywords: false,
  },
  ...{ mayCreateChild: false, mayRename: false, mayDelete: false, maySubmit: false },
};

/** As another program does. */
async function setRights(server: MailServer, path: string, rights: string): Promise<void> {
  const login = { host: 'localhost', port: server.ports.imaps, security: 'tls' as const, user: USER };
  const session = await ImapSession.open(login, { password: PASSWORD }, netConfig(server));
  if (rights === 'new') await session.exec('CREATE', [quoted(path)]);
  else await session.exec('SETACL', [quoted(path), atom(USER), atom(rights)]);
  await session.logout();
}

const rightsOf = async ({ index }: ImapAccount, name: string) =>
  (await index.mailboxes()).find((mailbox) => mailbox.name === name)?.rights;

describe('a server that tells them mailbox by mailbox', () => {
  let dovecot: DovecotServer;
  let proxy: ImapProxy;
  let account: ImapAccount;
  beforeAll(async () => {
    dovecot = await startDovecot({ users: { [USER]: PASSWORD }, config: ACL });
    proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls });
    await setRights(dovecot, 'Theirs', 'new');
    await setRights(dovecot, 'Theirs', 'lrsa');
    account = await openImapAccount(dovecot, { user: USER, port: proxy.port });
  });
  afterAll(async () => {
    await account.close();
    await proxy.stop();
    await dovecot.stop();
  });
  const asked = () => proxy.sent().filter((line) => line.includes(' MYRIGHTS ')).length;

  it('is asked behind the list, once', async () => {
    await account.source.refreshMailboxes();
    await vi.waitFor(async () => expect(await rightsOf(account, 'Theirs')).toEqual(LOOK_AND_MARK), 10_000);
    expect(await rightsOf(account, 'Archive')).toEqual(ALL);
    expect(await rightsOf(account, 'Inbox')).toEqual({ ...ALL, mayRename: false, mayDelete: false });
    const before = asked();
    expect(before).toBe((await account.index.mailboxes()).length);
    await account.source.refreshMailboxes();
    await account.source.refreshMailboxes();
    expect(asked()).toBe(before);
  });

  it('is asked again when it refuses what its rights allowed, and clients are told', async () => {
    await setRights(dovecot, 'Archive', 'lrsa');
    // A connection of before keeps to what it knew.
    await account.source.reconnect();
    const archive = await account.byRole('archive');
    expect(await rightsOf(account, 'Archive')).toEqual(ALL);
    const before = await account.index.state();
    const told = new Set<string>();
    const stop = account.index.onChange((types) => {
      for (const type of types) told.add(type);
    });
    const raw = Buffer.from('Subject: x\r\n\r\nx\r\n');
    const append = account.source.append({ raw, mailboxIds: [archive], keywords: [], receivedAt: 0 });
    await expect(append).rejects.toMatchObject({ code: 'forbidden' });
    await vi.waitFor(async () => expect(await rightsOf(account, 'Archive')).toEqual(LOOK_AND_MARK), 10_000);
    await vi.waitFor(() => expect([...told]).toContain('Mailbox'));
    stop();
    // Not as a change of counts alone (RFC 8621 §2.2).
    expect(await account.index.changes('Mailbox', before, 10)).toMatchObject({
      ...{ created: [], updated: [archive], destroyed: [], updatedProperties: null },
    });
  });
});

if (hasCyrus) {
  describe('a server that tells them with its list', () => {
    let cyrus: CyrusServer;
    let account: ImapAccount;
    beforeAll(async () => {
      cyrus = await startCyrus({ [USER]: PASSWORD });
      account = await openImapAccount(cyrus, { user: USER });
      await account.source.refreshMailboxes();
    });
    afterAll(async () => {
      await account?.close();
      await cyrus?.stop();
    });

    it('has them in the index when the list is there', async () => {
      await setRights(cyrus, 'Theirs', 'new');
      await setRights(cyrus, 'Theirs', 'lrsa');
      await account.source.refreshMailboxes();
      // Cyrus leaves an owner the rights over the mailbox itself.
      const own = { mayCreateChild: true, mayRename: true, mayDelete: true };
      expect(await rightsOf(account, 'Theirs')).toEqual({ ...LOOK_AND_MARK, ...own });
      expect(await rightsOf(account, 'Inbox')).toMatchObject({ mayAddItems: true, mayRemoveItems: true });
    });
  });
}
