/** Mails that the index holds outside of the range that was read, and that another program expunges (security.md R15). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type ImapProxy, type Rewrite, startProxy, withoutCapabilities } from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const TIERS: [name: string, user: string, rewrite: Rewrite][] = [
  ['QRESYNC', 'qresync', (line) => line],
  ['CONDSTORE only', 'condstore', withoutCapabilities('QRESYNC', 'ENABLE')],
  ['no CONDSTORE', 'flat', withoutCapabilities('QRESYNC', 'CONDSTORE', 'ENABLE', 'ESEARCH')],
];

let dovecot: DovecotServer;

beforeAll(async () => {
  dovecot = await startDovecot({ users: Object.fromEntries(TIERS.map(([, user]) => [user, PASSWORD])) });
});
afterAll(() => dovecot.stop());

describe.each(TIERS)('R15, %s: leaves no ghost of', (_name, user, fromServer) => {
  let account: ImapAccount;
  let proxy: ImapProxy;
  let inbox: Id;

  beforeAll(async () => {
    for (let n = 1; n <= 40; n += 1) {
      await dovecot.deliver(user, `Subject: mail ${n}\nMessage-ID: <${n}@${user}>\n\nword${n}x end\n`);
    }
    proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer });
    account = await openImapAccount(dovecot, { user, port: proxy.port });
    await account.source.refreshMailboxes();
    inbox = await account.byRole('inbox');
  });
  afterAll(async () => {
    await account?.close();
    await proxy?.stop();
  });

  const search = async (word: string) => {
    const { emailIds } = await account.source.search({ body: word }, [inbox], new AbortController().signal);
    expect(emailIds).toHaveLength(1);
    return emailIds[0] ?? '';
  };
  const expunge = (uid: string, mailbox = 'INBOX') =>
    dovecot.doveadm('expunge', '-u', user, 'mailbox', mailbox, 'uid', uid);
  const left = async (...ids: Id[]) =>
    (await account.index.emails(ids)).map(({ headers }) => headers?.subject);

  it('what a search found before the mailbox was ever opened', async () => {
    const [recent, old, flagged] = [await search('word39x'), await search('word2x'), await search('word3x')];
    await expunge('2,39');
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '3');
    await account.source.refreshMailbox(inbox, 5);
    await account.source.filled();
    expect(await left(recent, old)).toEqual([]);
    expect((await account.index.emails([flagged]))[0]?.keywords).toEqual(['$flagged']);
    expect(await account.index.mailbox(inbox)).toMatchObject({ totalEmails: 38 });
  });

  it('what a search found below what is filled, while the filling has not come there', async () => {
    const id = await search('word4x');
    await account.index.write((writer) => writer.setWire(inbox, { filledDownTo: 20 }));
    await expunge('4');
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'uid', '5');
    await account.source.refreshMailbox(inbox, 5);
    expect(await left(id)).toEqual([]);
    await account.source.filled();
    const fifth = (await account.index.mailboxLocations(inbox, 5, 5))[0]?.emailId ?? '';
    expect((await account.index.emails([fifth]))[0]?.keywords).toEqual(['$flagged']);
  });

  it('what we appended and another program took away before we looked', async () => {
    const raw = Buffer.from('Subject: short\r\nMessage-ID: <short@example.org>\r\n\r\nx\r\n');
    const id = await account.source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt: 0 });
    expect(await left(id)).toEqual(['short']);
    const uid = (await account.index.locations([id]))[0]?.uid;
    await expunge(String(uid));
    await account.source.refreshMailbox(inbox, 5);
    expect(await left(id)).toEqual([]);
    await account.source.refreshMailbox(inbox, 5);
    expect((await account.index.mailbox(inbox))?.totalEmails).toBe(37);
  });
});
