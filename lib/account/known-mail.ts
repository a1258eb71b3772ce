/** Which messages a mailbox holds already: by Message-ID and size; without a Message-ID by their bytes. */
import { hashOf } from '@/lib/db/blob-store-spool';
import type { Id } from '@/lib/jmap/types';
import { emailHeaders } from '@/lib/mime/header';
import type { EmailHeaders } from '@/lib/mime/types';
import type { Account } from './account';
import { readAtMost } from './read-at-most';

const PAGE = 500;

export class KnownMail {
  readonly #account: Account;
  readonly #ids = new Map<string, Id[]>();
  readonly #hashes = new Set<string>();

  private constructor(account: Account) {
    this.#account = account;
  }

  static async of(account: Account, mailboxId: Id): Promise<KnownMail> {
    const known = new KnownMail(account);
    const locations = await account.index.mailboxLocations(mailboxId, 1, Number.MAX_SAFE_INTEGER);
    for (let at = 0; at < locations.length; at += PAGE) {
      const ids = locations.slice(at, at + PAGE).map(({ emailId }) => emailId);
      for (const { id, headers, size } of await account.index.emails(ids, { withoutStructure: true })) {
        if (!headers) continue;
        const key = keyOf(headers, size);
        known.#ids.set(key, [...(known.#ids.get(key) ?? []), id]);
      }
    }
    return known;
  }

  async has(raw: Buffer): Promise<boolean> {
    const headers = emailHeaders(raw);
    const hash = hashOf(raw);
    if (this.#hashes.has(hash)) return true;
    const ids = this.#ids.get(keyOf(headers, raw.length)) ?? [];
    if (headers.messageId?.[0] !== undefined) return ids.length > 0;
    for (const id of ids) {
      const bytes = await readAtMost(await this.#account.source.readRaw(id), raw.length);
      if (hashOf(bytes) === hash) return true;
    }
    return false;
  }

  add(raw: Buffer): void {
    this.#hashes.add(hashOf(raw));
  }
}

function keyOf({ messageId, subject, sentAt }: EmailHeaders, size: number): string {
  const name = messageId?.[0];
  return name === undefined ? `${size} - ${sentAt} ${subject}` : `${size} ${name}`;
}
