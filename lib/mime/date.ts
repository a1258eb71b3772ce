/** RFC 5322 §3.3 dates, with the obsolete and the merely common variations. */
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** RFC 5322 §4.3; unknown zones count as -0000. */
const ZONES = new Map<string, string>(
  Object.entries({
    ut: '+0000',
    gmt: '+0000',
    utc: '+0000',
    z: '+0000',
    est: '-0500',
    edt: '-0400',
    cst: '-0600',
    cdt: '-0500',
    mst: '-0700',
    mdt: '-0600',
    pst: '-0800',
    pdt: '-0700',
    msk: '+0300',
    cet: '+0100',
    cest: '+0200',
  }),
);
const DATE =
  /(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]{0,6}[\s,-]+(\d{2,4})\s+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:\.\d{1,9})?\s*([+-]\d{4}|[+-]\d{2}:\d{2}|[A-Za-z]{1,5})?/;

/** RFC 3339 with the sender's own offset (RFC 8621 §4.1.2.6); null when the date cannot be read. */
export function asDate(value: string): string | null {
  const match = DATE.exec(value.slice(0, 200).replace(/\([^()]*\)/g, ' '));
  if (!match) return null;
  const [, day, monthName, year, hour, minute, second = '00', zone = '-0000'] = match as unknown as string[];
  const month = MONTHS.indexOf((monthName as string).toLowerCase());
  const fullYear = yearOf(year as string);
  if (month < 0 || !isRealTime(fullYear, month, Number(day), Number(hour), Number(minute), Number(second)))
    return null;
  const pad = (text: string | number | undefined, digits = 2) => String(text).padStart(digits, '0');
  // 23:59:60 is a leap second; RFC 3339 readers stumble over it.
  const seconds = Math.min(Number(second), 59);
  return `${pad(fullYear, 4)}-${pad(month + 1)}-${pad(day)}T${pad(hour)}:${minute}:${pad(seconds)}${offsetOf(zone)}`;
}

/** RFC 5322 §4.3: 00-49 is this century, 50-99 and three digits count from 1900. */
function yearOf(year: string): number {
  const value = Number(year);
  if (year.length === 2 && value < 50) return value + 2000;
  return year.length < 4 ? value + 1900 : value;
}

function isRealTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): boolean {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 61;
}

function offsetOf(zone: string): string {
  const plain = (ZONES.get(zone.toLowerCase()) ?? (/^[+-]/.test(zone) ? zone : '-0000')).replace(':', '');
  const [hours, minutes] = [plain.slice(1, 3), plain.slice(3)];
  if (Number(hours) > 23 || Number(minutes) > 59) return 'Z';
  return Number(hours) === 0 && Number(minutes) === 0 ? 'Z' : `${plain[0]}${hours}:${minutes}`;
}
