/** Dates as IMAP writes them (RFC 3501 §9). */
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `"07-Feb-1994 21:52:25 +0000"` */
export function dateTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return `${iso.slice(8, 10)}-${month}-${iso.slice(0, 4)} ${iso.slice(11, 19)} +0000`;
}

/** `7-Feb-1994`: the day of a SEARCH, one earlier, as servers compare it in their own time zone. */
export function searchDate(ms: number): string {
  const [day = '', month = '', year = ''] = dateTime(ms - 86_400_000)
    .slice(0, 11)
    .split('-');
  return `${Number(day)}-${month}-${year}`;
}
