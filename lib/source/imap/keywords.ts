/** IMAP flags and JMAP keywords (RFC 8621 §4.1.1). */

const SYSTEM: [flag: string, keyword: string][] = [
  ['\\Seen', '$seen'],
  ['\\Answered', '$answered'],
  ['\\Flagged', '$flagged'],
  ['\\Draft', '$draft'],
];
const TO_KEYWORD = new Map(SYSTEM.map(([flag, keyword]) => [flag.toLowerCase(), keyword]));
const TO_FLAG = new Map(SYSTEM.map(([flag, keyword]) => [keyword, flag]));

/** RFC 8621 §4.1.1: what a keyword may be made of. */
const KEYWORD = /^[!#$&'+,\-./0-9:;<=>?@[^_`a-z|}~]{1,255}$/;
/** Keywords of one message; above it a server plays tricks. */
const MAX_KEYWORDS = 100;

export interface Marks {
  keywords: string[];
  /** \Deleted: in no list, count or answer. */
  hidden: boolean;
}

export function marksOf(flags: readonly string[] | null): Marks {
  const keywords = new Set<string>();
  let hidden = false;
  for (const flag of flags ?? []) {
    const lower = flag.toLowerCase();
    if (lower === '\\deleted') hidden = true;
    const keyword = TO_KEYWORD.get(lower) ?? lower;
    if (KEYWORD.test(keyword) && keywords.size < MAX_KEYWORDS) keywords.add(keyword);
  }
  return { keywords: [...keywords].sort(), hidden };
}

export function flagOf(keyword: string): string {
  return TO_FLAG.get(keyword) ?? keyword;
}

export function sameMarks(a: Marks, b: Marks): boolean {
  return (
    a.hidden === b.hidden &&
    a.keywords.length === b.keywords.length &&
    a.keywords.every((keyword) => b.keywords.includes(keyword))
  );
}
