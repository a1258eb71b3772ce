import { describe, expect, it } from 'vitest';
import { Client } from '@/lib/client/client';
import {
  createMailbox,
  destroyMailboxes,
  mayDelete,
  mayRename,
  refusalOf,
  renameMailbox,
  subtree,
} from '@/lib/client/folders';
import { JmapFault, LinkFault } from '@/lib/client/jmap';
import type { JsonObject, Mailbox } from '@/lib/jmap/types';
import { account, mailbox, SESSION, scripted } from './fixture';

const work = mailbox('work');
const inside = mailbox('inside', null, { parentId: 'work' });

function setUp(set: (args: JsonObject) => JsonObject, changes: JsonObject = {}) {
  const none = {
    oldState: 'm1',
    newState: 'm2',
    hasMoreChanges: false,
    created: [],
    updated: [],
    destroyed: [],
  };
  const server = scripted({
    'Mailbox/set': set,
    'Mailbox/changes': () => ({ ...none, ...changes }),
    'Mailbox/get': () => ({ list: [], state: 'm2' }),
    'Email/changes': () => none,
  });
  const client = new Client(SESSION, server);
  client.store.update('a', () =>
    account([], [], { mailboxes: new Map([work, inside].map((one) => [one.id, one])) }),
  );
  const names = () => [...(client.store.view('a')?.mailboxes?.values() ?? [])].map(({ name }) => name);
  return { client, server, names };
}

const { name: _, parentId: __, ...rest } = mailbox('new') as Mailbox & JsonObject;

describe('a folder', () => {
  it('is there as soon as the server has created it, and what else changed is asked for', async () => {
    const { client, server, names } = setUp(() => ({ created: { mailbox: rest as JsonObject } }));
    expect(await createMailbox(client, 'a', { name: 'Plans', parentId: 'work' })).toBe('new');
    expect(names()).toEqual(['work', 'inside', 'Plans']);
    expect(client.store.view('a')?.mailboxes?.get('new')?.parentId).toBe('work');
    expect(server.log[0]?.[1].create).toEqual({ mailbox: { name: 'Plans', parentId: 'work' } });
    expect(server.log.map(([method]) => method)).toContain('Mailbox/changes');
  });

  it('that is there already is refused as that', async () => {
    const { client, names } = setUp(() => ({
      notCreated: { mailbox: { type: 'alreadyExists', properties: ['name'], existingId: 'work' } },
    }));
    await expect(createMailbox(client, 'a', { name: 'work', parentId: null })).rejects.toMatchObject({
      code: 'alreadyExists',
    });
    expect(names()).toEqual(['work', 'inside']);
  });

  it('has its new name when the server has agreed, and keeps the old one when it has not', async () => {
    const agreed = setUp(() => ({ updated: { work: null } }));
    await renameMailbox(agreed.client, 'a', 'work', 'Projects');
    expect(agreed.names()).toEqual(['Projects', 'inside']);
    const refused = setUp(() => ({
      notUpdated: { work: { type: 'forbidden', 'gatepost:serverText': 'NO [NOPERM]' } },
    }));
    await expect(renameMailbox(refused.client, 'a', 'work', 'Projects')).rejects.toMatchObject({
      code: 'forbidden',
      detail: 'NO [NOPERM]',
    });
    expect(refused.names()).toEqual(['work', 'inside']);
  });

  it('goes as far as the server deleted it; the refusal of the rest is told', async () => {
    const { client, server, names } = setUp(() => ({
      destroyed: ['inside'],
      notDestroyed: { work: { type: 'mailboxHasEmail' } },
    }));
    await expect(destroyMailboxes(client, 'a', ['work', 'inside'], false)).rejects.toMatchObject({
      code: 'mailboxHasEmail',
    });
    expect(names()).toEqual(['work']);
    expect(server.log[0]?.[1]).toMatchObject({ destroy: ['work', 'inside'], onDestroyRemoveEmails: false });
  });

  it('that is gone already is no refusal', async () => {
    const { client } = setUp(() => ({ notDestroyed: { work: { type: 'notFound' } } }), {
      destroyed: ['work'],
    });
    await destroyMailboxes(client, 'a', ['work'], true);
    expect(client.store.view('a')?.mailboxes?.has('work')).toBe(false);
  });
});

describe('what may be done', () => {
  const sent = mailbox('sent', 'sent', { parentId: 'inside' });
  const byId = (...all: Mailbox[]) => new Map(all.map((one) => [one.id, one]));

  it('a folder with a role stays, and so does what holds it', () => {
    expect(mayRename(sent)).toBe(false);
    expect(mayRename(work)).toBe(true);
    expect(mayDelete(byId(work, inside), 'work')).toBe(true);
    expect(mayDelete(byId(work, inside, sent), 'work')).toBe(false);
  });

  it('the rights of the server are kept', () => {
    const fixed = mailbox('fixed', null, {
      myRights: { ...work.myRights, mayRename: false, mayDelete: false },
    });
    expect(mayRename(fixed)).toBe(false);
    expect(mayDelete(byId(fixed), 'fixed')).toBe(false);
  });

  it('a subtree is walked once, even where the server tells a circle', () => {
    const circle = mailbox('work', null, { parentId: 'inside' });
    expect(subtree(byId(circle, inside), 'work').map(({ id }) => id)).toEqual(['work', 'inside']);
    expect(subtree(byId(work), 'gone')).toEqual([]);
  });

  it('a refusal has its own sentence and the words of the server', () => {
    expect(refusalOf(new JmapFault('invalidProperties', 'no'))).toEqual({
      message: 'folders.badName',
      detail: 'no',
    });
    expect(refusalOf(new JmapFault('overQuota'))).toMatchObject({ message: 'error.overQuota' });
    expect(refusalOf(new LinkFault())).toEqual({ message: 'error.network', detail: undefined });
  });
});
