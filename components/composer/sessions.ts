/** Every message being written in this tab; each is held by one tab only, so that a reload restores it once. */
import type { Client } from '@/lib/client/client';
import type { OpenComposer } from '@/lib/client/compose';
import { type LocalDraft, localDrafts } from '@/lib/client/composer/local-drafts';
import { ComposerSession } from '@/lib/client/composer/session';
import type { Id } from '@/lib/jmap/types';
import { cleaners } from './cleaners';
import { prepareDraft, type Words } from './prepare-draft';

export class Sessions {
  #sessions = new Map<string, ComposerSession>();
  #kept = new Map<string, LocalDraft>();

  constructor(private readonly client: Client) {}

  get(opened: OpenComposer, words: Words): ComposerSession {
    const known = this.#sessions.get(opened.key);
    if (known) return known;
    const session = this.#make(opened, words);
    void hold(opened.key);
    void session.start(this.#kept.get(opened.key));
    return session;
  }

  /** What was open opens again; what was closed before the server had it is saved now. */
  async restore(kept: readonly LocalDraft[]): Promise<void> {
    await Promise.all(kept.map((draft) => this.#restore(draft)));
  }

  async #restore(draft: LocalDraft): Promise<void> {
    if (this.#sessions.has(draft.key) || !(await hold(draft.key))) return;
    this.#kept.set(draft.key, draft);
    if (draft.open && this.client.composers.open(draft.intent, draft.key)) return;
    if (draft.unsaved) await this.#saveQuietly(draft);
    else await localDrafts.remove(draft.key);
  }

  /** Who has this draft already, perhaps closed and still saving it; its id changes with each save. */
  editing(emailId: Id, not: string): ComposerSession | undefined {
    return [...this.#sessions.values()].find((session) => session.key !== not && session.isDraft(emailId));
  }

  /** Once more on the screen; nothing where it is already. */
  reopen(key: string): void {
    if (this.client.composers.list().some((one) => one.key === key)) return;
    this.#sessions.get(key)?.reopen();
  }

  async flushAll(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => session.flush()));
  }

  async #saveQuietly(kept: LocalDraft): Promise<void> {
    const session = this.#make({ key: kept.key, intent: kept.intent }, null);
    await session.start(kept);
    await session.close();
  }

  #make(opened: OpenComposer, words: Words | null): ComposerSession {
    const { client } = this;
    const session = new ComposerSession(opened, {
      client,
      local: localDrafts,
      plainText: async () => (await cleaners()).plainText,
      prepare: (composer) => {
        if (!words) throw new Error('a kept draft is not prepared again');
        return prepareDraft(client, composer, words);
      },
    });
    this.#sessions.set(opened.key, session);
    return session;
  }
}

const sessions = new WeakMap<Client, Sessions>();

export function sessionsOf(client: Client): Sessions {
  const known = sessions.get(client);
  if (known) return known;
  const made = new Sessions(client);
  sessions.set(client, made);
  return made;
}

const held = new Set<string>();

/** A page that was reloaded lets go of its own a moment after the new one has begun. */
const PATIENCE_MS = 2_000;

/** False when another tab has it. Without locks (plain http on another host) there is nobody to ask. */
function hold(key: string): Promise<boolean> {
  if (held.has(key) || !('locks' in navigator)) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    const untilTheTabGoes = () => {
      held.add(key);
      resolve(true);
      return new Promise<void>(() => undefined);
    };
    const asked = { signal: AbortSignal.timeout(PATIENCE_MS) };
    navigator.locks.request(`gatepost-draft-${key}`, asked, untilTheTabGoes).catch((error) => {
      if (error instanceof DOMException) resolve(false);
      else reject(error);
    });
  });
}
