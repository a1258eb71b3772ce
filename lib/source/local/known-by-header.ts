/** Which messages of a maildrop are here under names that its server no longer has, told by their header blocks. */
import type { Listing, Top } from '@/lib/pop3/feed-store';

/** Of one size: where there are more, fetching them costs less than comparing each with each. */
const MOST_ALIKE = 20;
const CRLF = Buffer.from('\r\n');
const MESSAGE_ID = /^message-id:/im;

/** A message that was stored under a name of before. */
interface Kept {
  uidl: string;
  size: number;
}

interface Comparing<Row> {
  /** What was stored is the same thing under whatever name. */
  identityOf(row: Row): string;
  /** Whether its header is this one, in each byte. */
  begins(row: Row, block: Buffer): boolean | Promise<boolean>;
}

/** Ending in an empty line, as in the message: servers differ in what they end TOP with. */
export function headerBlock(top: Buffer): Buffer {
  const end = top.indexOf('\r\n\r\n');
  if (end >= 0) return top.subarray(0, end + 4);
  return Buffer.concat([top, Buffer.from(top.subarray(-2).equals(CRLF) ? '\r\n' : '\r\n\r\n')]);
}

/** Of equal size, with each byte of the header, and the only one of that kind. @param kept of the sizes of these */
export async function knownByHeader<Row extends Kept>(
  tops: Top[],
  kept: Row[],
  present: ReadonlySet<string>,
  { identityOf, begins }: Comparing<Row>,
): Promise<{ listing: Listing; row: Row }[]> {
  // Under a name that is on the server still, or by one of these.
  const taken = new Set(kept.filter(({ uidl }) => present.has(uidl)).map(identityOf));
  const known: { listing: Listing; row: Row }[] = [];
  for (const { listing, header } of tops) {
    const block = headerBlock(header);
    if (!MESSAGE_ID.test(block.toString('latin1'))) continue;
    const sized = kept.filter((row) => row.size === listing.size && !taken.has(identityOf(row)));
    if (sized.length > MOST_ALIKE) continue;
    const alike: Row[] = [];
    for (const row of sized) if (await begins(row, block)) alike.push(row);
    const [only] = alike;
    if (!only || alike.length > 1) continue;
    taken.add(identityOf(only));
    known.push({ listing, row: only });
  }
  return known;
}
