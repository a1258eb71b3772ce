/**
 * What a server tells comes in several lines, and our own commands come back as news too: each mailbox is looked into once
 * when it has gone quiet.
 */
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';

/** Several lines of one event come together. */
const SETTLE_MS = 50;
/** While a person works in a mailbox its echo is not looked at: the index has it already. */
const OWN_MS = 1_000;
/** What others do meanwhile is seen within two seconds. */
const LATEST_MS = 1_500;

export class Looks {
  readonly #mailboxes = new Map<Id, NodeJS.Timeout>();
  readonly #paths = new Set<string>();
  #resolving: NodeJS.Timeout | undefined;
  #all: NodeJS.Timeout | undefined;

  constructor(
    readonly context: ImapContext,
    readonly look: { mailbox(id: Id): void; all(): void },
  ) {}

  mailbox(id: Id): void {
    if (!this.#mailboxes.has(id)) this.#arm(id, SETTLE_MS, Date.now() + LATEST_MS);
  }

  /** As the server names it. */
  path(path: string): void {
    this.#paths.add(path);
    this.#resolving ??= setTimeout(() => {
      this.#resolving = undefined;
      this.#resolve().catch((error) => log.debug('imap.watch', errorFields(error)));
    }, SETTLE_MS).unref();
  }

  all(): void {
    this.#all ??= setTimeout(() => {
      this.#all = undefined;
      this.look.all();
    }, SETTLE_MS).unref();
  }

  close(): void {
    clearTimeout(this.#resolving);
    clearTimeout(this.#all);
    for (const timer of this.#mailboxes.values()) clearTimeout(timer);
  }

  #arm(id: Id, ms: number, latest: number): void {
    const due = setTimeout(() => {
      const quiet = Math.min(this.context.own.quietIn(id, OWN_MS), latest - Date.now());
      if (quiet > 0) return this.#arm(id, quiet, latest);
      this.#mailboxes.delete(id);
      this.look.mailbox(id);
    }, ms);
    this.#mailboxes.set(id, due.unref());
  }

  async #resolve(): Promise<void> {
    const paths = new Set(this.#paths);
    this.#paths.clear();
    const rows = (await this.context.index.mailboxes()).filter(({ wire }) => paths.has(wire?.path ?? ''));
    // Of one that was never opened only the counts are shown, and of a new one nothing is known.
    const opened = rows.filter(({ wire }) => wire?.filledDownTo !== null);
    for (const { id } of opened) this.mailbox(id);
    if (opened.length < paths.size) this.all();
  }
}
