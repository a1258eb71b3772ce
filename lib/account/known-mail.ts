/** Which messages a mailbox holds already: by Message-ID and size; without a Message-ID by their bytes. */
import type { Id } from '@/lib/jmap/types';
import type { EmailHeaders } from '@/lib/mime/types';
import type { Account } from './account';
import { hashOf } from './destination';

const PAGE = 500;

export interface Candidate {
  headers: EmailHeaders;
  size: number;
  sha256: string;
}

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

  async has({ headers, size, sha256 }: Candidate): Promise<boolean> {
    if (this.#hashes.has(sha256)) return true;
    const ids = this.#ids.get(keyOf(headers, size)) ?? [];
    if (headers.messageId?.[0] !== undefined) return ids.length > 0;
    for (const id of ids) if ((await hashOf(this.#account, id)) === sha256) return true;
    return false;
  }

  add({ sha256 }: Candidate): void {
    this.#hashes.add(sha256);
  }
}

function keyOf({ messageId, subject, sentAt }: EmailHeaders, size: number): string {
  const name = messageId?.[0];
  return name === undefined ? `${size} - ${sentAt} ${subject}` : `${size} ${name}`;
}
