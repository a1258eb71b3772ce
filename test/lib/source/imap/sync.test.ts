/** What other programs do to the mailbox, on servers of every tier (gateway.md 1). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Id } from '@/lib/jmap/types';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import {
  bareImap,
  type ImapProxy,
  type Rewrite,
  startProxy,
  withoutCapabilities,
} from '@/test/servers/proxy';
import { type ImapAccount, openImapAccount, PASSWORD } from './imap-account';

const TIERS: [name: string, user: string, rewrite: Rewrite | null][] = [
  ['QRESYNC', 'qresync', null],
  ['CONDSTORE only', 'condstore', withoutCapabilities('QRESYNC', 'ENABLE')],
  ['no CONDSTORE', 'flat', withoutCapabilities('QRESYNC', 'CONDSTORE', 'ENABLE', 'ESEARCH')],
  ['bare IMAP4rev1', 'bare', bareImap],
];

let dovecot: DovecotServer;

beforeAll(async () => {
  dovecot = await startDovecot({ users: Object.fromEntries(TIERS.map(([, user]) => [user, PASSWORD])) });
});
afterAll(() => dovecot.stop());

describe.each(TIERS)('%s', (_name, user, rewrite) => {
  let account: ImapAccount;
  let proxy: ImapProxy | null = null;
  let inbox: Id;

  beforeAll(async () => {
    for (let n = 1; n <= 40; n += 1) {
      await dovecot.deliver(user, `Subject: mail ${n}\nMessage-ID: <${n}@${user}>\n\nbody ${n}\n`, {
        flags: 'S',
      });
    }
    if (rewrite) {
      proxy = await startProxy({ upstreamPort: dovecot.ports.imap, tls: dovecot.tls, fromServer: rewrite });
    }
    account = await openImapAccount(dovecot, { user, port: proxy?.port ?? dovecot.ports.imaps });
    await account.source.refreshMailboxes();
    inbox = await account.byRole('inbox');
    await account.source.refreshMailbox(inbox, 10);
  });
  afterAll(async () => {
    await account.close();
    await proxy?.stop();
  });

  const rows = async () => {
    const locations = await account.index.mailboxLocations(inbox, 1, 1_000_000);
    const emails = await account.index.emails(locations.map(({ emailId }) => emailId));
    return new Map(emails.map((email) => [email.headers?.subject, email]));
  };

  it('shows the newest first and fills the rest behind', async () => {
    await account.source.filled();
    expect(await account.index.mailbox(inbox)).toMatchObject({ totalEmails: 40, unreadEmails: 0 });
    expect((await account.index.mailbox(inbox))?.wire?.filledDownTo).toBe(1);
    expect((await rows()).get('mail 1')?.headers?.messageId).toEqual([`1@${user}`]);
  });

  it('sees new mail', async () => {
    await dovecot.deliver(user, 'Subject: fresh\n\nnew\n');
    await account.source.refreshMailbox(inbox, 10);
    expect((await rows()).get('fresh')?.keywords).toEqual([]);
    expect(await account.index.mailbox(inbox)).toMatchObject({ totalEmails: 41, unreadEmails: 1 });
  });

  it('pitfall 2: sees flags that others set, on new and on old messages', async () => {
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Flagged', 'mailbox', 'INBOX', 'subject', 'fresh');
    await dovecot.doveadm('flags', 'remove', '-u', user, '\\Seen', 'mailbox', 'INBOX', 'uid', '2');
    await account.source.refreshMailbox(inbox, 10);
    expect((await rows()).get('fresh')?.keywords).toEqual(['$flagged']);
    expect((await rows()).get('mail 2')?.keywords).toEqual([]);
  });

  it('R15, pitfall 2, pitfall 33: sees that others expunged, and nothing else goes', async () => {
    const state = await account.index.state();
    await dovecot.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '3,39');
    await account.source.refreshMailbox(inbox, 10);
    const after = await rows();
    expect([after.has('mail 3'), after.has('mail 39'), after.size]).toEqual([false, false, 39]);
    expect((await account.index.changes('Email', state, 100)).destroyed).toHaveLength(2);
  });

  it('hides what others flagged \\Deleted', async () => {
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Deleted', 'mailbox', 'INBOX', 'uid', '5');
    await account.source.refreshMailbox(inbox, 10);
    expect((await account.index.mailbox(inbox))?.totalEmails).toBe(38);
    await dovecot.doveadm('flags', 'remove', '-u', user, '\\Deleted', 'mailbox', 'INBOX', 'uid', '5');
    await account.source.refreshMailbox(inbox, 10);
    expect((await account.index.mailbox(inbox))?.totalEmails).toBe(39);
  });

  it('does nothing when nothing happened', async () => {
    const state = await account.index.state();
    await account.source.refreshMailbox(inbox, 10);
    await account.source.refreshMailboxes();
    expect(await account.index.state()).toBe(state);
  });

  it('I9, pitfall 24: destroys its own and leaves what others flagged \\Deleted', async () => {
    const email = (await rows()).get('mail 10');
    await dovecot.doveadm('flags', 'add', '-u', user, '\\Deleted', 'mailbox', 'INBOX', 'uid', '11');
    const outcome = await account.source.destroyEmails([email?.id ?? '']);
    expect([...outcome.values()]).toEqual([null]);
    expect((await rows()).has('mail 10')).toBe(user === 'bare' ? await hidden('mail 10') : false);
    await account.source.refreshMailbox(inbox, 10);
    const left = async (uid: string) =>
      (await dovecot.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'uid', uid)).trim();
    expect(await left('11')).not.toBe('');
    await dovecot.doveadm('flags', 'remove', '-u', user, '\\Deleted', 'mailbox', 'INBOX', 'uid', '11');
    // What had to be put off for theirs goes at the next look.
    await account.source.refreshMailbox(inbox, 10);
    expect(await left('10')).toBe('');
    expect(await left('11')).not.toBe('');
    expect((await rows()).has('mail 10')).toBe(false);
  });

  /** Without UIDPLUS it stays on the server, flagged, and is in no list. */
  async function hidden(subject: string): Promise<boolean> {
    const locations = await account.index.mailboxLocations(inbox, 1, 1_000_000);
    const [email] = [...(await rows()).values()].filter((row) => row.headers?.subject === subject);
    return locations.some(({ emailId, hidden: gone }) => emailId === email?.id && gone);
  }

  it('R14, I7, pitfall 7: begins anew under another UIDVALIDITY, and touches no message by an old UID', async () => {
    const target = (await rows()).get('mail 20');
    await dovecot.doveadm('mailbox', 'update', '-u', user, '--uid-validity', '4242', 'INBOX');
    const patch = { id: target?.id ?? '', addKeywords: ['$flagged'] };
    const outcome = await account.source.updateEmails([
      { ...patch, removeKeywords: [], addMailboxes: [], removeMailboxes: [] },
    ]);
    // Either the session still has the old view and the right message is flagged, or the change is refused.
    expect([null, 'stateMismatch']).toContain(outcome.get(patch.id)?.code ?? null);
    await account.source.refreshMailbox(inbox, 10);
    await account.source.refreshMailbox(inbox, 10);
    await account.source.filled();
    expect((await account.index.mailbox(inbox))?.wire).toMatchObject({ uidValidity: 4242, filledDownTo: 1 });
    expect((await rows()).has('mail 20')).toBe(true);
    const flagged = await dovecot.doveadm('search', '-u', user, 'mailbox', 'INBOX', 'flagged');
    expect(flagged.trim().split('\n').length).toBeLessThanOrEqual(2);
  });
});
