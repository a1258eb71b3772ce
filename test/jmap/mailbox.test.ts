/** RFC 8621 §2: Mailbox, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mailbox } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type GetAnswer, KINDS, type SetAnswer, World } from './world';

interface Query {
  queryState: string;
  canCalculateChanges: boolean;
  position: number;
  ids: string[];
  total?: number;
}
interface QueryChanges {
  oldQueryState: string;
  newQueryState: string;
  total?: number;
  removed: string[];
  added: { id: string; index: number }[];
}

describe.each(KINDS)('mailboxes of an %s account', (kind) => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open(kind);
  });
  afterAll(() => jmap?.close());

  const set = (args: object) => jmap.call<SetAnswer>('Mailbox/set', args);
  const get = async (id: string) => {
    const { list } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', { ids: [id] });
    return list[0] as Mailbox;
  };
  const query = (args: object = {}) => jmap.call<Query>('Mailbox/query', args);
  const names = async (ids: string[]) => {
    const { list } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', { ids });
    return ids.map((id) => list.find((mailbox) => mailbox.id === id)?.name);
  };

  describe('§2.1 get', () => {
    it('gives every property, and only those that were asked for', async () => {
      const inbox = await get(await jmap.mailboxId('inbox'));
      expect(inbox).toEqual({
        id: expect.any(String),
        name: expect.any(String),
        parentId: null,
        role: 'inbox',
        sortOrder: expect.any(Number),
        totalEmails: expect.any(Number),
        unreadEmails: expect.any(Number),
        totalThreads: expect.any(Number),
        unreadThreads: expect.any(Number),
        myRights: {
          mayReadItems: true,
          mayAddItems: true,
          mayRemoveItems: true,
          maySetSeen: true,
          maySetKeywords: true,
          mayCreateChild: expect.any(Boolean),
          mayRename: false,
          mayDelete: false,
          maySubmit: true,
        },
        isSubscribed: true,
      });
      const { list, notFound } = await jmap.call<GetAnswer>('Mailbox/get', {
        ids: [inbox.id, 'bnone', inbox.id],
        properties: ['name'],
      });
      expect(list).toEqual([{ id: inbox.id, name: inbox.name }]);
      expect(notFound).toEqual(['bnone']);
    });

    it('has each role once', async () => {
      const { list } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get', { ids: null });
      const roles = list.flatMap(({ role }) => role ?? []);
      expect(new Set(roles).size).toBe(roles.length);
      expect(roles.sort()).toEqual(['archive', 'drafts', 'inbox', 'junk', 'sent', 'trash']);
    });
  });

  describe('§2.2 changes', () => {
    it('tells that only counts changed, and of everything else', async () => {
      const inbox = await jmap.mailboxId('inbox');
      const { state } = await jmap.call<GetAnswer>('Mailbox/get', { ids: [] });
      await jmap.importEmail(plainMessage('Counted', 'x'));
      const counted = await jmap.call<Record<string, unknown>>('Mailbox/changes', { sinceState: state });
      expect(counted).toMatchObject({
        oldState: state,
        hasMoreChanges: false,
        created: [],
        updated: [inbox],
        destroyed: [],
      });
      expect([...(counted.updatedProperties as string[])].sort()).toEqual(
        ['totalEmails', 'totalThreads', 'unreadEmails', 'unreadThreads'].sort(),
      );
      const id = await jmap.makeMailbox('Seen in changes');
      const made = await jmap.call<Record<string, unknown>>('Mailbox/changes', {
        sinceState: counted.newState,
      });
      expect(made).toMatchObject({ created: [id], updated: [], updatedProperties: null });
      await set({ update: { [id]: { name: 'Seen in changes, renamed' } } });
      const renamed = await jmap.call<Record<string, unknown>>('Mailbox/changes', {
        sinceState: made.newState,
      });
      expect(renamed).toMatchObject({ updated: [id], updatedProperties: null });
      await set({ destroy: [id] });
      const gone = await jmap.call<Record<string, unknown>>('Mailbox/changes', {
        sinceState: renamed.newState,
      });
      expect(gone).toMatchObject({ created: [], updated: [], destroyed: [id] });
      const never = await jmap.call<Record<string, unknown>>('Mailbox/changes', {
        sinceState: counted.newState,
      });
      expect(never).toMatchObject({ created: [], updated: [], destroyed: [] });
    });

    it('ends after maxChanges and goes on from there', async () => {
      const { state } = await jmap.call<GetAnswer>('Mailbox/get', { ids: [] });
      const ids = [
        await jmap.makeMailbox('One'),
        await jmap.makeMailbox('Two'),
        await jmap.makeMailbox('Three'),
      ];
      const seen: string[] = [];
      let sinceState = state;
      for (let more = true; more; ) {
        const page = await jmap.call<{ created: string[]; newState: string; hasMoreChanges: boolean }>(
          'Mailbox/changes',
          {
            sinceState,
            maxChanges: 1,
          },
        );
        expect(page.created.length).toBeLessThanOrEqual(1);
        seen.push(...page.created);
        more = page.hasMoreChanges;
        sinceState = page.newState;
      }
      expect(seen.sort()).toEqual([...ids].sort());
      await set({ destroy: ids });
    });
  });

  describe('§2.3 query, §2.4 queryChanges', () => {
    let top: string;
    let child: string;
    let grandchild: string;
    beforeAll(async () => {
      top = await jmap.makeMailbox('Zoo', { sortOrder: 1000 });
      child = await jmap.makeMailbox('Ape', { parentId: top });
      grandchild = await jmap.makeMailbox('Toe', { parentId: child, isSubscribed: false });
    });

    it.each<[string, object, () => string[]]>([
      ['parentId', { parentId: 'TOP' }, () => [child]],
      ['name, as a part of it in any case', { name: 'zO' }, () => [top]],
      [
        'hasAnyRole',
        { operator: 'AND', conditions: [{ hasAnyRole: false }, { parentId: null }] },
        () => [top],
      ],
      ['isSubscribed', { isSubscribed: false }, () => [grandchild]],
      [
        'operators',
        {
          operator: 'OR',
          conditions: [
            { name: 'Ape' },
            { operator: 'NOT', conditions: [{ hasAnyRole: true }, { name: 'o' }] },
            { name: 'Toe' },
          ],
        },
        () => [child, grandchild],
      ],
    ])('filters by %s', async (_what, filter, expected) => {
      const json = JSON.stringify(filter).replace('TOP', top);
      const { ids } = await query({ filter: JSON.parse(json) });
      expect(ids.sort()).toEqual(expected().sort());
    });

    it('sorts by name and by sortOrder, and as a tree', async () => {
      const filter = { hasAnyRole: false };
      const sort = [{ property: 'name' }];
      expect(await names((await query({ filter, sort })).ids)).toEqual(['Ape', 'Toe', 'Zoo']);
      const descending = [{ property: 'name', isAscending: false }];
      expect(await names((await query({ filter, sort: descending })).ids)).toEqual(['Zoo', 'Toe', 'Ape']);
      const byOrder = [{ property: 'sortOrder', isAscending: false }, { property: 'name' }];
      expect((await query({ filter, sort: byOrder })).ids[0]).toBe(top);
      expect(await names((await query({ filter, sort, sortAsTree: true })).ids)).toEqual([
        'Zoo',
        'Ape',
        'Toe',
      ]);
    });

    it('filters as a tree: what is under a mailbox that is left out is left out', async () => {
      const filter = { operator: 'NOT', conditions: [{ name: 'Ape' }, { hasAnyRole: true }] };
      expect((await query({ filter, sort: [{ property: 'name' }] })).ids).toEqual([grandchild, top]);
      expect((await query({ filter, filterAsTree: true })).ids).toEqual([top]);
    });

    it('pages, from the start, from the end and around an anchor', async () => {
      const sort = [{ property: 'name' }];
      const all = await query({ sort, calculateTotal: true });
      const { ids } = all;
      expect(all.total).toBe(ids.length);
      expect(await query({ sort, position: 2, limit: 2 })).toMatchObject({
        position: 2,
        ids: ids.slice(2, 4),
      });
      expect(await query({ sort, position: -2 })).toMatchObject({
        position: ids.length - 2,
        ids: ids.slice(-2),
      });
      expect(await query({ sort, position: -99 })).toMatchObject({ position: 0, ids });
      expect(await query({ sort, position: 99 })).toMatchObject({ ids: [] });
      expect(await query({ sort, anchor: ids[3], anchorOffset: -1, limit: 2 })).toMatchObject({
        position: 2,
        ids: ids.slice(2, 4),
      });
      expect(await query({ sort, anchor: ids[1], anchorOffset: -5, limit: 1 })).toMatchObject({
        position: 0,
        ids: [ids[0]],
      });
      expect(await query({ sort, limit: 0 })).toMatchObject({ ids: [] });
      expect(await query({ sort })).not.toHaveProperty('total');
    });

    it('is followed by queryChanges, whatever changed', async () => {
      const question = { filter: { hasAnyRole: false }, sort: [{ property: 'name' }] };
      const before = await query(question);
      expect(before.canCalculateChanges).toBe(true);
      const made = await jmap.makeMailbox('Bee');
      await set({ update: { [child]: { name: 'Yak' } } });
      const since = { ...question, sinceQueryState: before.queryState, calculateTotal: true };
      const changes = await jmap.call<QueryChanges>('Mailbox/queryChanges', since);
      const after = await query(question);
      expect(changes).toMatchObject({
        oldQueryState: before.queryState,
        newQueryState: after.queryState,
        total: 4,
      });
      expect(applied(before.ids, changes)).toEqual(after.ids);
      expect(await jmap.error('Mailbox/queryChanges', { ...since, maxChanges: 1 })).toBe('tooManyChanges');
      await set({ destroy: [made], update: { [child]: { name: 'Ape' } } });
      const later = await jmap.call<QueryChanges>('Mailbox/queryChanges', {
        ...question,
        sinceQueryState: after.queryState,
      });
      expect(applied(after.ids, later)).toEqual(before.ids);
    });

    it('is followed as a tree, where a branch moves with its root', async () => {
      const question = { filter: { hasAnyRole: false }, sort: [{ property: 'name' }], sortAsTree: true };
      const other = await jmap.makeMailbox('Ant');
      const before = await query(question);
      await set({ update: { [child]: { parentId: other } } });
      const since = { ...question, sinceQueryState: before.queryState };
      const changes = await jmap.call<QueryChanges>('Mailbox/queryChanges', since);
      expect(applied(before.ids, changes)).toEqual((await query(question)).ids);
      await set({ update: { [child]: { parentId: top } } });
      await set({ destroy: [other] });
    });
  });

  describe('§2.5 set', () => {
    const refusal = async (args: object) => {
      const { notCreated, notUpdated, notDestroyed } = await set(args);
      return Object.values({ ...notCreated, ...notUpdated, ...notDestroyed })[0];
    };

    it('creates, and tells what the client does not know', async () => {
      const { created, oldState, newState } = await set({ create: { m: { name: 'Made', sortOrder: 3 } } });
      expect(newState).not.toBe(oldState);
      expect(created?.m).toMatchObject({
        id: expect.any(String),
        totalEmails: 0,
        unreadEmails: 0,
        totalThreads: 0,
        myRights: { mayDelete: true },
      });
      expect(created?.m).not.toHaveProperty('name');
      expect(await get(created?.m?.id ?? '')).toMatchObject({
        name: 'Made',
        sortOrder: 3,
        parentId: null,
        role: null,
        isSubscribed: true,
      });
    });

    it('creates a tree in one call, whatever its order', async () => {
      const { created } = await set({
        create: { leaf: { name: 'Leaf', parentId: '#root' }, root: { name: 'Root of leaf' } },
      });
      expect((await get(created?.leaf?.id ?? '')).parentId).toBe(created?.root?.id);
      const { destroyed } = await set({ destroy: [created?.root?.id, created?.leaf?.id] });
      expect(destroyed?.sort()).toEqual([created?.root?.id, created?.leaf?.id].sort());
    });

    it.each<[string, object, object]>([
      ['no name', {}, { type: 'invalidProperties', properties: ['name'] }],
      ['an empty name', { name: '' }, { type: 'invalidProperties', properties: ['name'] }],
      ['a line break in the name', { name: 'a\nb' }, { type: 'invalidProperties', properties: ['name'] }],
      [
        'a name that is too long',
        { name: 'x'.repeat(251) },
        { type: 'invalidProperties', properties: ['name'] },
      ],
      [
        'a parent that is not there',
        { name: 'x', parentId: 'bnone' },
        { type: 'invalidProperties', properties: ['parentId'] },
      ],
      [
        'a role that is taken',
        { name: 'x', role: 'inbox' },
        { type: 'invalidProperties', properties: ['role'] },
      ],
      [
        'a role that there is not',
        { name: 'x', role: 'king' },
        { type: 'invalidProperties', properties: ['role'] },
      ],
      [
        'a negative order',
        { name: 'x', sortOrder: -1 },
        { type: 'invalidProperties', properties: ['sortOrder'] },
      ],
      ['an id', { name: 'x', id: 'b1' }, { type: 'invalidProperties', properties: ['id'] }],
      ['counts', { name: 'x', totalEmails: 1 }, { type: 'invalidProperties', properties: ['totalEmails'] }],
      [
        'an unknown property',
        { name: 'x', colour: 'red' },
        { type: 'invalidProperties', properties: ['colour'] },
      ],
    ])('creates nothing with %s', async (_what, object, expected) => {
      expect(await refusal({ create: { m: object } })).toMatchObject(expected);
    });

    it('has no two siblings of one name', async () => {
      const first = await jmap.makeMailbox('Twin');
      expect(await refusal({ create: { m: { name: 'Twin' } } })).toMatchObject({
        type: 'alreadyExists',
        existingId: first,
      });
      const other = await jmap.makeMailbox('Other twin');
      expect(await refusal({ update: { [other]: { name: 'Twin' } } })).toMatchObject({
        type: 'alreadyExists',
      });
      const inside = await jmap.makeMailbox('Twin', { parentId: other });
      expect(await refusal({ update: { [inside]: { parentId: null } } })).toMatchObject({
        type: 'alreadyExists',
      });
    });

    it('renames, moves, sorts and unsubscribes', async () => {
      const id = await jmap.makeMailbox('Before');
      const parentId = await jmap.makeMailbox('Parent of after');
      const { updated } = await set({
        update: { [id]: { name: 'Ä ö & ü', parentId, sortOrder: 9, isSubscribed: false } },
      });
      expect(updated).toEqual({ [id]: null });
      expect(await get(id)).toMatchObject({ name: 'Ä ö & ü', parentId, sortOrder: 9, isSubscribed: false });
    });

    it('takes the whole object back when what is fixed is as it was', async () => {
      const id = await jmap.makeMailbox('Whole');
      const whole = await get(id);
      expect((await set({ update: { [id]: { ...whole, name: 'Whole again' } } })).updated).toEqual({
        [id]: null,
      });
      expect(await refusal({ update: { [id]: { ...whole, totalEmails: 5 } } })).toMatchObject({
        type: 'invalidProperties',
        properties: ['totalEmails'],
      });
    });

    it('puts nothing under itself', async () => {
      const id = await jmap.makeMailbox('Circle');
      const below = await jmap.makeMailbox('Below', { parentId: id });
      expect(await refusal({ update: { [id]: { parentId: below } } })).toMatchObject({
        type: 'invalidProperties',
        properties: ['parentId'],
      });
      expect(await refusal({ update: { [id]: { parentId: id } } })).toMatchObject({
        type: 'invalidProperties',
        properties: ['parentId'],
      });
    });

    it('patches by pointer only what is there', async () => {
      const id = await jmap.makeMailbox('Pointer');
      expect(await refusal({ update: { [id]: { 'name/x': 'y' } } })).toMatchObject({ type: 'invalidPatch' });
      expect(
        await refusal({ update: { [id]: { myRights: null, 'myRights/mayRename': true } } }),
      ).toMatchObject({ type: 'invalidPatch' });
      expect(await refusal({ update: { [id]: { 'myRights/mayRename': false } } })).toMatchObject({
        type: 'invalidProperties',
      });
    });

    it('finds nothing by an id that there is not', async () => {
      expect(await refusal({ update: { bnone: { name: 'x' } } })).toMatchObject({ type: 'notFound' });
      expect(await refusal({ destroy: ['bnone'] })).toMatchObject({ type: 'notFound' });
    });

    it('destroys what is empty; else it says what is in it', async () => {
      const id = await jmap.makeMailbox('Full');
      const below = await jmap.makeMailbox('In full', { parentId: id });
      const emailId = await jmap.importEmail(plainMessage('In the way', 'x'), { mailboxIds: { [id]: true } });
      expect(await refusal({ destroy: [id], onDestroyRemoveEmails: true })).toMatchObject({
        type: 'mailboxHasChild',
      });
      await set({ destroy: [below] });
      expect(await refusal({ destroy: [id] })).toMatchObject({ type: 'mailboxHasEmail' });
      expect((await set({ destroy: [id], onDestroyRemoveEmails: true })).destroyed).toEqual([id]);
      const { notFound } = await jmap.call<GetAnswer>('Email/get', { ids: [emailId] });
      expect(notFound).toEqual([emailId]);
    });

    it('keeps an email that is elsewhere too', async () => {
      const id = await jmap.makeMailbox('Shared');
      const inbox = await jmap.mailboxId('inbox');
      const emailId = await jmap.importEmail(plainMessage('In two', 'x'), {
        mailboxIds: { [id]: true, [inbox]: true },
      });
      await set({ destroy: [id], onDestroyRemoveEmails: true });
      expect(await jmap.email(emailId, { properties: ['mailboxIds'] })).toMatchObject({
        mailboxIds: { [inbox]: true },
      });
    });

    it('does not remove or rename the inbox', async () => {
      const inbox = await jmap.mailboxId('inbox');
      expect(await refusal({ destroy: [inbox], onDestroyRemoveEmails: true })).toMatchObject({
        type: 'forbidden',
      });
      expect(await refusal({ update: { [inbox]: { name: 'Other' } } })).toMatchObject({ type: 'forbidden' });
    });

    it('changes nothing that another has changed meanwhile', async () => {
      const { state } = await jmap.call<GetAnswer>('Mailbox/get', { ids: [] });
      await jmap.makeMailbox('Meanwhile');
      expect(await jmap.error('Mailbox/set', { ifInState: state, create: { m: { name: 'Too late' } } })).toBe(
        'stateMismatch',
      );
    });
  });
});

function applied(before: string[], { removed, added }: QueryChanges): string[] {
  const ids = before.filter((id) => !removed.includes(id));
  for (const { id, index } of added) ids.splice(index, 0, id);
  return ids;
}
