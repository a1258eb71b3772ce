/** Work that nobody waits for, of each kind one at a time; what fails is taken up by a later look. */
import { MailError } from '@/lib/errors';
import { errorFields, log } from '@/lib/log';
import type { ImapContext } from './context';

const running = new WeakMap<ImapContext, Map<string, Promise<void>>>();

/** @param name of the event in the log when it fails; with `key` it tells what is one piece of work */
export function runBehind(context: ImapContext, name: string, key: string, work: () => Promise<void>): void {
  const works = running.get(context) ?? new Map<string, Promise<void>>();
  running.set(context, works);
  const id = `${name} ${key}`;
  if (works.has(id)) return;
  const run = work()
    .catch((error) => {
      if (!(error instanceof MailError)) log.error(name, errorFields(error));
      else if (!context.closed.aborted) log.debug(name, errorFields(error));
    })
    .finally(() => works.delete(id));
  works.set(id, run);
}

export function runsBehind(context: ImapContext, name: string, key: string): boolean {
  return running.get(context)?.has(`${name} ${key}`) ?? false;
}

/** Resolves when nothing runs (tests, closing). */
export async function behindDone(context: ImapContext): Promise<void> {
  await Promise.all(running.get(context)?.values() ?? []);
}
