/** Completion of addresses from mail seen (Address/suggest): answers are kept, so that the next key shows something at once. */
import type { Transport } from '@/lib/client/jmap';
import type { EmailAddress, Id } from '@/lib/jmap/types';

const LIMIT = 8;
const MAX_KEPT = 200;

export class Suggestions {
  #known = new Map<string, readonly EmailAddress[]>();

  constructor(
    private readonly transport: Transport,
    private readonly accountId: Id,
  ) {}

  /** What can be said without asking: the answer of this prefix, or what fits of a shorter one. */
  now(prefix: string): readonly EmailAddress[] {
    const wanted = key(prefix);
    for (let length = wanted.length; length > 0; length -= 1) {
      const known = this.#known.get(wanted.slice(0, length));
      if (known) return length === wanted.length ? known : known.filter((address) => fits(address, wanted));
    }
    return [];
  }

  async of(prefix: string, signal: AbortSignal): Promise<readonly EmailAddress[]> {
    const wanted = key(prefix);
    const known = this.#known.get(wanted);
    if (known || wanted === '') return known ?? [];
    const answers = await this.transport.call(
      [
        [
          'Address/suggest',
          { accountId: this.accountId, prefix: wanted.slice(0, 200), limit: LIMIT },
          'suggest',
        ],
      ],
      signal,
    );
    const { list } = answers.of<{ list: EmailAddress[] }>('suggest');
    if (this.#known.size >= MAX_KEPT) this.#known.clear();
    // Whom nobody knew yet may be known at the next try: mail comes while one writes.
    if (list.length > 0) this.#known.set(wanted, list);
    return list;
  }
}

const key = (prefix: string) => prefix.trim().toLowerCase();

function fits({ name, email }: EmailAddress, prefix: string): boolean {
  const words = [...(name ?? '').toLowerCase().split(/\s+/), email.toLowerCase(), (name ?? '').toLowerCase()];
  return words.some((word) => word.startsWith(prefix));
}
