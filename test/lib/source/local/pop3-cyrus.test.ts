/** A POP3 account on Cyrus, over STLS; the judge is its IMAP side. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Pop3Settings } from '@/lib/account/record';
import { collect as bytesOf } from '@/lib/source/local/bodies';
import { type CyrusServer, hasCyrus, startCyrus } from '@/test/servers/cyrus';
import { PlainImap } from '@/test/servers/plain-imap';
import { type LocalAccount, localAccount } from './local-account';

const mail = (n: number, body: string) =>
  `Date: Tue, 03 Nov 2026 10:00:0${n} +0000\r\nMessage-ID: <c${n}@example.org>\r\nSubject: mail ${n}\r\n\r\n${body}`;

describe.skipIf(!hasCyrus)('a POP3 account on Cyrus', () => {
  let cyrus: CyrusServer;
  let account: LocalAccount | null = null;
  beforeAll(async () => {
    cyrus = await startCyrus({ keep: 'pw', dele: 'pw', large: 'pw' });
  });
  afterAll(() => cyrus?.stop());
  afterEach(() => account?.close());

  async function open(
    user: string,
    messages: string[],
    pop3: Partial<Pop3Settings> = {},
  ): Promise<PlainImap> {
    const imap = await PlainImap.open(cyrus.ports.imap, user, 'pw');
    for (const raw of messages) expect(await imap.append('INBOX', raw)).toMatchObject({ status: 'OK' });
    account = await localAccount('sqlite', {
      incoming: { host: 'localhost', port: cyrus.ports.pop3, security: 'starttls', user },
      ...{ password: 'pw', caFile: cyrus.tls.caFile, pop3 },
    });
    return imap;
  }

  async function collect(): Promise<string | null> {
    await account?.source.collect();
    await account?.source.idle();
    return account?.source.status().error?.code ?? null;
  }

  async function kept(): Promise<string[]> {
    if (!account) return [];
    const { index, source } = account;
    const found: string[] = [];
    for (const { emailId } of await index.mailboxLocations(source.roleId('inbox'), 1, 1_000)) {
      found.push((await bytesOf(await source.readRaw(emailId))).toString('latin1'));
    }
    return found;
  }

  async function left(imap: PlainImap): Promise<number> {
    await imap.must('SELECT INBOX');
    return (await imap.uids()).length;
  }

  it('brings each byte once, and leaves all there', async () => {
    const all = [mail(1, 'one\r\n'), mail(2, '.\r\n..dots\r\n.\r\n'), mail(3, '\xe9\xff 8-bit\r\n\r\n')];
    const imap = await open('keep', all);
    expect(await collect()).toBeNull();
    expect(await collect()).toBeNull();
    expect(await kept()).toEqual(all);
    expect(await left(imap)).toBe(3);
    imap.close();
  });

  it('I10: deletes there what is stored here', async () => {
    const imap = await open('dele', [mail(1, 'one\r\n'), mail(2, 'two\r\n')], { leaveOnServer: false });
    expect(await collect()).toBeNull();
    expect(await kept()).toHaveLength(2);
    expect(await left(imap)).toBe(0);
    imap.close();
  });

  it('brings the headers of a large one first, the rest when it is read', async () => {
    const large = mail(1, 'a line of the large one\r\n'.repeat(60_000));
    const imap = await open('large', [large], { leaveOnServer: false });
    expect(await collect()).toBeNull();
    expect(await left(imap)).toBe(1);
    expect(await kept()).toEqual([large]);
    expect(await collect()).toBeNull();
    expect(await left(imap)).toBe(0);
    imap.close();
  });
});
