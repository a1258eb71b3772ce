/** Every message being written in this tab; each is held by one tab only, so that a reload restores it once. */
import type { Client } from '@/lib/client/client';
import type { OpenComposer } from '@/lib/client/compose';
import { keptFiles } from '@/lib/client/composer/kept-files';
import { type LocalDraft, localDrafts } from '@/lib/client/composer/local-drafts';
import { queuedAsFarAsKnown } from '@/lib/client/composer/queued-before';
import { ComposerSession } from '@/lib/client/composer/session';
import type { Id } from '@/lib/jmap/types';
import { cleaners } from './cleaners';
import { hold, release } from './draft-locks';
import { prepareDraft, type Words } from './prepare-draft';

const ON_ITS_WAY_MS = 3_000;

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
    // The page that had it may have written on while this one waited.
    const kept = (await localDrafts.all()).find(({ key }) => key === draft.key);
    if (kept) await this.#takeUp(kept);
  }

  async #takeUp(draft: LocalDraft): Promise<void> {
    if (await this.#wasQueued(draft)) {
      await localDrafts.remove(draft.key);
      release(draft.key);
      return;
    }
    this.#kept.set(draft.key, draft);
    if (draft.open && this.client.composers.open(draft.intent, draft.key)) return;
    if (draft.unsaved) await this.#saveQuietly(draft);
    else await localDrafts.remove(draft.key);
  }

  async #wasQueued({ draft, sending }: LocalDraft): Promise<boolean> {
    const { accountId, emailId, messageId } = draft;
    if (emailId === null) return false;
    const isQueued = () => queuedAsFarAsKnown(this.client, accountId, [emailId], messageId);
    const known = await isQueued();
    if (known || !sending) return known;
    // The request that queues it may have been on its way when the page went.
    await new Promise((resolve) => setTimeout(resolve, ON_ITS_WAY_MS));
    return isQueued();
  }

  /** It goes on in a window of its own. */
  async toWindow(session: ComposerSession): Promise<void> {
    await session.keep();
    const place = `/compose?key=${encodeURIComponent(session.key)}`;
    // A browser that opens none keeps it where it is.
    if (!window.open(place, `gatepost-${session.key}`, 'popup,width=820,height=800')) return;
    await session.handOver();
    this.#sessions.delete(session.key);
    release(session.key);
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

  leaveAll(): void {
    for (const session of this.#sessions.values()) session.leave();
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
      files: keptFiles,
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
