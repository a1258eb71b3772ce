/**
 * A second program changes the mailbox at random while JMAP clients read and write: at the end the server, what the clients came
 * to by /changes and /queryChanges alone, and a gateway that has never seen the account agree. `npm run soak` plays many seeds.
 */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyList, type QueryChangesAnswer, withQueryChanges, withWindow } from '@/lib/client/lists';
import type { EmailList } from '@/lib/client/state';
import type { Id, JsonObject, Mailbox, SetError } from '@/lib/jmap/types';
import type { ImapSource } from '@/lib/source/imap/imap-source';
import { breakStaleLocks, type Chance, chance, message, Stranger } from '@/test/lib/source/imap/chaos';
import { serverRows, settle } from '@/test/lib/source/imap/views';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { PlainImap } from '@/test/servers/plain-imap';
import {
  ADDRESS,
  addAccount,
  type ChangesAnswer,
  type Fixture,
  fixtureOf,
  type GetAnswer,
  openRuntime,
  type QueryAnswer,
  type SetAnswer,
} from './fixture';

const SEEDS = Number(process.env.SOAK ?? 1);
const FIRST = Number(process.env.SOAK_FIRST ?? 1);
const STEPS = Number(process.env.SOAK_STEPS ?? 40);
const PASSWORD = 'secret';
const NAMES = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Inner'];
const KEYWORDS = ['$seen', '$flagged', '$answered', '$label1', 'work'];

interface EmailFacts extends JsonObject {
  id: Id;
  mailboxIds: Record<Id, true>;
  keywords: Record<string, true>;
  threadId: Id;
  messageId: string[] | null;
}
const FACTS = ['id', 'mailboxIds', 'keywords', 'threadId', 'messageId'];

let dovecot: DovecotServer;
let endBreaking: () => void;
beforeEach(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: PASSWORD } });
  endBreaking = breakStaleLocks(join(dovecot.directory, 'home', ADDRESS, 'Maildir'));
});
afterEach(async () => {
  endBreaking();
  await dovecot.stop();
});

async function openGateway(): Promise<Fixture> {
  const runtime = await openRuntime({ TLS_CA_FILE: dovecot.tls.caFile });
  const accountId = await addAccount(runtime, 'u1', 'imap', { imap: dovecot.ports.imaps, smtp: 0 });
  return fixtureOf(runtime, accountId, async () => undefined);
}

async function settled({ runtime, accountId }: Fixture): Promise<void> {
  const { source, index } = await runtime.accounts.open(accountId);
  await settle(source as ImapSource, index);
}

/** Refusals are part of the game; what is unexpected has no code of ours. */
function expectKnown(errors: Record<Id, SetError> | null | undefined): void {
  for (const error of Object.values(errors ?? {}))
    if (error.type === 'serverFail') expect(error).toHaveProperty('gatepost:code');
}

/** Writes as a page does. */
class Writer {
  #made = 0;

  constructor(
    readonly jmap: Fixture,
    readonly pick: Chance,
  ) {}

  async act(): Promise<void> {
    const { list } = await this.jmap.call<GetAnswer<Mailbox>>('Mailbox/get');
    const [one, two] = [this.#of(list), this.#of(list)];
    if (!one || !two) return;
    const dice = this.pick(100);
    if (dice < 12) return this.#import(one.id);
    if (dice < 18)
      return void (await this.#try('Email/query', { filter: { inMailbox: one.id, body: 'words' } }));
    if (dice < 88) return this.#emails(dice, one.id, two.id);
    if (dice < 92) return this.#set('Mailbox/set', { create: { c: this.#place(two.id) } });
    if (one.role !== null) return;
    if (dice < 97) return this.#set('Mailbox/set', { update: { [one.id]: this.#place(two.id) } });
    return this.#set('Mailbox/set', { destroy: [one.id], onDestroyRemoveEmails: true });
  }

  async #emails(dice: number, one: Id, two: Id): Promise<void> {
    const query = { filter: { inMailbox: one }, limit: 10, position: this.pick(5) };
    const found = await this.#try<QueryAnswer>('Email/query', query);
    const ids = (found?.ids ?? []).filter(() => this.pick(4) === 0);
    if (ids.length === 0) return;
    const all = (patch: JsonObject) => ({ update: Object.fromEntries(ids.map((id) => [id, patch])) });
    const keyword = `keywords/${KEYWORDS[this.pick(KEYWORDS.length)]}`;
    if (dice < 30)
      await this.#try('Email/get', { ids, properties: ['preview', 'bodyValues'], fetchTextBodyValues: true });
    else if (dice < 50) await this.#set('Email/set', all({ [keyword]: this.pick(2) ? true : null }));
    else if (dice < 70) await this.#set('Email/set', all({ mailboxIds: { [two]: true } }));
    else if (dice < 78) await this.#set('Email/set', all({ [`mailboxIds/${two}`]: true }));
    else await this.#set('Email/set', { destroy: ids });
  }

  #place(parentId: Id): JsonObject {
    return { name: NAMES[this.pick(NAMES.length)] ?? '', parentId: this.pick(3) === 0 ? parentId : null };
  }

  async #import(mailboxId: Id): Promise<void> {
    this.#made += 1;
    const blobId = await this.jmap.upload(Buffer.from(message('writer', this.#made)));
    const email = {
      blobId,
      mailboxIds: { [mailboxId]: true },
      keywords: { [this.pick(2) ? '$seen' : '$flagged']: true },
    };
    await this.#set('Email/import', { emails: { e: email } });
  }

  async #set(name: string, args: JsonObject): Promise<void> {
    const answer = await this.#try<SetAnswer>(name, args);
    for (const errors of [answer?.notCreated, answer?.notUpdated, answer?.notDestroyed]) expectKnown(errors);
  }

  async #try<T>(name: string, args: JsonObject): Promise<T | null> {
    const { methodResponses } = await this.jmap.request([[name, args, 'c']]);
    const [[answer, result] = ['error', {}]] = methodResponses;
    if (answer !== 'error') return result as T;
    expectKnown({ [name]: result as unknown as SetError });
    return null;
  }

  #of<T>(list: T[]): T | undefined {
    return list[this.pick(Math.max(1, list.length))];
  }
}

/** Knows what it was told once, and from then on the changes alone. */
class Reader {
  readonly emails = new Map<Id, EmailFacts>();
  readonly mailboxes = new Map<Id, Mailbox>();
  list: EmailList;
  #emailState = '';
  #mailboxState = '';

  private constructor(
    readonly jmap: Fixture,
    readonly filter: { inMailbox: Id },
  ) {
    this.list = emptyList({ filter, collapseThreads: false });
  }

  static async begin(jmap: Fixture): Promise<Reader> {
    const { list, state } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get');
    const inbox = list.find(({ role }) => role === 'inbox')?.id ?? '';
    const reader = new Reader(jmap, { inMailbox: inbox });
    for (const mailbox of list) reader.mailboxes.set(mailbox.id, mailbox);
    reader.#mailboxState = state;
    reader.#emailState = (await jmap.call<GetAnswer<EmailFacts>>('Email/get', { ids: [] })).state;
    await reader.#query();
    const ids = reader.list.ids.filter((id) => id !== null);
    const { list: emails } = await jmap.call<GetAnswer<EmailFacts>>('Email/get', { ids, properties: FACTS });
    for (const email of emails) reader.emails.set(email.id, email);
    return reader;
  }

  async follow(): Promise<void> {
    this.#mailboxState = await this.#changes('Mailbox', this.#mailboxState, this.mailboxes, null);
    this.#emailState = await this.#changes('Email', this.#emailState, this.emails, FACTS);
    await this.#queryChanges();
  }

  async #changes<T extends { id: Id }>(
    type: string,
    state: string,
    into: Map<Id, T>,
    properties: string[] | null,
  ): Promise<string> {
    for (let since = state; ; ) {
      const changes = await this.jmap.call<ChangesAnswer>(`${type}/changes`, {
        sinceState: since,
        maxChanges: 7,
      });
      for (const id of changes.destroyed) into.delete(id);
      const ids = [...changes.created, ...changes.updated];
      const got = await this.jmap.call<GetAnswer<T>>(`${type}/get`, { ids, properties });
      for (const each of got.list) into.set(each.id, each);
      since = changes.newState;
      if (!changes.hasMoreChanges) return since;
    }
  }

  async #query(): Promise<void> {
    const args = { filter: this.filter, limit: 500, calculateTotal: true };
    this.list = withWindow(this.list, await this.jmap.call<Required<QueryAnswer>>('Email/query', args));
  }

  async #queryChanges(): Promise<void> {
    const since = { filter: this.filter, sinceQueryState: this.list.queryState, calculateTotal: true };
    const { methodResponses } = await this.jmap.request([['Email/queryChanges', since, 'c']]);
    const [[answer, result] = ['error', { type: 'none' }]] = methodResponses;
    if (answer === 'error') {
      expect(result.type).toBe('cannotCalculateChanges');
      return this.#query();
    }
    this.list = withQueryChanges(this.list, result as unknown as QueryChangesAnswer);
  }
}

/** By the path of the mailbox: what is in it, by Message-ID, as a client is told it. */
type Held = Record<string, string[]>;

async function onServer(user: string): Promise<Held> {
  const client = await PlainImap.open(dovecot.ports.imap, user, PASSWORD);
  const held: Held = {};
  for await (const { path, rows } of serverRows(client, 'FLAGS ENVELOPE X-GUID')) {
    const alive = rows.filter((row) => row.includes(' FETCH (') && !/\\Deleted/i.test(row));
    // One message that lies twice in a mailbox is one Email.
    const emails = new Map(
      alive.map((row) => [/X-GUID ([^ )]+)/.exec(row)?.[1], /<([^>"]+)>/.exec(row)?.[1] ?? '']),
    );
    held[path] = [...emails.values()].sort();
  }
  client.close();
  return held;
}

function pathsOf(mailboxes: Mailbox[]): Map<Id, string> {
  const byId = new Map(mailboxes.map((mailbox) => [mailbox.id, mailbox]));
  const path = ({ name, parentId, role }: Mailbox): string => {
    const parent = parentId === null ? undefined : byId.get(parentId);
    const own = role === 'inbox' ? 'INBOX' : name;
    return parent ? `${path(parent)}/${own}` : own;
  };
  return new Map(mailboxes.map((mailbox) => [mailbox.id, path(mailbox)]));
}

async function asTold({ call }: Fixture): Promise<{ held: Held; emails: string[] }> {
  const { list } = await call<GetAnswer<Mailbox>>('Mailbox/get');
  const paths = pathsOf(list);
  const held: Held = {};
  const emails = new Map<Id, string>();
  for (const { id, myRights, totalEmails } of list) {
    if (!myRights.mayReadItems) continue;
    const { ids } = await call<QueryAnswer>('Email/query', { filter: { inMailbox: id }, limit: 500 });
    const rows = await call<GetAnswer<EmailFacts>>('Email/get', { ids, properties: FACTS });
    held[paths.get(id) ?? ''] = rows.list.map(({ messageId }) => messageId?.[0] ?? '').sort();
    expect(totalEmails).toBe(ids.length);
    for (const row of rows.list) emails.set(row.id, factsOf(row, paths));
  }
  return { held, emails: [...emails.values()].sort() };
}

function factsOf(
  { id, mailboxIds, keywords, threadId, messageId }: EmailFacts,
  paths: Map<Id, string>,
): string {
  const places = Object.keys(mailboxIds).map((each) => paths.get(each) ?? each);
  return [id, threadId, messageId?.[0], ...places.sort(), ...Object.keys(keywords).sort()].join(' ');
}

describe.each(Array.from({ length: SEEDS }, (_, at) => FIRST + at))('seed %i', (seed) => {
  it('I7, I9, R14, R15: server, clients and a fresh gateway agree', async () => {
    const plain = await PlainImap.open(dovecot.ports.imap, ADDRESS, PASSWORD);
    for (let n = 1; n <= 30; n += 1)
      await plain.append('INBOX', message(`first${seed}`, n), n % 2 ? '\\Seen' : '');
    plain.close();
    const jmap = await openGateway();
    const reader = await Reader.begin(jmap);
    const stranger = new Stranger(dovecot.ports.imap, ADDRESS, PASSWORD, chance(seed));
    const writers = [1, 2].map((n) => new Writer(jmap, chance(seed + n * 1_000_000)));
    const play = async (act: () => Promise<void>) => {
      for (let step = 0; step < STEPS; step += 1) await act();
    };
    await Promise.all([
      play(() => stranger.act()),
      ...writers.map((writer) => play(() => writer.act())),
      play(() => reader.follow()),
    ]);
    stranger.close();

    await settled(jmap);
    await reader.follow();
    const fresh = await openGateway();
    await fresh.call('Mailbox/get');
    await settled(fresh);
    const [told, anew] = [await asTold(jmap), await asTold(fresh)];
    expect(told.held).toEqual(await onServer(ADDRESS));
    expect(told).toEqual(anew);
    const { list } = await jmap.call<GetAnswer<Mailbox>>('Mailbox/get');
    expect([...reader.mailboxes.values()].sort(byId)).toEqual(list.sort(byId));
    const known = [...reader.emails.values()];
    const { ids } = await jmap.call<QueryAnswer>('Email/query', { filter: reader.filter, limit: 500 });
    expect(reader.list.ids).toEqual(ids);
    const { list: mine } = await jmap.call<GetAnswer<EmailFacts>>('Email/get', {
      ids: known.map(({ id }) => id),
      properties: FACTS,
    });
    expect(known.sort(byId)).toEqual(mine.sort(byId));
    await fresh.close();
    await jmap.close();
  });
});

const byId = (a: { id: Id }, b: { id: Id }) => (a.id < b.id ? -1 : 1);
