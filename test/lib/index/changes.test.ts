import { expect, it } from 'vitest';
import { createAccountIndex } from '@/lib/index/account-index';
import { pruneTombstones } from '@/lib/index/tombstones';
import { onEachDatabase } from '@/test/lib/db/databases';
import { address, email, headers, location, mailbox, roleMailbox } from './fixture';

const WIRE = {
  ...{ path: 'INBOX', delimiter: '/', uidValidity: 7, uidNext: 100, highestModseq: '9007199254740993' },
  ...{ filledDownTo: 50, selectable: true },
};

onEachDatabase('changes', ({ open }) => {
  async function account() {
    const { index: db, dialect } = await open();
    const index = createAccountIndex(db, dialect, 'a1');
    await index.write((writer) => writer.putMailbox(roleMailbox('binbox', 'inbox')));
    return { db, index };
  }

  it('of a mailbox name the counts when nothing else moved', async () => {
    const { index } = await account();
    const first = await index.state();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2')]));
    const counts = ['totalEmails', 'unreadEmails', 'totalThreads', 'unreadThreads'];
    expect(await index.changes('Mailbox', first, 10)).toMatchObject({
      updated: ['binbox'],
      updatedProperties: counts,
    });
    const second = await index.state();
    await index.write((writer) => writer.setSortOrder('binbox', 5));
    expect(await index.changes('Mailbox', second, 10)).toMatchObject({
      updated: ['binbox'],
      updatedProperties: null,
    });
    expect(await index.changes('Mailbox', first, 10)).toMatchObject({ updatedProperties: null });
  });

  it('of a mailbox that is put again as it was are none', async () => {
    const { index } = await account();
    const before = await index.state();
    await index.write((writer) => writer.putMailbox(roleMailbox('binbox', 'inbox')));
    await index.write((writer) => writer.putMailbox({ ...roleMailbox('binbox', 'inbox'), wire: WIRE }));
    await index.write((writer) => writer.setWire('binbox', { uidNext: 101 }));
    expect(await index.state()).toBe(before);
    expect((await index.mailbox('binbox'))?.wire).toEqual({ ...WIRE, uidNext: 101 });
  });

  it("follow the server's counts until the index holds the whole mailbox", async () => {
    const { index } = await account();
    const input = { ...mailbox('bbig'), wire: WIRE, serverTotal: 90, serverUnread: 8 };
    await index.write(async (writer) => {
      await writer.putMailbox(input);
      await writer.addEmails([email('e1', { mailboxId: 'bbig', uid: 99 })]);
    });
    expect(await index.mailbox('bbig')).toMatchObject({ totalEmails: 90, unreadEmails: 8, totalThreads: 90 });
    const before = await index.state();
    await index.write((writer) => writer.setWire('bbig', { filledDownTo: 1 }));
    expect(await index.mailbox('bbig')).toMatchObject({ totalEmails: 1, unreadEmails: 1, totalThreads: 1 });
    expect(await index.changes('Mailbox', before, 10)).toMatchObject({ updated: ['bbig'] });
  });

  it('are told once, after the commit, with the types that changed', async () => {
    const { index } = await account();
    const told: [string[], string][] = [];
    const stop = index.onChange((types, state) => told.push([types.sort(), state]));
    await index.write((writer) => writer.addEmails([email('e1'), email('e2')]));
    expect(told).toEqual([[['Email', 'Mailbox', 'Thread'], await index.state()]]);
    await index.write((writer) => writer.changed('Identity'));
    await index.write((writer) => writer.setDetails('e1', { preview: 'x' }));
    await expect(index.write((writer) => writer.addLocation('e9', location()))).rejects.toMatchObject({
      code: 'notFound',
    });
    stop();
    await index.write((writer) => writer.removeLocations('binbox', [1]));
    expect(told.slice(1)).toEqual([[['Identity'], expect.any(String)]]);
  });

  it('leave nothing behind when a write fails', async () => {
    const { index } = await account();
    const before = await index.state();
    const failing = index.write(async (writer) => {
      await writer.addEmails([email('e1')]);
      throw new Error('stop');
    });
    await expect(failing).rejects.toThrow('stop');
    expect(await index.state()).toBe(before);
    expect(await index.mailbox('binbox')).toMatchObject({ totalEmails: 0 });
  });

  it('cannot be followed from a foreign state, one of the future, or one whose tombstones are gone', async () => {
    const { db, index } = await account();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2'), email('e3')]));
    const old = await index.state();
    const [epoch] = old.split('.');
    for (const uid of [1, 2]) await index.write((writer) => writer.removeLocations('binbox', [uid]));
    const row = await db.selectFrom('index_account').select('key').executeTakeFirstOrThrow();
    await pruneTombstones(db, row.key, 1);
    for (const state of [old, 'x.1', `${epoch}.999999`, `${epoch}.-1`, `${epoch}`, '']) {
      await expect(index.changes('Email', state, 10)).rejects.toMatchObject({
        code: 'cannotCalculateChanges',
      });
    }
    expect(await index.changes('Email', await index.state(), 10)).toMatchObject({ hasMoreChanges: false });
  });

  it('of correspondents: those written to are proposed first', async () => {
    const { index } = await account();
    const from = (mail: string, name: string) => headers({ from: [address(mail, name)] });
    await index.write(async (writer) => {
      await writer.putMailbox(roleMailbox('bsent', 'sent'));
      await writer.addEmails([
        email('e1', { headers: from('anna@x.org', 'Anna Karenina') }),
        email('e2', { headers: from('anna@x.org', 'Anna Karenina') }),
        email('e3', { headers: from('ann_b@y.org', 'Bo') }),
        email('e4', { mailboxId: 'bsent', headers: headers({ to: [address('Annika@z.org', 'A. Kar')] }) }),
      ]);
    });
    const emails = async (prefix: string) => (await index.suggest(prefix, 5)).map((found) => found.email);
    expect(await emails('ann')).toEqual(['Annika@z.org', 'anna@x.org', 'ann_b@y.org']);
    expect(await emails('KAR')).toEqual(['Annika@z.org', 'anna@x.org']);
    expect(await emails('ann_')).toEqual(['ann_b@y.org']);
    expect(await emails('%')).toEqual([]);
    expect(await index.suggest('anna', 1)).toEqual([{ name: 'Anna Karenina', email: 'anna@x.org' }]);
  });
});
