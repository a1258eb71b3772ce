/** IDLE (RFC 2177) on the selected mailbox, renewed before servers and NATs grow tired of it. */
import { ConnectionError } from '@/lib/errors';
import { type ImapSession, untaggedCode } from './session';

/** Exchange stops pushing silently, some servers cut at 10 minutes (gateway.md 4). */
const RENEW_MS = 9 * 60_000;
/** The answer to DONE. */
const DONE_MS = 10_000;

const NEWS = ['EXISTS', 'EXPUNGE', 'VANISHED', 'FETCH'];

/** Resolves when `signal` is aborted and the connection is free again. @throws ConnectionError when it breaks */
export async function idle(session: ImapSession, onChange: () => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await idleOnce(session, onChange, signal);
}

async function idleOnce(session: ImapSession, onChange: () => void, signal: AbortSignal): Promise<void> {
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
  const renew = setTimeout(done, RENEW_MS);
  signal.addEventListener('abort', done, { once: true });
  try {
    await session.exec('IDLE', [], {
      silenceMs: RENEW_MS + DONE_MS,
      onPlus: () => {
        ready = true;
        if (asked) done();
      },
      untagged: [
        ...NEWS.map((keyword): [string, () => void] => [keyword, onChange]),
        [
          'OK',
          // What came and went between two looks of the server shows in the mod-sequence only; `Still here` is no news.
          (line) => {
            if (untaggedCode(line).code === 'HIGHESTMODSEQ') onChange();
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
