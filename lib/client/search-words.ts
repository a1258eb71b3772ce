/** What is typed into the search: words, and conditions like `from:anna has:file is:unread after:2025-03 2025`, in English or Russian. */
import type { EmailFilterCondition } from '@/lib/jmap/types';

/** A name and a value, quoted where it has spaces; else one word. Linear: every character is looked at once. */
const TOKEN = /([\p{L}]{2,12}):(?:"([^"]*)"?|(\S+))|"([^"]*)"?|(\S+)/gu;

const ADDRESS_FIELDS: Record<string, 'from' | 'to' | 'cc' | 'subject'> = {
  from: 'from',
  to: 'to',
  cc: 'cc',
  subject: 'subject',
  от: 'from',
  кому: 'to',
  копия: 'cc',
  тема: 'subject',
};
const FILE = /^(?:files?|attachments?|файлы?|вложени[ея])$/iu;
const KEYWORDS: Record<string, EmailFilterCondition> = {
  unread: { notKeyword: '$seen' },
  read: { hasKeyword: '$seen' },
  starred: { hasKeyword: '$flagged' },
  непрочитанное: { notKeyword: '$seen' },
  прочитанное: { hasKeyword: '$seen' },
  помеченное: { hasKeyword: '$flagged' },
};

/** Periods begin and end at midnight of the reader. */
export function searchFilter(typed: string): EmailFilterCondition {
  const filter: EmailFilterCondition = {};
  const words: string[] = [];
  for (const [whole, name, quoted, plain, phrase, word] of typed.matchAll(TOKEN)) {
    const value = quoted ?? plain ?? '';
    const condition = name && value !== '' ? conditionOf(name.toLowerCase(), value) : null;
    if (condition) Object.assign(filter, condition);
    else words.push(phrase ?? word ?? whole);
  }
  const isNarrowed = Object.keys(filter).length > 0;
  // A year alone may well be a word of the mail; beside a condition it is the time.
  const year = isNarrowed ? words.findIndex((word) => /^(?:19|20)\d\d$/.test(word)) : -1;
  if (year >= 0) Object.assign(filter, { ...period(words.splice(year, 1)[0] ?? ''), ...filter });
  const text = words.join(' ').trim();
  return { ...filter, ...(text !== '' && { text }) };
}

/** null: only looks like a condition ("re: hello", "12:30"). */
function conditionOf(name: string, value: string): EmailFilterCondition | null {
  const field = ADDRESS_FIELDS[name];
  if (field) return { [field]: value };
  if (['has', 'есть'].includes(name)) return FILE.test(value) ? { hasAttachment: true } : null;
  if (['is', 'это'].includes(name)) return KEYWORDS[value.toLowerCase()] ?? null;
  const time = period(value);
  if (['year', 'год'].includes(name)) return time;
  if (['before', 'до'].includes(name)) return time && { before: time.after };
  if (['after', 'после'].includes(name)) return time && { after: time.after };
  return null;
}

/** `2025`, `2025-03`, `2025-03-09` in the reader's zone. */
function period(value: string): { after: string; before: string } | null {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?$/.exec(value) ?? [];
  if (year === undefined) return null;
  const [y, m, d] = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  const end = day ? new Date(y, m, d + 1) : month ? new Date(y, m + 1, 1) : new Date(y + 1, 0, 1);
  return { after: utc(new Date(y, m, d)), before: utc(end) };
}

/** RFC 8620 §1.4 wants no fraction. */
const utc = (date: Date) => date.toISOString().replace(/\.\d+Z$/, 'Z');
