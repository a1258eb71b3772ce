import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileSent, isFound } from '@/lib/account/sent-copy';
import type { Email, Mailbox } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type Fixture, type GetAnswer, openFixture } from '@/test/lib/jmap/fixture';

describe.each(['local', 'imap'] as const)('the copy in Sent of a %s account', (kind) => {
  let jmap: Fixture;
  let sent: Mailbox;
  beforeAll(async () => {
    jmap = await openFixture(kind);
    sent = await jmap.mailbox('sent');
  });
  afterAll(() => jmap?.close());

  const file = async (emailId: string, raw: Buffer, sentAt = Date.now()) =>
    fileSent(await jmap.runtime.accounts.open(jmap.accountId), { emailId, raw, sentAt });
  const sentIds = async () =>
    (await jmap.call<{ ids: string[] }>('Email/query', { filter: { inMailbox: sent.id } })).ids;

  it('I6: is the draft itself, once, however often it is asked', async () => {
    const raw = plainMessage('Filed', 'x');
    const id = await jmap.importEmail(raw, 'drafts', ['$draft']);
    expect(await file(id, raw)).toBe(id);
    expect(await file(id, raw)).toBe(id);
    const { list } = await jmap.call<GetAnswer<Email>>('Email/get', {
      ids: [id],
      properties: ['mailboxIds', 'keywords'],
    });
    expect(list).toEqual([{ id, mailboxIds: { [sent.id]: true }, keywords: { $seen: true } }]);
  });

  it('I4: is what went out, where the draft was written otherwise', async () => {
    const raw = plainMessage('Rewritten', 'x');
    const id = await jmap.importEmail(Buffer.concat([Buffer.from('X-Fcc: Sent\r\n'), raw]), 'drafts');
    const copy = await file(id, raw);
    expect(await file(id, raw)).toBe(copy);
    expect(await jmap.call('Email/get', { ids: [id, copy], properties: ['size'] })).toMatchObject({
      list: [{ id: copy, size: raw.length }],
      notFound: [id],
    });
  });

  it('is written anew when the draft is gone, and only once', async () => {
    const raw = plainMessage('Gone draft', 'x');
    const before = await sentIds();
    const first = await file('enone', raw);
    expect(await file('enone', raw)).toBe(first);
    expect(await sentIds()).toHaveLength(before.length + 1);
  });

  it('I6, pitfall 13: is the one that the server made itself, and the draft goes', async () => {
    const raw = plainMessage('By the server', 'x');
    const copy = await jmap.importEmail(raw, 'sent', ['$seen']);
    const id = await jmap.importEmail(raw, 'drafts', ['$draft']);
    expect(await file(id, raw)).toBe(copy);
    expect(await jmap.call('Email/get', { ids: [id, copy], properties: ['id'] })).toMatchObject({
      list: [{ id: copy }],
      notFound: [id],
    });
  });

  it('pitfall 18: is the one that Outlook made under a Message-ID of its own', async () => {
    const raw = plainMessage('By Outlook', 'x');
    const theirs = raw
      .toString()
      .replace('Message-ID:', 'Message-ID: <x@outlook>\r\nX-Microsoft-Original-Message-ID:');
    const copy = await jmap.importEmail(Buffer.from(theirs), 'sent', ['$seen']);
    const id = await jmap.importEmail(raw, 'drafts', ['$draft']);
    expect(await isFound(await jmap.runtime.accounts.open(jmap.accountId), id, raw)).toBe(true);
    expect(await file(id, raw)).toBe(copy);
  });

  it("I6, pitfall 13: waits for the server's own after sending, also when the draft is gone, but not for ever", async () => {
    const { record } = await jmap.runtime.accounts.open(jmap.accountId);
    const { sentCopy } = record.settings;
    record.settings.sentCopy = 'server';
    const raw = plainMessage('Awaited', 'x');
    const before = await sentIds();
    await expect(file('enone', raw)).rejects.toMatchObject({ code: 'tryLater' });
    expect(await sentIds()).toHaveLength(before.length);
    await file('enone', raw, Date.now() - 11 * 60_000);
    expect(await sentIds()).toHaveLength(before.length + 1);
    record.settings.sentCopy = sentCopy;
  });

  it('marks what was forwarded', async () => {
    const original = plainMessage('Original', 'x');
    const originalId = await jmap.importEmail(original);
    const [, messageId] = /Message-ID: (<[^>]+>)/.exec(original.toString()) ?? [];
    const raw = plainMessage('Fwd: Original', 'x', [`X-Forwarded-Message-Id: ${messageId}`]);
    await file(await jmap.importEmail(raw, 'drafts'), raw);
    const { list } = await jmap.call<GetAnswer<Email>>('Email/get', {
      ids: [originalId],
      properties: ['keywords'],
    });
    expect(list[0]?.keywords).toEqual({ $forwarded: true });
  });
});
