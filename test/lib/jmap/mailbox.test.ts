import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import {
  type ChangesAnswer,
  type Fixture,
  type GetAnswer,
  openFixture,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

describe.each(['local', 'imap'] as const)('mailboxes of a %s account', (kind) => {
  let jmap: Fixture;
  beforeAll(async () => {
    jmap = await openFixture(kind);
  });
  afterAll(() => jmap?.close());

  const all = async () => (await jmap.call<GetAnswer<Mailbox>>('Mailbox/get')).list;
  const create = async (object: object) => {
    const answer = await jmap.call<SetAnswer>('Mailbox/set', { create: { m: { ...object } } });
    return answer.created?.m?.id ?? answer.notCreated?.m ?? {};
  };

  it('are told with rights and counts, and only the properties that were asked', async () => {
    const inbox = await jmap.mailbox('inbox');
    expect(inbox).toMatchObject({
      parentId: null,
      role: 'inbox',
      myRights: { mayDelete: false, mayReadItems: true },
    });
    const { list, notFound } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', {
      ids: [inbox.id, 'bnothing'],
      properties: ['name'],
    });
    expect(list).toEqual([{ id: inbox.id, name: inbox.name }]);
    expect(notFound).toEqual(['bnothing']);
  });

  it('are created as a tree in one call and removed as a tree in one call', async () => {
    const made = await jmap.call<SetAnswer>('Mailbox/set', {
      create: { leaf: { name: 'Leaf', parentId: '#branch' }, branch: { name: 'Branch', sortOrder: 7 } },
    });
    expect(made.notCreated).toBeNull();
    const { leaf, branch } = made.created ?? {};
    expect(leaf).toMatchObject({ totalEmails: 0, isSubscribed: true });
    expect((await all()).find(({ id }) => id === leaf?.id)?.parentId).toBe(branch?.id);
    expect((await all()).find(({ id }) => id === branch?.id)?.sortOrder).toBe(7);

    const one = await jmap.call<SetAnswer>('Mailbox/set', { destroy: [branch?.id ?? ''] });
    expect(one.notDestroyed?.[branch?.id ?? '']?.type).toBe('mailboxHasChild');
    const both = await jmap.call<SetAnswer>('Mailbox/set', { destroy: [branch?.id ?? '', leaf?.id ?? ''] });
    expect(both.destroyed).toEqual([leaf?.id, branch?.id]);
  });

  it('tell the name that the server made of the one given, and null is the default order', async () => {
    const id = String(await create({ name: 'Cafe', sortOrder: 3 }));
    const { updated } = await jmap.call<SetAnswer>('Mailbox/set', {
      update: { [id]: { name: 'Cafe\u0301', sortOrder: null } },
    });
    expect(updated?.[id]).toEqual({ name: 'Caf\u00e9' });
    expect((await all()).find((each) => each.id === id)).toMatchObject({ name: 'Caf\u00e9', sortOrder: 0 });
    await jmap.call('Mailbox/set', { destroy: [id] });
  });

  it('are renamed, and what follows is told by changes', async () => {
    const id = await create({ name: 'Old name' });
    const { state } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', { ids: [] });
    const { updated } = await jmap.call<SetAnswer>('Mailbox/set', {
      update: { [String(id)]: { name: 'Новое имя' } },
    });
    expect(updated).toEqual({ [String(id)]: null });
    expect((await all()).find((each) => each.id === id)?.name).toBe('Новое имя');
    const changes = await jmap.call<ChangesAnswer>('Mailbox/changes', { sinceState: state });
    expect(changes.updated).toContain(id);
  });

  it.each([
    ['an empty name', { name: ' ' }, 'invalidProperties'],
    ['a control character', { name: 'a\nb' }, 'invalidProperties'],
    ['a name that is taken', { name: 'Drafts' }, 'alreadyExists'],
    ['a parent that is not there', { name: 'x', parentId: 'bnothing' }, 'invalidProperties'],
    ['a property that the server sets', { name: 'x', totalEmails: 3 }, 'invalidProperties'],
    ['a role that is taken', { name: 'x', role: 'inbox' }, 'invalidProperties'],
  ])('are not created with %s', async (_what, object, type) => {
    expect(await create(object)).toMatchObject({ type });
  });

  it('are not put under themselves, and the inbox is not removed', async () => {
    const id = String(await create({ name: 'Ring' }));
    const { notUpdated } = await jmap.call<SetAnswer>('Mailbox/set', { update: { [id]: { parentId: id } } });
    expect(notUpdated?.[id]?.properties).toEqual(['parentId']);
    const inbox = await jmap.mailbox('inbox');
    const { notDestroyed } = await jmap.call<SetAnswer>('Mailbox/set', { destroy: [inbox.id] });
    expect(notDestroyed?.[inbox.id]?.type).toBe('forbidden');
  });

  it('with emails are removed only when that was said', async () => {
    const id = String(await create({ name: 'Full' }));
    const blobId = await jmap.upload(plainMessage('in it', 'text'));
    await jmap.call('Email/import', { emails: { e: { blobId, mailboxIds: { [id]: true } } } });
    const { notDestroyed } = await jmap.call<SetAnswer>('Mailbox/set', { destroy: [id] });
    expect(notDestroyed?.[id]?.type).toBe('mailboxHasEmail');
    const { destroyed } = await jmap.call<SetAnswer>('Mailbox/set', {
      destroy: [id],
      onDestroyRemoveEmails: true,
    });
    expect(destroyed).toEqual([id]);
  });

  it('are queried by role and name, as a tree', async () => {
    const roles = await jmap.call<QueryAnswer>('Mailbox/query', {
      filter: { hasAnyRole: true },
      calculateTotal: true,
    });
    expect(roles.total).toBe((await all()).filter(({ role }) => role !== null).length);
    const inbox = await jmap.mailbox('inbox');
    const named = await jmap.call<QueryAnswer>('Mailbox/query', {
      filter: {
        operator: 'AND',
        conditions: [{ role: 'inbox' }, { operator: 'NOT', conditions: [{ name: 'zzz' }] }],
      },
      sort: [{ property: 'name' }],
      sortAsTree: true,
    });
    expect(named.ids).toEqual([inbox.id]);
    expect(await jmap.refusal('Mailbox/query', { sort: [{ property: 'color' }] })).toBe('unsupportedSort');
    expect(await jmap.refusal('Mailbox/query', { filter: { color: 'red' } })).toBe('unsupportedFilter');
  });

  it('answer stateMismatch when the state is another', async () => {
    expect(await jmap.refusal('Mailbox/set', { ifInState: 'other' })).toBe('stateMismatch');
  });
});
