import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmailRow } from '@/lib/index/types';
import type { MailboxRole } from '@/lib/jmap/types';
import { decodeText } from '@/lib/mime/text';
import { collect } from '@/lib/source/local/bodies';
import { seedDemo } from '@/lib/source/local/demo/seed';
import { type LocalAccount, localAccount } from './local-account';

let account: LocalAccount;
const now = Date.now();

beforeAll(async () => {
  account = await localAccount('sqlite');
  await seedDemo(account.source, { now });
});
afterAll(() => account?.close());

async function emails(filter: { inMailbox: string } | null, collapseThreads = false): Promise<EmailRow[]> {
  const { ids } = await account.index.query({
    filter,
    sort: [{ property: 'receivedAt', isAscending: false }],
    ...{ collapseThreads, position: 0, anchor: null, anchorOffset: 0, limit: 500 },
  });
  return account.index.emails(ids);
}

const inRole = (role: MailboxRole) => emails({ inMailbox: account.source.roleId(role) });

async function bySubject(part: string): Promise<EmailRow> {
  const found = (await emails(null)).find((row) => row.headers?.subject?.includes(part));
  if (!found) throw new Error(`no message about ${part}`);
  return found;
}

describe('demo mailbox', () => {
  it('holds about sixty messages in all mailboxes', async () => {
    const all = await emails(null);
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(all.length).toBeLessThan(90);
    for (const role of ['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash'] as const) {
      expect(await inRole(role)).not.toHaveLength(0);
    }
    const own = (await account.index.mailboxes()).filter(({ role }) => role === null);
    expect(own.map(({ name }) => name).toSorted()).toEqual(['Lake house', 'Travel']);
    expect(own.find(({ name }) => name === 'Lake house')?.parentId).not.toBeNull();
  });

  it('is of today, and nothing is of the future', async () => {
    const times = (await inRole('inbox')).map((row) => row.receivedAt);
    expect(Math.max(...times)).toBeGreaterThan(now - 3_600_000);
    expect(Math.max(...times)).toBeLessThanOrEqual(now);
  });

  it('joins conversations, the own answers from Sent included', async () => {
    const { threadId } = await bySubject('lake house');
    const [thread] = await account.index.threads([threadId]);
    expect(thread?.emailIds).toHaveLength(14);
  });

  it.each([
    ['Договор аренды', 'koi8-r', 'крыша за хозяином'],
    ['Рецепт пирога', 'windows-1251', 'Пирог нужно накрыть'],
    ['来週の打ち合わせ', 'iso-2022-jp', '火曜日の十時'],
    ['样品已经寄出', 'gb18030', '请查收后告诉我'],
    ['دعوة إلى', 'utf-8', 'الشاي بالنعناع'],
  ])('shows %s, written in %s', async (subject, charset, words) => {
    const row = await bySubject(subject);
    const part = row.structure;
    expect(part?.params.charset).toBe(charset);
    const raw = await collect(await account.source.readPart(row.id, '1'));
    expect(part && decodeText(raw, part)).toMatchObject({
      value: expect.stringContaining(words),
      isEncodingProblem: false,
    });
  });

  it('has pictures, documents, an invitation, and a mail without a subject', async () => {
    const names = (await emails(null)).flatMap((row) => partNames(row.structure));
    for (const name of [
      'noon.png',
      'statement.pdf',
      'Programme v2.docx',
      'invite.ics',
      'Программа вечера (черновик).txt',
    ]) {
      expect(names).toContain(name);
    }
    expect((await emails(null)).some((row) => row.headers?.subject === null)).toBe(true);
  });

  it('is found by words in any language', async () => {
    const search = (text: string) => account.source.search({ text }, null, new AbortController().signal);
    expect((await search('mosquitoes')).emailIds).not.toHaveLength(0);
    expect((await search('договор')).emailIds).toContain((await bySubject('Договор аренды')).id);
  });
});

function partNames(part: EmailRow['structure']): (string | null)[] {
  return part ? [part.name, ...(part.parts ?? []).flatMap(partNames)] : [];
}
