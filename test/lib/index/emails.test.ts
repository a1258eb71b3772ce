import { expect, it } from 'vitest';
import { createAccountIndex } from '@/lib/index/account-index';
import type { AccountIndex, IndexWriter } from '@/lib/index/types';
import { onEachDatabase } from '@/test/lib/db/databases';
import { address, email, headers, location, mailbox, question, roleMailbox } from './fixture';

onEachDatabase('emails in the index', ({ open }) => {
  async function account(): Promise<AccountIndex> {
    const { index: db, dialect } = await open();
    const index = createAccountIndex(db, dialect, 'a1');
    await index.write(async (writer) => {
      await writer.putMailbox(roleMailbox('binbox', 'inbox'));
      await writer.putMailbox(mailbox('bwork'));
      await writer.putMailbox(roleMailbox('bsent', 'sent'));
    });
    return index;
  }

  async function uidsOf(index: AccountIndex, mailboxId: string): Promise<number[]> {
    return (await index.mailboxLocations(mailboxId, 1, 1000)).map(({ uid }) => uid);
  }

  it('come back as they were added', async () => {
    const index = await account();
    const added = email('e1', {
      receivedAt: 5,
      size: 7,
      keywords: ['$seen', '$Flagged', 'Project\u0130', 'x'],
      headers: headers({ subject: 'Hi\0', messageId: ['m@x'], from: [address('a@x', 'A')] }),
      preview: 'nul\0 and 👋',
    });
    await index.write((writer) => writer.addEmails([added]));
    const [row] = await index.emails(['e1', 'unknown']);
    expect(row).toMatchObject({
      ...{ id: 'e1', receivedAt: 5, size: 7, mailboxIds: ['binbox'], hasAttachment: false, structure: null },
      ...{ headers: added.headers, preview: 'nul and 👋' },
    });
    expect(row?.keywords).toEqual(['$seen', '$flagged', 'project\u0130'.toLowerCase(), 'x']);
  });

  it('are told in the order asked', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2'), email('e3')]));
    expect((await index.emails(['e3', 'e1', 'e2'])).map(({ id }) => id)).toEqual(['e3', 'e1', 'e2']);
  });

  it('get uids in a local mailbox, never one twice', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2')]));
    await index.write((writer) => writer.removeLocations('binbox', [2]));
    await index.write((writer) => writer.addEmails([email('e3')]));
    expect(await uidsOf(index, 'binbox')).toEqual([1, 3]);
  });

  it('lie in several mailboxes: keywords are the union, seen only if every copy is', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1', { keywords: ['$seen', '$flagged'] })]));
    await index.write((writer) =>
      writer.addLocation('e1', location({ mailboxId: 'bwork', uid: 9, keywords: ['todo'] })),
    );
    const [row] = await index.emails(['e1']);
    expect(row?.mailboxIds.sort()).toEqual(['binbox', 'bwork']);
    expect(row?.keywords.sort()).toEqual(['$flagged', 'todo']);
    expect(await index.locations(['e1'])).toEqual([
      { emailId: 'e1', mailboxId: 'binbox', uidValidity: 1, uid: 1 },
      { emailId: 'e1', mailboxId: 'bwork', uidValidity: 1, uid: 9 },
    ]);
  });

  it('are counted in a mailbox with those that are hidden and copies of one, and by UID it is known which are not there', async () => {
    const index = await account();
    await index.write(async (writer) => {
      await writer.addEmails([email('e1'), email('e2', { hidden: true })]);
      await writer.addLocation('e1', location({ mailboxId: 'binbox', uid: 9 }));
      await writer.addLocation('e1', location({ mailboxId: 'bwork', uid: 3 }));
    });
    expect(await index.countLocations('binbox')).toBe(3);
    expect(await index.countLocations('bsent')).toBe(0);
    expect(await index.unknownUids('binbox', [9, 3, 1, 2, 8])).toEqual([3, 8]);
    expect(await index.unknownUids('binbox', [])).toEqual([]);
  });

  it('gain a location when a known id is added again', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1')]));
    await index.write((writer) =>
      writer.addEmails([email('e1', { mailboxId: 'bwork', headers: headers({ subject: 'late' }) })]),
    );
    const [row] = await index.emails(['e1']);
    expect(row?.mailboxIds.sort()).toEqual(['binbox', 'bwork']);
    expect(row?.headers?.subject).toBe('late');
  });

  it('move in one write as an update, with all their details', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1', { preview: 'text' })]));
    const before = await index.state();
    await index.write(async (writer) => {
      await writer.removeLocations('binbox', [1]);
      await writer.addLocation('e1', location({ mailboxId: 'bwork' }));
    });
    expect(await index.changes('Email', before, 10)).toMatchObject({
      created: [],
      updated: ['e1'],
      destroyed: [],
    });
    expect(await index.emails(['e1'])).toMatchObject([{ mailboxIds: ['bwork'], preview: 'text' }]);
  });

  it('are destroyed with their last location', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2')]));
    const before = await index.state();
    await index.write((writer) => writer.removeLocations('binbox', [1]));
    expect(await index.emails(['e1'])).toEqual([]);
    expect(await index.changes('Email', before, 10)).toMatchObject({
      created: [],
      updated: [],
      destroyed: ['e1'],
    });
    expect(await index.changes('Thread', before, 10)).toMatchObject({ created: [], updated: [] });
    expect((await index.changes('Thread', before, 10)).destroyed).toHaveLength(1);
  });

  it('are in no answer while they are hidden', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1'), email('e2', { hidden: true })]));
    expect(await index.emails(['e2'])).toEqual([]);
    expect(await index.query(question())).toMatchObject({ ids: ['e1'], total: 1 });
    expect(await index.mailbox('binbox')).toMatchObject({ totalEmails: 1, unreadEmails: 1, totalThreads: 1 });
    expect(await index.mailboxLocations('binbox', 1, 9)).toMatchObject([{ hidden: false }, { hidden: true }]);
    await index.write((writer) => hide(writer, 1, true));
    expect(await index.query(question())).toMatchObject({ ids: [], total: 0 });
    await index.write((writer) => hide(writer, 2, false));
    expect(await index.query(question())).toMatchObject({ ids: ['e2'], total: 1 });
    expect(await index.threads((await index.emails(['e2'])).map(({ threadId }) => threadId))).toMatchObject([
      { emailIds: ['e2'] },
    ]);
  });

  it('leave a uid to the message that it now stands for', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1', { uid: 5 })]));
    await index.write((writer) => writer.addEmails([email('e2', { uid: 5, uidValidity: 2 })]));
    expect(await index.emails(['e1', 'e2'])).toMatchObject([{ id: 'e2' }]);
    expect(await index.mailbox('binbox')).toMatchObject({ totalEmails: 1 });
  });

  it('take details without a change of state', async () => {
    const index = await account();
    const messageId = ['m1@x'];
    await index.write((writer) =>
      writer.addEmails([email('e1', { headers: headers({ subject: 'S', messageId }) })]),
    );
    const before = await index.state();
    await index.write((writer) => writer.setDetails('e1', { preview: 'p', size: 9 }));
    expect(await index.state()).toBe(before);
    expect(await index.emails(['e1'])).toMatchObject([{ preview: 'p', size: 9, headers: { subject: 'S' } }]);
  });

  it('join their thread when the headers come late', async () => {
    const index = await account();
    const root = headers({ subject: 'Plan', messageId: ['r@x'] });
    const reply = headers({ subject: 'Re: Plan', messageId: ['s@x'], references: ['r@x'] });
    await index.write((writer) =>
      writer.addEmails([
        email('e1', { headers: root, keywords: ['$seen'] }),
        email('e2', { receivedAt: 2_000_000 }),
      ]),
    );
    expect(await index.mailbox('binbox')).toMatchObject({ totalThreads: 2, unreadThreads: 1 });
    const before = await index.state();
    await index.write((writer) => writer.setDetails('e2', { headers: reply }));
    expect(await index.mailbox('binbox')).toMatchObject({
      totalThreads: 1,
      unreadThreads: 1,
      totalEmails: 2,
    });
    const [row] = await index.emails(['e1']);
    expect(await index.threads([row?.threadId ?? ''])).toMatchObject([{ emailIds: ['e1', 'e2'] }]);
    expect(await index.query(question({ collapseThreads: true }))).toMatchObject({ ids: ['e2'], total: 1 });
    expect(await index.changes('Email', before, 10)).toMatchObject({ updated: ['e2'] });
  });

  it('vanish with their mailbox unless they are elsewhere', async () => {
    const index = await account();
    await index.write(async (writer) => {
      await writer.addEmails([email('e1', { mailboxId: 'bwork' }), email('e2', { mailboxId: 'bwork' })]);
      await writer.addLocation('e2', location());
    });
    const before = await index.state();
    await index.write((writer) => writer.removeMailbox('bwork'));
    expect(await index.emails(['e1', 'e2'])).toMatchObject([{ id: 'e2', mailboxIds: ['binbox'] }]);
    expect(await index.changes('Email', before, 10)).toMatchObject({ updated: ['e2'], destroyed: ['e1'] });
    expect(await index.changes('Mailbox', before, 10)).toMatchObject({ destroyed: ['bwork'] });
  });

  it('of a dropped account are gone, and its states too', async () => {
    const index = await account();
    await index.write((writer) => writer.addEmails([email('e1', { preview: 'word' })]));
    const before = await index.state();
    await index.drop();
    expect(await index.mailboxes()).toEqual([]);
    expect(await index.emails(['e1'])).toEqual([]);
    await expect(index.changes('Email', before, 10)).rejects.toMatchObject({
      code: 'cannotCalculateChanges',
    });
  });

  it('of one account are not in another', async () => {
    const { index: db, dialect } = await open();
    const [one, two] = ['a1', 'a2'].map((id) => createAccountIndex(db, dialect, id)) as [
      AccountIndex,
      AccountIndex,
    ];
    for (const index of [one, two]) await index.write((writer) => writer.putMailbox(mailbox('binbox')));
    await one.write((writer) => writer.addEmails([email('e1', { preview: 'secret' })]));
    expect(await two.emails(['e1'])).toEqual([]);
    expect(await two.search({ text: 'secret' }, null, 10)).toEqual([]);
    expect(await two.query(question({ filter: null }))).toMatchObject({ ids: [], total: 0 });
    expect(await one.search({ text: 'secret' }, null, 10)).toEqual(['e1']);
  });
});

function hide(writer: IndexWriter, uid: number, hidden: boolean): Promise<void> {
  return writer.setLocationKeywords('binbox', [{ uid, keywords: [], hidden, modseq: null }]);
}
