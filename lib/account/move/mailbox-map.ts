/** Which mailbox of one account stands for which of another: by role, else by name and place; made where it is missing. */
import type { Account } from '@/lib/account/account';
import type { MailboxRow } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';

export class MailboxMap {
  readonly #from: Map<Id, MailboxRow>;
  readonly #to: Account;
  readonly #known = new Map<Id, Id>();

  private constructor(from: MailboxRow[], to: Account) {
    this.#from = new Map(from.map((mailbox) => [mailbox.id, mailbox]));
    this.#to = to;
  }

  static async between(from: Account, to: Account): Promise<MailboxMap> {
    return new MailboxMap(await from.mailboxes(), to);
  }

  /** Of an Email that is in several. */
  async all(ids: Id[]): Promise<Id[]> {
    const found: Id[] = [];
    for (const id of ids) found.push(await this.one(id));
    return [...new Set(found)];
  }

  async one(id: Id): Promise<Id> {
    const known = this.#known.get(id);
    if (known) return known;
    const mailbox = this.#from.get(id);
    if (!mailbox) throw new Error('a mailbox that is gone');
    const like = await this.#like(mailbox);
    this.#known.set(id, like);
    return like;
  }

  async #like({ name, role, parentId }: MailboxRow): Promise<Id> {
    const mailboxes = await this.#to.mailboxes();
    const sameRole = role === null ? undefined : mailboxes.find((one) => one.role === role);
    if (sameRole) return sameRole.id;
    const parent = parentId === null ? null : await this.one(parentId);
    const sameName = mailboxes.find((one) => one.name === name && one.parentId === parent);
    if (sameName) return sameName.id;
    const made = { name, parentId: parent, role, isSubscribed: true };
    return this.#to.write((source) => source.createMailbox(made));
  }
}
