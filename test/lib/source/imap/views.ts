/** What a mailbox holds, told in the same words by the server, by an index, and by a client that only follows changes. */
import type { AccountIndex, EmailRow } from '@/lib/index/types';
import type { Id, State } from '@/lib/jmap/types';
import type { ImapSource } from '@/lib/source/imap/imap-source';
import { PlainImap } from '@/test/servers/plain-imap';

/** By path: `uid keywords... <Message-ID>`, ascending: what a place is said to hold is what is there. */
export type View = Record<string, string[]>;

/** Of each mailbox that can be selected, what the server answers to FETCH of these items. */
export async function* serverRows(
  client: PlainImap,
  items: string,
): AsyncGenerator<{ path: string; rows: string[] }> {
  for (const line of await client.must('LIST "" *')) {
    const [, flags = '', path = ''] = /^LIST \(([^)]*)\) "." "?([^"]+)"?$/.exec(line) ?? [];
    if (/\\Noselect|\\NonExistent/i.test(flags)) continue;
    // Dovecot lists for ever what it deleted while it was created.
    if ((await client.send(`SELECT "${path}"`)).status !== 'OK') continue;
    yield {
      path,
      rows: (await client.uids()).length > 0 ? await client.must(`UID FETCH 1:* (${items})`) : [],
    };
  }
}

export async function serverView(port: number, user: string, password: string): Promise<View> {
  const client = await PlainImap.open(port, user, password);
  const view: View = {};
  for await (const { path, rows } of serverRows(client, 'UID FLAGS ENVELOPE')) {
    view[path] = rows.flatMap((row) => {
      const uid = /UID (\d+)/.exec(row)?.[1];
      const set = /FLAGS \(([^)]*)\)/.exec(row)?.[1]?.toLowerCase().split(' ') ?? [];
      const flags = set.filter((flag) => flag !== '' && flag !== '\\recent');
      return uid ? [told(Number(uid), flags, /<[^>"]+>/.exec(row)?.[0])] : [];
    });
  }
  client.close();
  return view;
}

export async function indexView(index: AccountIndex): Promise<View> {
  const view: View = {};
  for (const { id, wire } of await index.mailboxes()) {
    if (!wire?.selectable) continue;
    const locations = await index.mailboxLocations(id, 1, Number.MAX_SAFE_INTEGER);
    const rows = await index.emails(locations.map(({ emailId }) => emailId));
    const names = new Map(rows.map(({ id, headers }) => [id, `<${headers?.messageId?.[0]}>`]));
    view[wire.path] = locations.map(({ uid, keywords, hidden, emailId }) =>
      told(uid, [...keywords, ...(hidden ? ['\\deleted'] : [])], names.get(emailId)),
    );
  }
  return view;
}

const SYSTEM: Record<string, string> = {
  '\\seen': '$seen',
  '\\flagged': '$flagged',
  '\\answered': '$answered',
};

function told(uid: number, flags: string[], messageId: string | undefined): string {
  const marks = flags.map((flag) => SYSTEM[flag] ?? flag).sort();
  // One that is nowhere but hidden is no Email that an index tells of.
  return [uid, ...marks, ...(flags.includes('\\deleted') ? [] : [messageId])].join(' ');
}

/** Ids, Threads, mailboxes and counts. Mailboxes go by their paths. */
export async function contentView(index: AccountIndex) {
  const mailboxes = await index.mailboxes();
  const paths = new Map(mailboxes.map(({ id, wire }) => [id, wire?.path ?? '']));
  const query = {
    filter: null,
    sort: [],
    collapseThreads: false,
    position: 0,
    anchor: null,
    anchorOffset: 0,
  };
  const { ids, total } = await index.query({ ...query, limit: 100_000 });
  const emails = (await index.emails(ids)).map((row) => [
    row.id,
    row.threadId,
    row.size,
    ...facts(row, paths),
  ]);
  const counts = mailboxes.map(({ wire, totalEmails, unreadEmails, totalThreads, unreadThreads }) => [
    ...[wire?.path, totalEmails, unreadEmails, totalThreads, unreadThreads],
  ]);
  return { total, emails: emails.sort(), counts: counts.sort() };
}

function facts(row: EmailRow, paths: ReadonlyMap<Id, string>): string[] {
  return [
    row.mailboxIds
      .map((id) => paths.get(id))
      .sort()
      .join(),
    row.keywords.toSorted().join(),
  ];
}

export async function mailboxIds(index: AccountIndex): Promise<Record<string, Id>> {
  return Object.fromEntries((await index.mailboxes()).map(({ id, wire }) => [wire?.path ?? '', id]));
}

/** Reads everything until nothing is left to be read. */
export async function settle(source: ImapSource, index: AccountIndex): Promise<void> {
  await source.refreshMailboxes();
  for (let pass = 0; pass < 2; pass += 1) {
    for (const { id, wire } of await index.mailboxes()) {
      if (wire?.selectable) await source.refreshMailbox(id, 5);
    }
    await source.filled();
  }
}

/** A JMAP client that learns by Email/changes and Mailbox/changes alone. */
export class Follower {
  readonly #emails = new Map<Id, string>();
  readonly #mailboxes = new Set<Id>();

  constructor(
    readonly index: AccountIndex,
    public state: State,
  ) {}

  async follow(): Promise<void> {
    const from = this.state;
    const to = await this.#follow('Email', from, async (ids, lost) => {
      for (const id of lost) this.#emails.delete(id);
      for (const row of await this.index.emails(ids))
        this.#emails.set(row.id, facts(row, new Map(row.mailboxIds.map((id) => [id, id]))).join(' '));
    });
    await this.#follow('Mailbox', from, async (ids, lost) => {
      for (const id of lost) this.#mailboxes.delete(id);
      for (const id of ids) if (await this.index.mailbox(id)) this.#mailboxes.add(id);
    });
    this.state = to;
  }

  async #follow(
    type: 'Email' | 'Mailbox',
    from: State,
    take: (ids: Id[], lost: Id[]) => Promise<void>,
  ): Promise<State> {
    for (let since = from; ; ) {
      const changes = await this.index.changes(type, since, 20);
      await take([...changes.created, ...changes.updated], changes.destroyed);
      since = changes.newState;
      if (!changes.hasMoreChanges) return since;
    }
  }

  emails(): string[] {
    return [...this.#emails].map(([id, text]) => `${id} ${text}`).sort();
  }

  mailboxes(): Id[] {
    return [...this.#mailboxes].sort();
  }
}

/** What the follower must have come to. */
export async function followed(index: AccountIndex): Promise<{ emails: string[]; mailboxes: Id[] }> {
  const query = {
    filter: null,
    sort: [],
    collapseThreads: false,
    position: 0,
    anchor: null,
    anchorOffset: 0,
  };
  const { ids } = await index.query({ ...query, limit: 100_000 });
  const emails = (await index.emails(ids)).map(
    (row) => `${row.id} ${facts(row, new Map(row.mailboxIds.map((id) => [id, id]))).join(' ')}`,
  );
  return { emails: emails.sort(), mailboxes: (await index.mailboxes()).map(({ id }) => id).sort() };
}
