/**
 * One message being written: its text, where it is kept, its files on the way. Lives longer than its panel: it goes on saving after
 * that was closed, and comes back by undo. Components show `view`.
 */

import { roleMailbox } from '@/lib/client/actions';
import type { Client } from '@/lib/client/client';
import type { OpenComposer } from '@/lib/client/compose';
import { withoutDoubles } from '@/lib/client/draft/address-input';
import { type Draft, type DraftAttachment, isBlank, recipientsOf } from '@/lib/client/draft/draft';
import { senderOf } from '@/lib/client/draft/sender';
import type { ToPlainText } from '@/lib/client/draft/to-email';
import { faultOf, JmapFault, LinkFault } from '@/lib/client/jmap';
import type { Id, Identity } from '@/lib/jmap/types';
import { KeepHere } from './keep-here';
import type { KeptFiles } from './kept-files';
import type { LocalDraft, LocalDrafts } from './local-drafts';
import { queuedBefore } from './queued-before';
import { createDraft, destroyDrafts, draftsOfKey, type SavedDraft } from './save-draft';
import { SaveSchedule } from './save-schedule';
import { type Parts, type SendTime, submit } from './submit';
import { Uploading } from './uploading';
import { type ComposerView, NOTHING_YET } from './view';

export interface SessionDeps {
  client: Client;
  local: LocalDrafts;
  files: KeptFiles;
  prepare(session: OpenComposer): Promise<Draft>;
  /** Comes with its first use. */
  plainText(): Promise<ToPlainText>;
}

export class ComposerSession {
  readonly key: string;
  readonly files: Uploading;
  readonly #texts = new Map<string, string>();
  #view: ComposerView = NOTHING_YET;
  #listeners = new Set<() => void>();
  #schedule = new SaveSchedule(
    () => this.#save(),
    () => void (this.#open || this.files.busy ? this.#here.now() : this.#here.forget()),
  );
  #here: KeepHere;
  #pull: () => void = () => undefined;
  #insert: ((body: string) => void) | null = null;
  #untouched: Draft | null = null;
  #open = true;
  #ended = false;
  #answerLost = false;
  /** The page before this one had it, and may have sent it as it went. */
  #restored = false;
  #superseded: Id[] = [];
  /** What this draft was called on the server, one after the other. */
  #names = new Set<Id>();

  constructor(
    readonly opened: OpenComposer,
    private readonly deps: SessionDeps,
  ) {
    this.key = opened.key;
    this.files = new Uploading(this, deps.client, deps.files);
    this.#here = new KeepHere(
      deps.local,
      this.key,
      () => this.#record(),
      () => {
        if (this.#view.kept.at === 'nowhere') this.#show({ kept: { at: 'device' } });
      },
    );
  }

  view = (): ComposerView => this.#view;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Restored ones come with what the browser kept. */
  async start(kept?: LocalDraft): Promise<void> {
    this.#restored = kept !== undefined;
    try {
      // Asked anew each time, and once: their signatures and servers may be others by now.
      const { accountId } = kept?.draft ?? this.opened.intent;
      const asked = this.deps.client.loader.identities(accountId);
      // What was written is shown whether they come or not; saving asks for them again.
      await (kept ? asked.catch(() => undefined) : asked);
      for (const [line, text] of kept?.texts ?? []) this.#texts.set(line, text);
      const prepared = kept?.draft ?? (await this.deps.prepare(this.opened));
      const { attachments, fault, ...interrupted } = await this.files.interrupted(prepared.attachments);
      const draft = { ...prepared, attachments };
      this.#untouched = kept ? null : draft;
      this.#show({ draft, identity: this.#identityOf(draft), fault });
      this.files.resume(interrupted);
      if (kept?.unsaved) {
        // The page may have gone while a save was on its way.
        this.#answerLost = true;
        this.#touched();
      }
    } catch (error) {
      this.#show({ fault: faultOf(error) });
    }
  }

  /** The editor gives its text when asked: serialising it at every key would be felt. */
  onPull(pull: () => void): () => void {
    this.#pull = pull;
    return () => {
      pull();
      if (this.#pull === pull) this.#pull = () => undefined;
    };
  }

  /** The editor takes what is put in where the cursor is. */
  onInsert(insert: (body: string) => void): () => void {
    this.#insert = insert;
    return () => {
      if (this.#insert === insert) this.#insert = null;
    };
  }

  /** In the format of the draft. */
  insert(body: string): void {
    if (this.#insert) this.#insert(body);
    else if (this.#view.draft) this.change({ body: body + this.#view.draft.body });
  }

  change(patch: Partial<Draft>): void {
    const { draft } = this.#view;
    if (!draft || this.#ended) return;
    const next = { ...draft, ...patch };
    this.#show({ draft: next, identity: this.#identityOf(next) });
    this.#touched();
  }

  /** By line: typed as recipients, and none yet. */
  get texts(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  setText(line: string, text: string): void {
    this.#texts.set(line, text);
    this.#here.soon();
  }

  changeAttachments(by: (attachments: readonly DraftAttachment[]) => readonly DraftAttachment[]): void {
    if (this.#view.draft) this.change({ attachments: by(this.#view.draft.attachments) });
  }

  showUploads(uploads: ReadonlyMap<string, number>): void {
    this.#show({ uploads });
  }

  showFault(fault: JmapFault | null): void {
    this.#show({ fault });
  }

  /** Typed in the editor: its text is taken a moment later. */
  typed = (): void => {
    this.#touched();
  };

  /** What a person would miss: a signature alone is nothing. */
  get blank(): boolean {
    const { draft } = this.#view;
    if (!draft) return true;
    const body = draft.body === this.#untouched?.body ? '' : draft.body;
    // Copies to oneself were there before anything was written.
    const bcc = draft.bcc === this.#untouched?.bcc ? [] : draft.bcc;
    return isBlank({ ...draft, body, bcc });
  }

  /** Whether this is the draft that was called so: a list may still show it by an older name. */
  isDraft(emailId: Id): boolean {
    return !this.#ended && (this.#view.draft?.emailId === emailId || this.#names.has(emailId));
  }

  /** The draft as it is this moment. */
  current(): Draft | null {
    this.#pull();
    return this.#view.draft;
  }

  /** On blur and on hide. Here first: a page that goes takes its requests with it. */
  flush = async (): Promise<boolean> => {
    this.#pull();
    if (this.#schedule.dirty || this.#here.waits) void this.#here.now();
    return this.#schedule.flush();
  };

  /** The page is left: the last words are kept whatever the browser undoes of it. */
  leave(): void {
    this.#pull();
    const isNew = this.#schedule.dirty || this.#here.waits;
    void this.flush();
    if (isNew) this.#here.going();
  }

  /** Closed is kept (page.md §6): it goes on saving until the server has it. */
  async close(): Promise<void> {
    this.#pull();
    this.#open = false;
    this.deps.client.composers.close(this.key);
    if (!this.#schedule.dirty && !this.files.busy) {
      await this.#here.forget();
      return;
    }
    await this.#here.now();
    await this.#schedule.flush();
  }

  /** What is written is in this browser's store now. */
  async keep(): Promise<void> {
    await this.#here.now();
  }

  /** Another window of this browser goes on with it. */
  async handOver(): Promise<void> {
    await this.flush();
    await this.#here.now();
    this.#ended = true;
    this.#schedule.stop();
    this.deps.client.composers.close(this.key);
  }

  reopen(): void {
    this.#open = true;
    this.#ended = false;
    this.deps.client.composers.open(this.opened.intent, this.key);
    void this.#here.now();
  }

  /** With Undo: the draft on the server goes when the toast has gone. */
  discard(): () => Promise<void> {
    this.#pull();
    this.#open = false;
    this.#ended = true;
    this.#schedule.stop();
    this.deps.client.composers.close(this.key);
    void this.#here.forget();
    return async () => {
      const { draft } = this.#view;
      this.files.cancelAll();
      const ids = [...this.#superseded, ...(draft?.emailId ? [draft.emailId] : [])];
      if (draft) await destroyDrafts(this.deps.client.transport, draft.accountId, ids);
    };
  }

  /** The ids of the submissions, when the server has the mail, durably (I1). A second call while it runs is nothing (R29). */
  async send(when: SendTime, parts?: Parts): Promise<Id[] | null> {
    if (this.#view.sending) return null;
    this.#show({ sending: true, fault: null });
    try {
      await this.files.done();
      this.#pull();
      if (this.#view.draft?.emailId === null) this.#touched();
      if (!(await this.#schedule.flush())) return null;
      const { draft, identity } = this.#view;
      if (!draft?.emailId || !identity) throw new JmapFault('serverFail');
      if (await this.#wasQueued(draft)) {
        await this.#end();
        return null;
      }
      // A page that goes now is asked about it by the next one, under the name that it is sent by.
      await this.#here.now();
      const outgoing = {
        accountId: draft.accountId,
        emailId: draft.emailId,
        identityId: identity.id,
        from: senderOf(draft, identity).email,
        to: withoutDoubles(recipientsOf(draft)).map(({ email }) => email),
        receipt: draft.deliveryReceipt,
        requireTls: draft.requireTls,
      };
      const ids = await submit(this.deps.client.transport, outgoing, when, parts);
      await this.#end();
      return ids;
    } catch (error) {
      this.#show({ fault: faultOf(error) });
      return null;
    } finally {
      this.#show({ sending: false });
    }
  }

  /** A person's word that it goes once more: as another message, which nothing counts as a copy of the first. */
  asNew(): void {
    this.#restored = false;
    this.#show({ fault: null });
    this.change({ key: crypto.randomUUID() });
  }

  /** Queued: nothing is saved any more, until it is called back. */
  sent(): void {
    this.#open = false;
  }

  #touched(): void {
    if (this.#ended) return;
    this.#schedule.touched();
    this.#here.soon();
  }

  #record(): LocalDraft | null {
    this.#pull();
    const { draft } = this.#view;
    if (!draft || this.#ended) return null;
    const { key } = this;
    const unsaved = this.#schedule.dirty || this.files.busy;
    const { sending } = this.#view;
    const texts = [...this.#texts];
    return { key, intent: this.opened.intent, draft, texts, open: this.#open, unsaved, sending };
  }

  async #save(): Promise<boolean> {
    this.#pull();
    const { draft } = this.#view;
    if (!draft || this.#ended || (this.blank && draft.emailId === null)) return true;
    this.#show({ kept: { at: 'saving' } });
    try {
      if (await this.#wasQueued(draft)) {
        // What waits to be sent is not this draft any more; the words since are.
        this.#show({ draft: { ...draft, emailId: null, messageId: undefined } });
        throw new JmapFault('sentBefore');
      }
      if (!this.#view.identity) await this.#askForIdentity(draft);
      await this.#toServer(draft, this.#view.identity);
      this.#show({
        kept: { at: 'server', time: Date.now() },
        ...(this.#view.sending ? {} : { fault: null }),
      });
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (fault instanceof LinkFault) this.#answerLost = true;
      this.#show({
        kept: { at: 'device' },
        fault: fault instanceof LinkFault && !this.#view.sending ? null : fault,
      });
      await this.#here.now();
      return false;
    }
  }

  /** A second copy of it would be sent, or the one that waits replaced (R29). */
  async #wasQueued({ accountId, emailId, messageId }: Draft): Promise<boolean> {
    if (!this.#restored) return false;
    const names = new Set([...this.#names, ...(emailId ? [emailId] : [])]);
    return queuedBefore(this.deps.client, accountId, [...names], messageId);
  }

  async #end(): Promise<void> {
    this.#ended = true;
    this.#schedule.stop();
    await this.#here.forget();
    this.deps.client.composers.close(this.key);
  }

  async #askForIdentity(draft: Draft): Promise<void> {
    await this.deps.client.loader.identities(draft.accountId);
    this.#show({ identity: this.#identityOf(draft) });
  }

  async #toServer(draft: Draft, identity: Identity | null): Promise<void> {
    const { client, plainText } = this.deps;
    const { accountId, key } = draft;
    const drafts = roleMailbox(client.store.view(accountId), 'drafts');
    if (!drafts || !identity) throw new JmapFault(drafts ? 'senderRefused' : 'notFound');
    const lost = this.#answerLost
      ? await draftsOfKey(client.transport, { accountId, draftsId: drafts.id, key })
      : [];
    const { transport } = client;
    const into = { transport, identity, draftsId: drafts.id, plainText: await plainText() };
    const saved = await createDraft(draft, into);
    this.#answerLost = false;
    const old = draft.emailId;
    this.#names.add(saved.emailId);
    if (old !== null) this.#names.add(old);
    this.#superseded.push(...lost.filter((id) => id !== saved.emailId && id !== old));
    this.#setSaved(saved);
    // By one request of its own: the new one is known to exist.
    const gone = await destroyDrafts(transport, accountId, [...this.#superseded, ...(old ? [old] : [])]);
    this.#superseded = [];
    // Where an answer was lost, it was this composer that replaced it.
    if (old !== null && gone.includes(old) && lost.length === 0) this.#show({ forked: true });
  }

  /** Files that came or went while it was saved keep their own state. */
  #setSaved({ emailId, messageId, blobIds }: SavedDraft): void {
    const { draft } = this.#view;
    if (!draft) return;
    const attachments = draft.attachments.map((one) => ({
      ...one,
      blobId: blobIds.get(one.key) ?? one.blobId,
    }));
    this.#show({ draft: { ...draft, emailId, messageId, attachments } });
  }

  #identityOf(draft: Draft): Identity | null {
    const identities = this.deps.client.store.view(draft.accountId)?.identities ?? [];
    return identities.find(({ id }) => id === draft.identityId) ?? identities[0] ?? null;
  }

  #show(next: Partial<ComposerView>): void {
    this.#view = { ...this.#view, ...next };
    for (const listener of this.#listeners) listener();
  }
}
