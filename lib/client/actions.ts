/** What a person does to mail. Each is shown at once, told by a toast, and taken back by undo. */
import {
  type Change,
  change,
  type EmailPatch,
  inverse,
  isEmpty,
  removal,
  withoutRefused,
} from '@/lib/client/change';
import { emptyMailbox } from '@/lib/client/empty-mailbox';
import { faultOf, type Transport } from '@/lib/client/jmap';
import type { ChangeQueue } from '@/lib/client/queue';
import type { AccountState, EmailRow } from '@/lib/client/state';
import type { Store } from '@/lib/client/store';
import type { Toasts } from '@/lib/client/toast';
import type { UndoHistory } from '@/lib/client/undo';
import type { Id, Mailbox, MailboxRole } from '@/lib/jmap/types';

export interface Told {
  message: string;
  values?: Record<string, string | number>;
}

export class Actions {
  constructor(
    private readonly store: Store,
    private readonly queue: ChangeQueue,
    private readonly history: UndoHistory,
    private readonly toasts: Toasts,
    private readonly transport: Transport,
  ) {}

  /** Silent when the page itself does it because the mail was opened. */
  markRead(accountId: Id, ids: readonly Id[], read = true, silent = false): void {
    const patches = this.#patches(accountId, ids, (email) => keyword(email, '$seen', read));
    const told = { message: read ? 'toast.read' : 'toast.unread', values: { n: ids.length } };
    this.#do(accountId, patches, silent ? null : told);
  }

  star(accountId: Id, ids: readonly Id[], on = true): void {
    const patches = this.#patches(accountId, ids, (email) => keyword(email, '$flagged', on));
    this.#do(accountId, patches, null);
  }

  /** Neither now nor later, in this program or in another one (RFC 3503). */
  refuseReceipt(accountId: Id, id: Id): void {
    const patches = this.#patches(accountId, [id], (email) => keyword(email, '$mdnsent', true));
    this.#do(accountId, patches, { message: 'toast.receiptRefused' });
  }

  /** From `from` only, when given: an email may be in several mailboxes. */
  move(accountId: Id, ids: readonly Id[], to: Mailbox, from?: Id): void {
    const patches = this.#patches(accountId, ids, (email) => moved(email, to.id, from));
    this.#do(accountId, patches, { message: 'toast.moved', values: { folder: to.name, n: ids.length } });
  }

  archive(accountId: Id, ids: readonly Id[], from?: Id): void {
    this.#toRole(accountId, ids, 'archive', from, 'toast.archived');
  }

  /** To Trash; `destroy` is for what is there already. */
  delete(accountId: Id, ids: readonly Id[], from?: Id): void {
    this.#toRole(accountId, ids, 'trash', from, 'toast.deleted');
  }

  spam(accountId: Id, ids: readonly Id[], from?: Id): void {
    this.#toRole(accountId, ids, 'junk', from, 'toast.spam', { $junk: true, $notjunk: false });
  }

  notSpam(accountId: Id, ids: readonly Id[], from?: Id): void {
    this.#toRole(accountId, ids, 'inbox', from, 'toast.notSpam', { $junk: false, $notjunk: true });
  }

  /** For ever: the caller has asked. */
  destroy(accountId: Id, ids: readonly Id[], from?: Id): void {
    const by = removal(this.store.view(accountId)?.emails ?? new Map(), ids, from);
    if (isEmpty(by)) return;
    this.queue.add(accountId, by);
    this.toasts.show({ message: 'toast.destroyed', values: { n: ids.length } });
  }

  /** Everything in Trash or Spam, for ever: the caller has asked. */
  async empty(accountId: Id, { id, totalEmails }: Mailbox): Promise<void> {
    try {
      await emptyMailbox({ transport: this.transport, queue: this.queue }, accountId, id);
      this.toasts.show({ message: 'toast.destroyed', values: { n: totalEmails } });
    } catch (error) {
      const { code, params, detail } = faultOf(error);
      this.toasts.show({ message: `error.${code}`, values: params, detail, tone: 'error' });
    }
  }

  undo = (): boolean => {
    const done = this.history.undo();
    if (done) this.toasts.dismiss();
    return done;
  };

  #toRole(
    accountId: Id,
    ids: readonly Id[],
    role: MailboxRole,
    from: Id | undefined,
    message: string,
    keywords?: Record<string, boolean>,
  ): void {
    const to = roleMailbox(this.store.view(accountId), role);
    if (!to) {
      this.toasts.show({ message: 'toast.noRole', values: { role }, tone: 'error' });
      return;
    }
    const patches = this.#patches(accountId, ids, (email) => {
      const patch = moved(email, to.id, from);
      return patch && keywords ? { ...patch, keywords } : patch;
    });
    this.#do(accountId, patches, { message, values: { n: ids.length } });
  }

  #patches(accountId: Id, ids: readonly Id[], patchOf: (email: EmailRow) => EmailPatch | null): Change {
    const emails = this.store.view(accountId)?.emails;
    const patches: Record<Id, EmailPatch> = {};
    for (const id of ids) {
      const email = emails?.get(id);
      const patch = email && patchOf(email);
      if (patch) patches[id] = patch;
    }
    return change(patches);
  }

  #do(accountId: Id, by: Change, told: Told | null): void {
    const account = this.store.view(accountId);
    if (!account || isEmpty(by)) return;
    let back = inverse(by, account.emails);
    const step = { undo: () => this.queue.add(accountId, back) };
    this.queue.add(accountId, by, (refused) => {
      // What was never done is not taken back.
      back = withoutRefused(back, refused);
      if (isEmpty(back)) this.history.forget(step);
    });
    if (!told) return;
    this.history.push(step);
    this.toasts.show({
      ...told,
      undo: () => {
        this.history.undo(step);
        this.toasts.dismiss();
      },
    });
  }
}

export function roleMailbox(account: AccountState | undefined, role: MailboxRole): Mailbox | undefined {
  return account?.mailboxes
    ? [...account.mailboxes.values()].find((mailbox) => mailbox.role === role)
    : undefined;
}

/** null where nothing would change: no request is made for it. */
function keyword(email: EmailRow, name: string, on: boolean): EmailPatch | null {
  return Boolean(email.keywords[name]) === on ? null : { keywords: { [name]: on } };
}

function moved(email: EmailRow, to: Id, from: Id | undefined): EmailPatch | null {
  const leaving = from === undefined ? Object.keys(email.mailboxIds) : [from];
  const mailboxIds = Object.fromEntries(
    leaving.filter((id) => id !== to && email.mailboxIds[id]).map((id) => [id, false]),
  );
  if (email.mailboxIds[to] && Object.keys(mailboxIds).length === 0) return null;
  return { mailboxIds: { ...mailboxIds, [to]: true } };
}
