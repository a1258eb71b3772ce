/** Keywords as they lie in a row: the well-known ones as bits, the others as ` a b `, so that ` a ` finds one. */
const BITS = ['$seen', '$flagged', '$answered', '$draft', '$forwarded', '$junk', '$notjunk', '$phishing'];
/** More on one message is abuse (RFC 8621 §4.1.1 sets no limit). */
const MAX_KEYWORDS = 100;
/** RFC 8621 §4.1.1: 1 to 255 characters. */
const MAX_LENGTH = 255;

const SEEN = 1;
const DRAFT = 8;

export interface Keywords {
  flags: number;
  /** '' or ` a b `, sorted. */
  keywords: string;
}

export function packKeywords(names: readonly string[]): Keywords {
  let flags = 0;
  const others = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    const bit = BITS.indexOf(lower);
    if (bit >= 0) flags |= 1 << bit;
    else if (lower !== '' && lower.length <= MAX_LENGTH && !/\s/.test(lower) && others.size < MAX_KEYWORDS) {
      others.add(lower);
    }
  }
  return { flags, keywords: packOthers(others) };
}

export function unpackKeywords({ flags, keywords }: Keywords): string[] {
  const names = BITS.filter((_, bit) => flags & (1 << bit));
  return keywords === '' ? names : [...names, ...keywords.trim().split(' ')];
}

/** The union, but `$seen` only if every copy is seen (gateway.md 2.2). */
export function mergeKeywords(copies: readonly Keywords[]): Keywords {
  const [first, ...rest] = copies;
  if (first === undefined) return { flags: 0, keywords: '' };
  if (rest.length === 0) return { flags: first.flags, keywords: first.keywords };
  const all = copies.reduce((flags, copy) => flags | copy.flags, 0);
  const seen = copies.every((copy) => copy.flags & SEEN) ? SEEN : 0;
  const others = new Set(copies.flatMap(({ keywords }) => keywords.split(' ')).filter((name) => name !== ''));
  return { flags: (all & ~SEEN) | seen, keywords: packOthers(others) };
}

/** Neither seen nor a draft (RFC 8621 §2, unreadEmails). */
export function isUnread(flags: number): boolean {
  return (flags & (SEEN | DRAFT)) === 0;
}

/** The bit of a well-known keyword, 0 for the others. */
export function keywordBit(keyword: string): number {
  const bit = BITS.indexOf(keyword.toLowerCase());
  return bit < 0 ? 0 : 1 << bit;
}

function packOthers(names: Set<string>): string {
  return names.size === 0 ? '' : ` ${[...names].sort().join(' ')} `;
}
