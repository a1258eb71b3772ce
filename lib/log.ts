/**
 * JSON lines to stdout (pretty on a terminal). Never a password, token, cookie, subject, body or address
 * (security.md S33): callers log ids.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogFields = Record<string, string | number | boolean | null | undefined>;

const LEVELS: LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
let threshold = LEVELS.indexOf('info');

export function setLogLevel(level: LogLevel): void {
  threshold = LEVELS.indexOf(level);
}

/** What an error may say in the log: its class, code and message without line breaks. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const code = 'code' in error ? String(error.code) : undefined;
  return { error: error.name, code, message: error.message };
}

function write(level: LogLevel, event: string, fields: LogFields): void {
  if (LEVELS.indexOf(level) < threshold) return;
  const line = { time: new Date().toISOString(), level, event, ...fields };
  // JSON escapes C0; C1 and bidi controls could still repaint a terminal.
  const text = process.stdout.isTTY
    ? `${line.time.slice(11, 19)} ${level.padEnd(5)} ${event} ${Object.entries(fields)
        .filter(([, v]) => v !== undefined)
        .map(([k, v]) => `${k}=${JSON.stringify(v)}`)
        .join(' ')}`
    : JSON.stringify(line);
  process.stdout.write(`${text.replace(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')}\n`);
}

export const log = {
  debug: (event: string, fields: LogFields = {}) => write('debug', event, fields),
  info: (event: string, fields: LogFields = {}) => write('info', event, fields),
  warn: (event: string, fields: LogFields = {}) => write('warn', event, fields),
  error: (event: string, fields: LogFields = {}) => write('error', event, fields),
};
