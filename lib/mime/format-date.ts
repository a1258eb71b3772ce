/** RFC 5322 §3.3 dates from RFC 3339 ones, with the writer's own offset. */
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** null when `date` is no RFC 3339 date. */
export function formatDate(date: string): string | null {
  const match = RFC3339.exec(date);
  if (!match || Number.isNaN(Date.parse(date))) return null;
  const [, year, month, day, time, offset] = match as unknown as string[];
  const weekday = DAYS[new Date(`${year}-${month}-${day}T00:00:00Z`).getUTCDay()];
  const zone = offset === 'Z' ? '+0000' : (offset as string).replace(':', '');
  return `${weekday}, ${Number(day)} ${MONTHS[Number(month) - 1]} ${year} ${time} ${zone}`;
}
