/** IDLE (RFC 2177) on the selected mailbox, renewed before servers and NATs grow tired of it. */
import { ConnectionError } from '@/lib/errors';
import { mailboxPath } from './mailbox-name';
import { type ImapSession, untaggedCode } from './session';

/**
 * Exchange stops pushing silently, NATs forget, and a peer that hangs says nothing: with the time for the answer it is
 * noticed within a minute (gateway.md 4, security.md R7).
 */
const RENEW_MS = 45_000;
/** The answer to DONE. */
const DONE_MS = 10_000;

/** What the server says while it idles. */
export interface IdleNews {
  /** Of the selected mailbox. */
  onChange(): void;
  /** Of another one (NOTIFY). */
  onStatus?(path: string): void;
  /** Mailboxes came, went or have other names (NOTIFY). */
  onList?(): void;
  /** The server notifies no more: too much happened (RFC 5465 §5.8). */
  onOverflow?(): void;
}

const NEWS = ['EXISTS', 'EXPUNGE', 'VANISHED', 'FETCH'];

/** Resolves when `signal` is aborted and the connection is free again. @throws ConnectionError when it breaks */
export async function idle(
  session: ImapSession,
  news: IdleNews,
  signal: AbortSignal,
  renewMs = RENEW_MS,
): Promise<void> {
  while (!signal.aborted) await idleOnce(session, news, signal, renewMs);
}

async function idleOnce(
  session: ImapSession,
  news: IdleNews,
  signal: AbortSignal,
  renewMs: number,
): Promise<void> {
  let ready = false;
  let asked = false;
  let answer: NodeJS.Timeout | undefined;
  const done = () => {
    asked = true;
    // Before the server's `+` DONE would be a command of its own.
    if (!ready || answer) return;
    session.write('DONE');
    answer = setTimeout(
      () => session.abort(new ConnectionError('connectionTimeout', 'no answer to DONE')),
      DONE_MS,
    );
  };
  const renew = setTimeout(done, renewMs);
  signal.addEventListener('abort', done, { once: true });
  try {
    await session.exec('IDLE', [], {
      silenceMs: renewMs + DONE_MS,
      onPlus: () => {
        ready = true;
        if (asked) done();
      },
      untagged: [
        ...NEWS.map((keyword): [string, () => void] => [keyword, () => news.onChange()]),
        ['STATUS', (line) => news.onStatus?.(mailboxPath(line.attributes?.[0], session.utf8))],
        ['LIST', () => news.onList?.()],
        [
          'OK',
          // What came and went between two looks of the server shows in the mod-sequence only; `Still here` is no news.
          (line) => {
            const { code } = untaggedCode(line);
            if (code === 'HIGHESTMODSEQ') news.onChange();
            if (code === 'NOTIFICATIONOVERFLOW') news.onOverflow?.();
          },
        ],
      ],
    });
  } finally {
    clearTimeout(renew);
    clearTimeout(answer);
    signal.removeEventListener('abort', done);
  }
}
