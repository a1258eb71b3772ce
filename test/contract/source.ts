/** What every source must do (lib/source/source.ts): run for local on both databases and for IMAP on real servers. */
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '@/lib/db/blob-store';
import { hashOf } from '@/lib/db/blob-store-spool';
import type { AccountIndex, EmailRow } from '@/lib/index/types';
import type { Id, MailboxRole } from '@/lib/jmap/types';
import { type ByteRange, type EmailPatch, mimeSection, type Source } from '@/lib/source/source';
import { mixedMessage, PDF, plainMessage } from './messages';

export interface SourceFixture {
  source: Source;
  index: AccountIndex;
  /** Of a source that keeps mail. */
  blobs?: BlobStore;
  close(): Promise<void>;
}

/** What a protocol or server lacks is said here, never worked around in a test. */
export interface SourceSkips {
  /** An Email in two mailboxes keeps one id: needs ids from the server. */
  twoMailboxes?: boolean;
}

const RECEIVED = Date.UTC(2026, 10, 3, 9, 0, 0);

export function sourceContract(
  name: string,
  makeSource: () => Promise<SourceFixture>,
  skips: SourceSkips = {},
): void {
  describe(`source contract: ${name}`, () => {
    let fixture: SourceFixture;
    let source: Source;
    let index: AccountIndex;
    let inbox: Id;

    beforeAll(async () => {
      fixture = await makeSource();
      ({ source, index } = fixture);
      await source.refreshMailboxes();
      inbox = await byRole('inbox');
    });
    afterAll(() => fixture?.close());

    async function byRole(role: MailboxRole): Promise<Id> {
      const found = (await index.mailboxes()).find((mailbox) => mailbox.role === role);
      if (!found) throw new Error(`no ${role}`);
      await source.refreshMailbox(found.id, 50);
      return found.id;
    }

    async function append(raw: Buffer, mailboxId = inbox, keywords: string[] = []): Promise<Id> {
      return source.append({ raw, mailboxIds: [mailboxId], keywords, receivedAt: RECEIVED });
    }

    async function row(id: Id): Promise<EmailRow> {
      const [found] = await index.emails([id]);
      if (!found) throw new Error('the index does not know this email');
      return found;
    }

    async function makeMailbox(mailboxName: string, parentId: Id | null = null): Promise<Id> {
      const create = { name: mailboxName, parentId, role: null, isSubscribed: true };
      const id = await source.createMailbox(create);
      await source.refreshMailbox(id, 50);
      return id;
    }

    async function update(id: Id, patch: Partial<EmailPatch>): Promise<void> {
      const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
      const outcome = await source.updateEmails([{ id, ...none, ...patch }]);
      expect(outcome.get(id)).toBeNull();
    }

    const search = async (query: Parameters<Source['search']>[0], mailboxIds: Id[] | null = null) =>
      (await source.search(query, mailboxIds, new AbortController().signal)).emailIds;

    describe('mailboxes', () => {
      it('have an inbox that nobody may rename or delete', async () => {
        const mailbox = await index.mailbox(inbox);
        expect(mailbox?.rights).toMatchObject({ mayRename: false, mayDelete: false, mayAddItems: true });
      });

      it('are created, nested, renamed, moved and destroyed', async () => {
        const parent = await makeMailbox('Projects');
        const child = await makeMailbox('Bridge', parent);
        expect(await index.mailbox(child)).toMatchObject({ name: 'Bridge', parentId: parent, role: null });
        await source.updateMailbox(parent, { name: 'Works' });
        expect(await index.mailbox(parent)).toMatchObject({ name: 'Works' });
        expect(await index.mailbox(child)).toMatchObject({ name: 'Bridge', parentId: parent });
        await source.updateMailbox(child, { parentId: null, name: 'Tunnel' });
        expect(await index.mailbox(child)).toMatchObject({ name: 'Tunnel', parentId: null });
        await source.destroyMailbox(child);
        await source.destroyMailbox(parent);
        expect(await index.mailbox(child)).toBeNull();
        expect(await index.mailbox(parent)).toBeNull();
      });

      it('keep their emails when they are renamed', async () => {
        const mailbox = await makeMailbox('Before');
        const id = await append(plainMessage('renamed around me', 'x'), mailbox);
        await source.updateMailbox(mailbox, { name: 'After' });
        expect((await row(id)).mailboxIds).toEqual([mailbox]);
        expect(await read(await source.readRaw(id))).toContain('renamed around me');
      });

      it('take the emails with them that are nowhere else', async () => {
        const mailbox = await makeMailbox('Short-lived');
        const id = await append(plainMessage('goes down with it', 'x'), mailbox);
        await source.destroyMailbox(mailbox);
        expect(await index.emails([id])).toEqual([]);
        await expect(source.readRaw(id)).rejects.toMatchObject({ code: 'notFound' });
      });

      it.each([
        'Ünïcode Почта 📬',
        '"quoted"',
        '{3}',
        '%',
        'a*b',
        'R&D',
        '&AOk-',
        '(NIL)',
        'back\\slash',
        '../up',
        '~root',
      ])('S16: carry the name %s as it is, or refuse it', async (hostile) => {
        const before = (await index.mailboxes()).length;
        const create = { name: hostile, parentId: null, role: null, isSubscribed: true };
        const made = await source.createMailbox(create).catch((error) => error);
        if (typeof made === 'string') {
          expect(await index.mailbox(made)).toMatchObject({ name: hostile, parentId: null });
          await source.destroyMailbox(made);
        } else expect(['invalidProperties', 'forbidden', 'commandFailed']).toContain(made.code);
        expect(await index.mailboxes()).toHaveLength(before);
      });

      it.each(['a\r\nb DELETE INBOX', 'nul\0', '\x1b[2J', '', 'x'.repeat(2000)])(
        'S16: refuse the name %j',
        async (hostile) => {
          const create = { name: hostile, parentId: null, role: null, isSubscribed: true };
          await expect(source.createMailbox(create)).rejects.toMatchObject({ code: 'invalidProperties' });
        },
      );
    });

    describe('append', () => {
      it('gives the bytes back exactly: whole, header and parts', async () => {
        const raw = mixedMessage('exact');
        const id = await append(raw);
        expect((await bytes(await source.readRaw(id))).equals(raw)).toBe(true);
        const headerEnd = raw.indexOf('\r\n\r\n') + 4;
        expect((await source.readHeader(id)).toString()).toBe(raw.subarray(0, headerEnd).toString());
        expect(await read(await source.readPart(id, '1.1'))).toBe('The plain words.');
        expect(await read(await source.readPart(id, '1.2'))).toContain('<b>rich</b>');
        expect(Buffer.from(await read(await source.readPart(id, '2')), 'base64').equals(PDF)).toBe(true);
      });

      it('gives the header blocks of parts, of multiparts too', async () => {
        const id = await append(mixedMessage('part headers'));
        const paths = ['1', '1.2', '2'].map(mimeSection);
        const sections = paths.map((path) => ({ path, length: 10_000 }));
        const together = await source.readTogether?.(id, sections, false);
        for (const [at, type] of ['multipart/alternative', 'text/html', 'application/pdf'].entries()) {
          const path = paths[at] ?? '';
          const header =
            together?.parts.get(path)?.toString() ?? (await read(await source.readPart(id, path)));
          expect([header.startsWith(`Content-Type: ${type};`), header.slice(-4)]).toEqual([true, '\r\n\r\n']);
        }
      });

      it('gives the header and several parts together, where reading is an exchange with a server', async () => {
        const raw = mixedMessage('together');
        const id = await append(raw);
        const wanted = [
          { path: '1.1', length: 9 },
          { path: '1.2', length: 1_000 },
        ];
        const together = await source.readTogether?.(id, wanted, true);
        if (!together) return;
        expect(together.header?.toString()).toBe(raw.subarray(0, raw.indexOf('\r\n\r\n') + 4).toString());
        expect(together.parts.get('1.1')?.toString()).toBe('The plain');
        expect(together.parts.get('1.2')?.toString()).toContain('<b>rich</b>');
        expect((await source.readTogether?.(id, wanted.slice(1), false))?.header).toBeNull();
      });

      it('gives ranges of a part', async () => {
        const id = await append(plainMessage('range', '0123456789'));
        expect(await read(await source.readPart(id, '1', { offset: 3, length: 4 }))).toBe('3456');
        expect(await read(await source.readPart(id, '1', { offset: 10, length: 100 }))).toBe('\r\n');
      });

      it('keeps a message of 3 MB', async () => {
        const line = `${'x'.repeat(76)}\n`;
        const raw = plainMessage('large', line.repeat(40_000));
        const id = await append(raw);
        expect((await bytes(await source.readRaw(id))).equals(raw)).toBe(true);
        expect((await row(id)).size).toBe(raw.length);
      });

      it('keeps a message of 3 MB that comes as a stream', async () => {
        const raw = plainMessage('streamed', `${'y'.repeat(76)}\n`.repeat(40_000));
        const blob = { sha256: hashOf(raw), size: raw.length };
        await fixture.blobs?.put(raw, raw.length);
        const open = async ({ offset, length }: ByteRange = { offset: 0, length: raw.length }) =>
          Readable.from(pieces(raw.subarray(offset, offset + length), 10_007), { objectMode: false });
        const id = await source.appendStored({
          ...{ message: { ...blob, open }, mailboxIds: [inbox] },
          ...{ keywords: ['$flagged'], receivedAt: RECEIVED },
        });
        expect((await bytes(await source.readRaw(id))).equals(raw)).toBe(true);
        const keywords = ['$flagged'];
        expect(await row(id)).toMatchObject({ size: raw.length, receivedAt: RECEIVED, keywords });
      });

      it('is in the index when it resolves, with keywords, date and mailbox', async () => {
        const before = await index.mailbox(inbox);
        const id = await append(plainMessage('indexed', 'x'), inbox, ['$flagged', 'custom']);
        const email = await row(id);
        expect(email).toMatchObject({ receivedAt: RECEIVED, mailboxIds: [inbox] });
        expect(email.keywords.toSorted()).toEqual(['$flagged', 'custom']);
        const after = await index.mailbox(inbox);
        expect(after?.totalEmails).toBe((before?.totalEmails ?? 0) + 1);
        expect(after?.unreadEmails).toBe((before?.unreadEmails ?? 0) + 1);
      });

      it('refuses a mailbox that is not there', async () => {
        await expect(append(plainMessage('nowhere', 'x'), 'bnothing')).rejects.toMatchObject({
          code: 'notFound',
        });
      });
    });

    it('fill gives headers, structure and preview', async () => {
      const id = await append(mixedMessage('=?utf-8?B?0J/RgNC40LLQtdGC?='));
      const told = await source.fill([id, 'enothing'], ['headers', 'structure', 'preview']);
      const email = await row(id);
      expect(email.headers).toMatchObject({
        subject: 'Привет',
        from: [{ name: 'Ann Example', email: 'ann@example.org' }],
        to: [{ name: null, email: 'bob@example.com' }],
      });
      expect(email.structure?.parts?.map((part) => [part.path, part.type])).toEqual([
        ['1', 'multipart/alternative'],
        ['2', 'application/pdf'],
      ]);
      expect(email.hasAttachment).toBe(true);
      expect(told.get(id) ?? email.preview).toBe('The plain words.');
      // It is in the index a moment later, where a search finds it.
      await expect.poll(async () => (await row(id)).preview).toBe('The plain words.');
    });

    describe('changes to emails', () => {
      it('apply the difference of keywords and nothing else', async () => {
        const id = await append(plainMessage('keywords', 'x'), inbox, ['$flagged', 'project']);
        await update(id, { addKeywords: ['$seen', '$answered'], removeKeywords: ['$flagged'] });
        expect((await row(id)).keywords.toSorted()).toEqual(['$answered', '$seen', 'project']);
        await update(id, { removeKeywords: ['$seen', 'neverset'] });
        expect((await row(id)).keywords.toSorted()).toEqual(['$answered', 'project']);
      });

      it('move without a new id', async () => {
        const archive = await byRole('archive');
        const id = await append(plainMessage('moved', 'x'), inbox, ['$seen']);
        await update(id, { addMailboxes: [archive], removeMailboxes: [inbox] });
        expect(await row(id)).toMatchObject({ mailboxIds: [archive], keywords: ['$seen'] });
        expect(await read(await source.readRaw(id))).toContain('moved');
        await update(id, { addMailboxes: [inbox], removeMailboxes: [archive] });
        expect((await row(id)).mailboxIds).toEqual([inbox]);
      });

      it.skipIf(skips.twoMailboxes)('put one email into two mailboxes and take it out again', async () => {
        const other = await makeMailbox('Second home');
        const id = await append(plainMessage('in two', 'x'));
        await update(id, { addMailboxes: [other] });
        expect((await row(id)).mailboxIds.toSorted()).toEqual([inbox, other].toSorted());
        await update(id, { addKeywords: ['$seen'] });
        expect((await row(id)).keywords).toEqual(['$seen']);
        await update(id, { removeMailboxes: [inbox] });
        expect(await row(id)).toMatchObject({ mailboxIds: [other], keywords: ['$seen'] });
      });

      it('are told by the index', async () => {
        const id = await append(plainMessage('told', 'x'));
        const state = await index.state();
        await update(id, { addKeywords: ['$seen'] });
        const changes = await index.changes('Email', state, 100);
        expect(changes.updated).toContain(id);
        expect((await index.changes('Mailbox', state, 100)).updated).toContain(inbox);
        const later = await index.state();
        await source.destroyEmails([id]);
        expect((await index.changes('Email', later, 100)).destroyed).toContain(id);
      });

      it('destroy for ever', async () => {
        const id = await append(plainMessage('destroyed', 'x'));
        expect(await source.destroyEmails([id])).toEqual(new Map([[id, null]]));
        expect(await index.emails([id])).toEqual([]);
        await expect(source.readRaw(id)).rejects.toMatchObject({ code: 'notFound' });
        await expect(source.readHeader(id)).rejects.toMatchObject({ code: 'notFound' });
      });

      it('answer notFound for what is not there, and do the rest', async () => {
        const id = await append(plainMessage('the rest', 'x'));
        const patch = { addKeywords: ['$seen'], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
        const outcome = await source.updateEmails([
          { id: 'enothing', ...patch },
          { id, ...patch },
        ]);
        expect(outcome.get('enothing')).toMatchObject({ code: 'notFound' });
        expect(outcome.get(id)).toBeNull();
        expect((await row(id)).keywords).toEqual(['$seen']);
        const destroyed = await source.destroyEmails(['enothing', id]);
        expect(destroyed.get('enothing')).toMatchObject({ code: 'notFound' });
        expect(destroyed.get(id)).toBeNull();
      });
    });

    it('unknown ids are notFound', async () => {
      const id = await append(plainMessage('known', 'x'));
      await expect(source.readRaw('enothing')).rejects.toMatchObject({ code: 'notFound' });
      await expect(source.readPart('enothing', '1')).rejects.toMatchObject({ code: 'notFound' });
      await expect(source.readPart(id, '7.7')).rejects.toMatchObject({ code: 'notFound' });
      await expect(source.updateMailbox('bnothing', { name: 'x' })).rejects.toMatchObject({
        code: 'notFound',
      });
      await expect(source.destroyMailbox('bnothing')).rejects.toMatchObject({ code: 'notFound' });
    });

    describe('search', () => {
      it('finds words of the body, Cyrillic and Latin', async () => {
        const id = await append(plainMessage('lease', 'Подписанный договор аренды, see the quokka clause'));
        expect(await search({ body: 'договор' })).toContain(id);
        expect(await search({ text: 'quokka' })).toContain(id);
        expect(await search({ text: 'wombat' })).not.toContain(id);
        expect(await search({ body: 'quokka' }, [inbox])).toContain(id);
      });

      it('finds subjects, people and header fields', async () => {
        const raw = plainMessage('Narwhal budget', 'x', ['X-Project: Kestrel']);
        const id = await append(raw);
        expect(await search({ subject: 'narwhal' })).toContain(id);
        expect(await search({ from: 'ann@example.org', subject: 'narwhal' })).toContain(id);
        expect(await search({ header: ['X-Project', 'kestrel'] }, [inbox])).toContain(id);
        expect(await search({ header: ['X-Project', 'falcon'] }, [inbox])).not.toContain(id);
        expect(await search({ to: 'nobody-at-all', subject: 'narwhal' })).not.toContain(id);
      });

      it('finds a phrase only where its words stand together, in their order', async () => {
        const inBody = await append(plainMessage('one', 'here is the ocelot ledger of May'));
        const inSubject = await append(plainMessage('Ocelot ledger', 'x'));
        const apart = await append(plainMessage('three', 'a ledger for the ocelot'));
        const found = await search({ text: '"ocelot ledger"' });
        expect(found).toEqual(expect.arrayContaining([inBody, inSubject]));
        expect(found).not.toContain(apart);
        expect(await search({ subject: '"ocelot ledger"' })).toEqual([inSubject]);
        expect(await search({ body: "'ocelot ledger'" })).toEqual([inBody]);
      });

      it('leaves junk and trash out unless it is told to look there', async () => {
        const trash = await byRole('trash');
        const id = await append(plainMessage('thrown away', 'an axolotl'), trash);
        expect(await search({ text: 'axolotl' })).not.toContain(id);
        expect(await search({ text: 'axolotl' }, [trash])).toContain(id);
      });

      it('takes quotes, wildcards and commands as plain words', async () => {
        for (const hostile of ['"', '*', 'a" OR "b', "x' --", 'NEAR(', '{3}', '\\', 'a:b']) {
          await expect(search({ text: hostile }, [inbox])).resolves.toBeInstanceOf(Array);
        }
      });
    });
  });
}

async function bytes(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(stream: Readable): Promise<string> {
  return (await bytes(stream)).toString();
}

function* pieces(data: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}
