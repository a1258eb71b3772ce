/** Which composers are open; components/composer shows them. At most three at a time (page.md §1). */
import type { Id } from '@/lib/jmap/types';

export type ComposeIntent =
  | { kind: 'new'; accountId: Id; to?: string; mailto?: string }
  | {
      kind: 'reply' | 'replyAll' | 'replyList' | 'forward' | 'draft';
      accountId: Id;
      emailId: Id;
    }
  | { kind: 'forwardAttached'; accountId: Id; emailId: Id; others?: readonly Id[] }
  /** `only`: to those alone, who did not get it. */
  | { kind: 'editAsNew'; accountId: Id; emailId: Id; only?: readonly string[] };

export interface OpenComposer {
  key: string;
  intent: ComposeIntent;
}

const MAX_OPEN = 3;

export class Composers {
  #open: readonly OpenComposer[] = [];
  #listeners = new Set<() => void>();

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  list = (): readonly OpenComposer[] => this.#open;

  /** False when there are three already: the oldest is not closed behind the writer's back. */
  open(intent: ComposeIntent, key: string = crypto.randomUUID()): boolean {
    const known = this.#open.find(
      (composer) => JSON.stringify(composer.intent) === JSON.stringify(intent) && intent.kind === 'draft',
    );
    if (known || this.#open.some((composer) => composer.key === key)) return true;
    if (this.#open.length >= MAX_OPEN) return false;
    this.#set([...this.#open, { key, intent }]);
    return true;
  }

  close(key: string): void {
    this.#set(this.#open.filter((composer) => composer.key !== key));
  }

  #set(open: readonly OpenComposer[]): void {
    this.#open = open;
    for (const listener of this.#listeners) listener();
  }
}
