/** What the users of a crowd do, by the bare protocol: the same loop of list, open, mark and search. */
import { random } from '@/test/fixtures/random';
import type { Crowd } from './crowd';
import { timed } from './measure';
import { RawImap } from './raw-imap';

/** What a list shows, as a server without an index in front would be asked. */
const ROW =
  '(UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT)] PREVIEW)';
const WINDOW = 50;

export async function rawCrowd(
  { dovecot, members }: Crowd,
  messages: number,
  words: readonly string[],
  ms: number,
): Promise<number[]> {
  const connections = await Promise.all(
    members.map(({ address }) => RawImap.signIn(dovecot.ports.imap, address, 'secret')),
  );
  for (const imap of connections) await imap.command('SELECT INBOX');
  const times: number[] = [];
  const end = performance.now() + ms;
  await Promise.all(connections.map((imap, i) => loop(imap, i, { messages, words, end, times })));
  for (const imap of connections) imap.close();
  return times;
}

interface Loop {
  messages: number;
  words: readonly string[];
  end: number;
  times: number[];
}

async function loop(imap: RawImap, seed: number, { messages, words, end, times }: Loop): Promise<void> {
  const dice = random(seed + 1);
  const act = async (work: () => Promise<unknown>) => times.push(await timed(work));
  while (performance.now() < end) {
    const first = 1 + dice.below(messages - WINDOW);
    await act(() => imap.command(`FETCH ${first}:${first + WINDOW - 1} ${ROW}`));
    const one = first + dice.below(WINDOW);
    await act(() => imap.command(`FETCH ${one} (BODYSTRUCTURE BODY.PEEK[])`));
    await act(() => imap.command(`STORE ${one} ${dice.below(2) === 0 ? '+' : '-'}FLAGS.SILENT (\\Seen)`));
    const word = words[dice.below(words.length)] ?? '';
    await act(async () => {
      const found = (await imap.search(`SUBJECT ${word}`)).slice(-WINDOW);
      if (found.length > 0) await imap.command(`UID FETCH ${found.join()} ${ROW}`);
    });
  }
}
