/** When a message arrived, told from its header. */

/** Enough for the fields that a server puts on top. */
const ARRIVAL_BYTES = 16 * 1024;

/** When the last server on the way took it (RFC 5321 §4.4: the topmost Received), else Date; never later than `now`. */
export function arrivalOf(raw: Buffer, now: number): number {
  const top = raw.toString('latin1', 0, ARRIVAL_BYTES);
  const header = top.slice(0, top.search(/\r?\n\r?\n|$/));
  const received = field(header, 'received');
  for (const text of [received?.slice(received.lastIndexOf(';') + 1), field(header, 'date')]) {
    const time = text ? Date.parse(text.replace(/\([^()]*\)/g, ' ').trim()) : Number.NaN;
    // A clock that runs ahead must not pin a mail to the top of the list (security.md R25).
    if (Number.isFinite(time) && time > 0) return Math.min(time, now);
  }
  return now;
}

/** The first of its name, unfolded; cheaper than reading the whole header for the sake of one field. */
function field(header: string, name: string): string | undefined {
  const start = new RegExp(`^${name}[ \\t]*:`, 'im').exec(header);
  if (!start) return undefined;
  const rest = header.slice(start.index + start[0].length);
  const end = rest.search(/\n(?![ \t])/);
  return (end < 0 ? rest : rest.slice(0, end)).replace(/\r?\n/g, '');
}
