/** Puts messages into a Maildir as a delivery agent or another mail program would. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Delivery {
  /** Default `INBOX`; levels are divided by `/`. */
  mailbox?: string;
  /** Maildir letters in ASCII order: D draft, F flagged, R answered, S seen, T deleted. Default none. */
  flags?: string;
  /** INTERNALDATE; default now. */
  receivedAt?: number;
}

interface Owner {
  uid: number;
  gid: number;
}

/** Maildir++: `a/b` is the directory `.a.b` beside the inbox. ASCII names only. */
export function maildirOf(home: string, mailbox: string): string {
  const root = join(home, 'Maildir');
  return mailbox === 'INBOX' ? root : join(root, `.${mailbox.replaceAll('/', '.')}`);
}

export async function makeMaildir(dir: string, owner: Owner | null): Promise<void> {
  for (const sub of ['', 'cur', 'new', 'tmp']) {
    const path = join(dir, sub);
    if ((await mkdir(path, { recursive: true, mode: 0o700 })) === undefined) continue;
    if (owner) await chown(path, owner.uid, owner.gid);
  }
}

let counter = 0;

export async function deliverTo(
  dir: string,
  raw: Buffer,
  delivery: Delivery,
  owner: Owner | null,
): Promise<void> {
  const seconds = Math.floor((delivery.receivedAt ?? Date.now()) / 1000);
  counter += 1;
  // Dovecot numbers new files by name; the size in the name spares it a stat.
  const order = String(counter).padStart(9, '0');
  const name = `${seconds}.M${order}P${process.pid}${randomBytes(2).toString('hex')}.test,S=${raw.length}`;
  const temporary = join(dir, 'tmp', name);
  await writeFile(temporary, raw, { mode: 0o600 });
  if (owner) await chown(temporary, owner.uid, owner.gid);
  await utimes(temporary, seconds, seconds);
  const target = delivery.flags ? join('cur', `${name}:2,${delivery.flags}`) : join('new', name);
  await rename(temporary, join(dir, target));
}
