/** Two programs at one mailbox, by chance: a stranger on the wire, and a person through our source. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MailError } from '@/lib/errors';
import type { AccountIndex } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import type { EmailPatch, Source } from '@/lib/source/source';
import { PlainImap } from '@/test/servers/plain-imap';

export type Chance = (below: number) => number;

/** mulberry32: the same numbers for the same seed. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const FOLDERS = ['INBOX', 'Alpha', 'Beta', 'Gamma', 'Delta', 'Alpha/Inner'];
const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Label1', 'Work'];
const KEYWORDS = ['$seen', '$flagged', '$answered', '$label1', 'work'];

export function message(label: string, number: number): string {
  const parent = number % 3 === 0 ? `References: <${label}-${number - 3}@example.org>\r\n` : '';
  return `From: Ann <ann@example.org>\r\nSubject: ${number % 3 === 0 ? 'Re: ' : ''}talk\r\nMessage-ID: <${label}-${number}@example.org>\r\n${parent}\r\nwords ${number}\r\n`;
}

/** Longer than anybody holds one. */
const STALE_MS = 2_000;

/**
 * Dovecot 2.3 takes the lock of a mailbox along when it is renamed while it is written to, and then waits for two minutes for
 * whoever held it: no fault of ours, and nothing to wait for. @returns what ends it
 */
export function breakStaleLocks(maildir: string): () => void {
  const timer = setInterval(() => {
    const entries = existsSync(maildir) ? readdirSync(maildir, { withFileTypes: true }) : [];
    for (const folder of entries.filter((entry) => entry.isDirectory())) {
      const lock = join(maildir, folder.name, 'dovecot-uidlist.lock');
      const held = statSync(lock, { throwIfNoEntry: false });
      if (held && Date.now() - held.mtimeMs > STALE_MS) rmSync(lock, { force: true });
    }
  }, 1_000);
  return () => clearInterval(timer);
}

/** Foreign changes: append, flags, move, copy, expunge; folders made, renamed, deleted, and made anew under the same name. */
export class Stranger {
  #client: PlainImap | null = null;
  #made = 0;

  constructor(
    readonly port: number,
    readonly user: string,
    readonly password: string,
    readonly pick: Chance,
  ) {}

  /** The server ends the session when its mailbox goes: then a new one goes on. */
  async act(): Promise<void> {
    this.#client = this.#client?.alive
      ? this.#client
      : await PlainImap.open(this.port, this.user, this.password);
    await this.#act(this.#client).catch((error) => {
      if (this.#client?.alive) throw error;
    });
  }

  close(): void {
    this.#client?.close();
  }

  async #act(client: PlainImap): Promise<void> {
    const dice = this.pick(100);
    if (dice < 25) await client.append(this.#folder(), this.#message(), this.pick(2) ? '\\Seen' : '');
    else if (dice < 85) await this.#message_(client, dice);
    else await this.#folders(client, dice);
  }

  async #message_(client: PlainImap, dice: number): Promise<void> {
    if ((await client.send(`SELECT ${this.#folder()}`)).status !== 'OK') return;
    const uids = await client.uids();
    const uid = uids[this.pick(Math.max(1, uids.length))];
    if (uid === undefined) return;
    const flag = FLAGS[this.pick(FLAGS.length)];
    if (dice < 50) await client.send(`UID STORE ${uid} ${this.pick(2) ? '+' : '-'}FLAGS (${flag})`);
    else if (dice < 62) await client.send(`UID MOVE ${uid} ${this.#folder()}`);
    else if (dice < 70) await client.send(`UID COPY ${uid} ${this.#folder()}`);
    else if (dice < 73) await client.send('EXPUNGE');
    else {
      await client.send(`UID STORE ${uid} +FLAGS (\\Deleted)`);
      await client.send(`UID EXPUNGE ${uid}`);
    }
  }

  async #folders(client: PlainImap, dice: number): Promise<void> {
    const [name, other] = [this.#folder(), this.#folder()];
    await client.send('UNSELECT');
    if (dice < 90) await client.send(`CREATE ${name}`);
    else if (dice < 93 && name !== 'INBOX') await client.send(`RENAME ${name} ${other}`);
    else if (dice < 96 && name !== 'INBOX') await client.send(`DELETE ${name}`);
    else if (name !== 'INBOX') {
      await client.send(`DELETE ${name}`);
      await client.send(`CREATE ${name}`);
      const count = this.pick(4);
      for (let n = 0; n < count; n += 1) await client.append(name, this.#message());
    }
  }

  #folder(): string {
    return FOLDERS[this.pick(FOLDERS.length)] ?? 'INBOX';
  }

  #message(): string {
    this.#made += 1;
    return message('stranger', this.#made);
  }
}

/** What a person does over JMAP: refusals are part of the game, anything else is a fault. */
export class Person {
  #made = 0;

  constructor(
    readonly source: Source,
    readonly index: AccountIndex,
    readonly pick: Chance,
  ) {}

  async act(): Promise<void> {
    try {
      await this.#act(this.pick(100));
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
    }
  }

  async #act(dice: number): Promise<void> {
    const mailboxes = (await this.index.mailboxes()).filter(({ wire }) => wire?.selectable);
    const [one, two] = [this.#of(mailboxes), this.#of(mailboxes)];
    if (!one || !two) return this.source.refreshMailboxes();
    if (dice < 20) return this.source.refreshMailbox(one.id, 5);
    if (dice < 25) return this.source.refreshMailboxes();
    if (dice < 35) return this.#append([one.id, ...(this.pick(4) === 0 && one !== two ? [two.id] : [])]);
    if (dice < 40) {
      await this.source.search({ body: 'words' }, [one.id], new AbortController().signal);
      return;
    }
    if (dice < 88) return this.#email(dice, one.id, two.id);
    const name = ['Alpha', 'Beta', 'Gamma', 'Delta', 'Inner'][this.pick(5)] ?? 'Alpha';
    const parentId = this.pick(3) === 0 ? two.id : null;
    if (dice < 93) await this.source.createMailbox({ name, parentId, role: null, isSubscribed: true });
    else if (one.role !== null) await this.source.refreshMailbox(one.id, 5);
    else if (dice < 97) await this.source.updateMailbox(one.id, { name, parentId });
    else await this.source.destroyMailbox(one.id);
  }

  async #email(dice: number, one: Id, two: Id): Promise<void> {
    const locations = await this.index.mailboxLocations(one, 1, Number.MAX_SAFE_INTEGER);
    const some = [0, 1, 2].slice(0, 1 + this.pick(3)).map(() => this.#of(locations)?.emailId);
    const ids = [...new Set(some.filter((id) => id !== undefined))];
    if (ids.length === 0) return;
    if (dice < 48) await this.source.fill(ids, ['headers', 'structure', 'preview']);
    else if (dice < 64) await this.#update(ids, this.#keywords());
    else if (dice < 76) await this.#update(ids, { addMailboxes: [two], removeMailboxes: [one] });
    else if (dice < 81) await this.#update(ids, { addMailboxes: [two] });
    else await this.source.destroyEmails(ids);
  }

  async #append(mailboxIds: Id[]): Promise<void> {
    this.#made += 1;
    const raw = Buffer.from(message('person', this.#made));
    const receivedAt = Date.UTC(2026, 0, 1) + this.#made * 1_000;
    await this.source.append({ raw, mailboxIds, keywords: this.pick(2) ? ['$seen'] : [], receivedAt });
  }

  #keywords(): Partial<EmailPatch> {
    const keyword = KEYWORDS[this.pick(KEYWORDS.length)] ?? '$seen';
    return this.pick(2) ? { addKeywords: [keyword] } : { removeKeywords: [keyword] };
  }

  async #update(ids: Id[], patch: Partial<EmailPatch>): Promise<void> {
    const none = { addKeywords: [], removeKeywords: [], addMailboxes: [], removeMailboxes: [] };
    const outcome = await this.source.updateEmails(ids.map((id) => ({ id, ...none, ...patch })));
    for (const error of outcome.values()) if (error && !(error instanceof MailError)) throw error;
  }

  #of<T>(list: T[]): T | undefined {
    return list[this.pick(Math.max(1, list.length))];
  }
}
