/** Sets of UIDs as short ascending ranges (RFC 3501 §9 sequence-set). */

/** Bytes of one set: RFC 2683 §3.2.1.5 asks for lines below 1,000. */
const MAX_SET_BYTES = 900;

/** `[5, 1, 2, 3]` -> `1:3,5`. Ascending: QQ refuses descending ranges (gateway.md pitfall 10). */
export function uidSet(uids: Iterable<number>): string {
  return ranges(uids).join(',');
}

/** The same in as many sets as keep each command line short (pitfall 9). */
export function uidSets(uids: Iterable<number>): { set: string; uids: number[] }[] {
  const sets: { set: string; uids: number[] }[] = [];
  let current: string[] = [];
  let bytes = 0;
  const flush = () => {
    if (current.length === 0) return;
    const set = current.join(',');
    sets.push({ set, uids: expandUidSet(set) });
    current = [];
    bytes = 0;
  };
  for (const range of ranges(uids)) {
    if (bytes + range.length + 1 > MAX_SET_BYTES) flush();
    current.push(range);
    bytes += range.length + 1;
  }
  flush();
  return sets;
}

function ranges(uids: Iterable<number>): string[] {
  const sorted = [...new Set(uids)].sort((a, b) => a - b);
  const out: string[] = [];
  let start = sorted[0];
  for (let i = 0; i < sorted.length; i += 1) {
    const uid = sorted[i];
    if (uid === undefined || start === undefined) break;
    const next = sorted[i + 1];
    if (next === uid + 1) continue;
    out.push(start === uid ? String(uid) : `${start}:${uid}`);
    start = next;
  }
  return out;
}

/** UIDs that one answer may name: above it the server talks nonsense. */
const MAX_EXPANDED = 5_000_000;

/** `1:3,5` -> `[1, 2, 3, 5]`, in the order given (COPYUID pairs by position, RFC 4315 §3). */
export function expandUidSet(set: string): number[] {
  const out: number[] = [];
  for (const range of set.split(',')) {
    const match = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(range);
    if (!match) continue;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    const [low, high] = first <= last ? [first, last] : [last, first];
    for (let uid = low; uid <= high && out.length < MAX_EXPANDED; uid += 1) out.push(uid);
  }
  return out;
}

/** Whether a UID is in a set, without expanding it: one short line may name millions. */
export function rangeTest(set: string): (uid: number) => boolean {
  const ranges = set
    .split(',')
    .map((range) => {
      const [low = '', high = low] = range.split(':');
      const bounds = [Number(low), high === '*' ? Number.POSITIVE_INFINITY : Number(high)];
      return { low: Math.min(...bounds), high: Math.max(...bounds) };
    })
    .sort((a, b) => a.low - b.low);
  // The furthest end so far: ranges may overlap.
  let reach = 0;
  const reaches = ranges.map(({ high }) => {
    reach = Math.max(reach, high);
    return reach;
  });
  return (uid) => {
    let [from, to] = [0, ranges.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((ranges[middle]?.low ?? 0) <= uid) from = middle + 1;
      else to = middle;
    }
    return from > 0 && (reaches[from - 1] ?? 0) >= uid;
  };
}
