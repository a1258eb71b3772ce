/**
 * The answer while away (RFC 8621 §8) as a Sieve script of our own (RFC 5230), and the script that runs it beside the user's
 * (RFC 6609): what the user wrote stays as it is. What was asked for is read back from the comment in the first line.
 */
import { z } from 'zod';

export interface Vacation {
  isEnabled: boolean;
  fromDate: string | null;
  toDate: string | null;
  subject: string | null;
  textBody: string | null;
  htmlBody: string | null;
}

export const NO_VACATION: Vacation = {
  isEnabled: false,
  fromDate: null,
  toDate: null,
  subject: null,
  textBody: null,
  htmlBody: null,
};

/** Of ours; not told as scripts of the user. */
export const VACATION_SCRIPT = 'gatepost-vacation';
export const WRAPPER_SCRIPT = 'gatepost';

const VACATION_MARK = '# gatepost-vacation: ';
const WRAPPER_MARK = '# gatepost-runs: ';
/** The same person is answered again after so many days. */
const DAYS = 7;
/** RFC 8621 §8: what is said when the user wrote nothing. */
const NO_TEXT = 'I am away and will read your message when I am back.';

const text = z.string().nullable();
const shape: z.ZodType<Vacation> = z.strictObject({
  isEnabled: z.boolean(),
  fromDate: text,
  toDate: text,
  subject: text,
  textBody: text,
  htmlBody: text,
});

/** What must be in the server's list of extensions. */
export function canBeAway(extensions: readonly string[]): boolean {
  return ['vacation', 'date', 'relational'].every((name) => extensions.includes(name));
}

export function vacationScript(vacation: Vacation, addresses: string[]): string {
  const first = `${VACATION_MARK}${Buffer.from(JSON.stringify(vacation)).toString('base64')}\r\n`;
  if (!vacation.isEnabled) return first;
  const tests = [
    ...(vacation.fromDate
      ? [`currentdate :zone "+0000" :value "ge" "iso8601" ${quoted(moment(vacation.fromDate))}`]
      : []),
    ...(vacation.toDate
      ? [`currentdate :zone "+0000" :value "lt" "iso8601" ${quoted(moment(vacation.toDate))}`]
      : []),
  ];
  const action = [
    `vacation :days ${DAYS}`,
    ...(vacation.subject ? [`:subject ${quoted(vacation.subject)}`] : []),
    `:addresses [${addresses.map(quoted).join(', ')}]`,
    reason(vacation),
  ].join(' ');
  const body = tests.length > 0 ? `if allof (${tests.join(', ')}) {\r\n  ${action};\r\n}` : `${action};`;
  return `${first}require ["vacation", "date", "relational"];\r\n${body}\r\n`;
}

/** null: not written by us. */
export function vacationIn(script: string): Vacation | null {
  const value = markedJson(script, VACATION_MARK);
  const result = shape.safeParse(value);
  return result.success ? result.data : null;
}

/** Runs ours first, then the user's. */
export function wrapperScript(name: string): string {
  const runs = Buffer.from(JSON.stringify(name)).toString('base64');
  return `${WRAPPER_MARK}${runs}\r\nrequire ["include"];\r\ninclude :personal ${quoted(VACATION_SCRIPT)};\r\ninclude :personal ${quoted(name)};\r\n`;
}

/** The user's script that it runs; null: not written by us. */
export function wrappedIn(script: string): string | null {
  const name = markedJson(script, WRAPPER_MARK);
  return typeof name === 'string' ? name : null;
}

function markedJson(script: string, mark: string): unknown {
  const [line = ''] = script.split(/\r?\n/, 1);
  if (!line.startsWith(mark)) return null;
  try {
    return JSON.parse(Buffer.from(line.slice(mark.length), 'base64').toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function reason({ textBody, htmlBody }: Vacation): string {
  if (htmlBody === null) return quoted(textBody ?? NO_TEXT);
  const part = (type: string, content: string) =>
    `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines(content)}`;
  if (textBody === null) return `:mime ${quoted(part('text/html', htmlBody))}`;
  const boundary = 'gatepost-alternative';
  const parts = [part('text/plain', textBody), part('text/html', htmlBody)];
  const body = parts.map((each) => `--${boundary}\r\n${each}\r\n`).join('');
  return `:mime ${quoted(`Content-Type: multipart/alternative; boundary=${boundary}\r\n\r\n${body}--${boundary}--`)}`;
}

function lines(content: string): string {
  return (
    Buffer.from(content)
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  ).join('\r\n');
}

/** RFC 5228 §2.4.2: a quoted string may hold line ends. */
function quoted(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&').replace(/\r?\n/g, '\r\n')}"`;
}

/** As RFC 5260 §4.2 writes it. */
function moment(date: string): string {
  return `${new Date(date).toISOString().slice(0, 19)}+00:00`;
}
