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

/** Mail of one account. */
export interface Part {
  accountId: Id;
  ids: readonly Id[];
  /** Out of this mailbox only: an email may be in several. */
  from?: Id | undefined;
}

type Parts = readonly Part[];

interface Done {
  accountId: Id;
  by: Change;
}

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
  markRead(parts: Parts, read = true, silent = false): void {
    const told = { message: read ? 'toast.read' : 'toast.unread', values: { n: countOf(parts) } };
    this.#do(this.#patched(parts, keyword('$seen', read)), silent ? null : told);
  }

  star(parts: Parts, on = true): void {
    this.#do(this.#patched(parts, keyword('$flagged', on)), null);
  }

  /** Neither now nor later, in this program or in another one (RFC 3503). */
  refuseReceipt(accountId: Id, id: Id): void {
    const parts = [{ accountId, ids: [id] }];
    this.#do(this.#patched(parts, keyword('$mdnsent', true)), { message: 'toast.receiptRefused' });
  }

  /** Within its account. */
  move(part: Part, to: Mailbox): void {
    const told = { message: 'toast.moved', values: { folder: to.name, n: part.ids.length } };
    this.#do(
      this.#patched([part], (email) => moved(email, to.id, part.from)),
      told,
    );
  }

  archive(parts: Parts): void {
    this.#toRole(parts, 'archive', 'toast.archived');
  }

  /** To Trash; `destroy` is for what is there already. */
  delete(parts: Parts): void {
    this.#toRole(parts, 'trash', 'toast.deleted');
  }

  spam(parts: Parts): void {
    this.#toRole(parts, 'junk', 'toast.spam', { $junk: true, $notjunk: false });
  }

  notSpam(parts: Parts): void {
    this.#toRole(parts, 'inbox', 'toast.notSpam', { $junk: false, $notjunk: true });
  }

  /** For ever: the caller has asked. */
  destroy({ accountId, ids, from }: Part): void {
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

  #toRole(parts: Parts, role: MailboxRole, message: string, keywords?: Record<string, boolean>): void {
    const places = parts.map((part) => ({ part, to: roleMailbox(this.store.view(part.accountId), role) }));
    const done = places.flatMap(({ part, to }) =>
      to ? this.#patched([part], (email) => withKeywords(moved(email, to.id, part.from), keywords)) : [],
    );
    const n = countOf(places.flatMap(({ part, to }) => (to ? [part] : [])));
    this.#do(done, { message, values: { n } });
    if (places.some(({ to }) => !to))
      this.toasts.show({ message: 'toast.noRole', values: { role }, tone: 'error' });
  }

  #patched(parts: Parts, patchOf: (email: EmailRow) => EmailPatch | null): Done[] {
    return parts.flatMap(({ accountId, ids }) => {
      const emails = this.store.view(accountId)?.emails;
      const patches: Record<Id, EmailPatch> = {};
      for (const id of ids) {
        const email = emails?.get(id);
        const patch = email && patchOf(email);
        if (patch) patches[id] = patch;
      }
      const by = change(patches);
      return isEmpty(by) ? [] : [{ accountId, by }];
    });
  }

  /** Each change goes to its own account; it is told and taken back as one. */
  #do(changes: readonly Done[], told: Told | null): void {
    if (changes.length === 0) return;
    const back = changes.map(({ accountId, by }) => ({
      accountId,
      by: inverse(by, this.store.view(accountId)?.emails ?? new Map()),
    }));
    const step = {
      undo: () => {
        for (const { accountId, by } of back) if (!isEmpty(by)) this.queue.add(accountId, by);
      },
    };
    changes.forEach(({ accountId, by }, index) => {
      this.queue.add(accountId, by, (refused) => {
        // What was never done is not taken back.
        const part = back[index];
        if (part) part.by = withoutRefused(part.by, refused);
        if (back.every((one) => isEmpty(one.by))) this.history.forget(step);
      });
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

const countOf = (parts: Parts): number => parts.reduce((sum, { ids }) => sum + ids.length, 0);

export function roleMailbox(account: AccountState | undefined, role: MailboxRole): Mailbox | undefined {
  return account?.mailboxes
    ? [...account.mailboxes.values()].find((mailbox) => mailbox.role === role)
    : undefined;
}

/** null where nothing would change: no request is made for it. */
const keyword =
  (name: string, on: boolean) =>
  (email: EmailRow): EmailPatch | null =>
    Boolean(email.keywords[name]) === on ? null : { keywords: { [name]: on } };

function withKeywords(
  patch: EmailPatch | null,
  keywords: Record<string, boolean> | undefined,
): EmailPatch | null {
  return patch && keywords ? { ...patch, keywords } : patch;
}

function moved(email: EmailRow, to: Id, from: Id | undefined): EmailPatch | null {
  const leaving = from === undefined ? Object.keys(email.mailboxIds) : [from];
  const mailboxIds = Object.fromEntries(
    leaving.filter((id) => id !== to && email.mailboxIds[id]).map((id) => [id, false]),
  );
  if (email.mailboxIds[to] && Object.keys(mailboxIds).length === 0) return null;
  return { mailboxIds: { ...mailboxIds, [to]: true } };
}
