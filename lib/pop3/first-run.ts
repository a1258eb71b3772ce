/**
 * What the first session with a maildrop brings: everything, the last days, or only what comes from now on. `ask`: of a full
 * one the last days; whether the rest is wanted, too, the person says afterwards (`all`).
 */
import { CommandError } from '@/lib/errors';
import { arrivalOf } from '@/lib/mime/arrival';
import type { Pop3Client } from '@/lib/pop3/client';
import type { MaildropMessage } from '@/lib/pop3/maildrop';

const DAY_MS = 24 * 60 * 60 * 1000;
/** So few are brought without a question. */
const FEW = 200;
/** Maildrops are in the order of arrival, nearly: so many older ones in a row, and the rest is older. */
const OLDER_IN_A_ROW = 20;
/** Headers asked for at once where the server takes commands in a pipeline. */
const TOGETHER = 20;

export interface FirstRunPolicy {
  firstRun: 'ask' | 'all' | 'days' | 'new';
  firstRunDays: number;
}

export interface Chosen {
  wanted: MaildropMessage[];
  skipped: MaildropMessage[];
}

export async function chooseFirst(
  client: Pop3Client,
  messages: MaildropMessage[],
  { firstRun, firstRunDays }: FirstRunPolicy,
  now: number,
): Promise<Chosen> {
  if (firstRun === 'all' || (firstRun === 'ask' && messages.length <= FEW))
    return { wanted: messages, skipped: [] };
  if (firstRun === 'new') return { wanted: [], skipped: messages };
  const recent = await recentOnes(client, messages, now - firstRunDays * DAY_MS, now);
  // A server without TOP does not tell how old its mail is: rather too much than too little.
  if (recent === null) return { wanted: messages, skipped: [] };
  return {
    wanted: messages.filter((message) => recent.has(message)),
    skipped: messages.filter((message) => !recent.has(message)),
  };
}

async function recentOnes(
  client: Pop3Client,
  messages: MaildropMessage[],
  since: number,
  now: number,
): Promise<Set<MaildropMessage> | null> {
  const recent = new Set<MaildropMessage>();
  let older = 0;
  for (let end = messages.length; end > 0 && older < OLDER_IN_A_ROW; end -= TOGETHER) {
    const slice = messages.slice(Math.max(0, end - TOGETHER), end).reverse();
    const headers = await Promise.all(slice.map(({ number }) => headerOf(client, number)));
    if (headers.every((header) => header === null)) return null;
    for (const [index, message] of slice.entries()) {
      const header = headers[index];
      if (header && arrivalOf(header, now) < since) older += 1;
      else {
        older = 0;
        recent.add(message);
      }
    }
  }
  return recent;
}

/** null: refused. */
export async function headerOf(client: Pop3Client, number: number): Promise<Buffer | null> {
  try {
    return await client.top(number, 0);
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}
