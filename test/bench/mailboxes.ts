/** The mail of a run: made once, kept in the cache, linked into each run's Dovecot, so that a second run starts at once. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fillMaildir } from '@/test/fixtures/maildir-writer';
import type { DovecotServer } from '@/test/servers/dovecot';

const run = promisify(execFile);

export const OWNER = 'owner@example.org';
export const COLLECTOR = 'collector@example.org';
/** Gets what is sent. */
export const FRIEND = 'friend@example.org';
export const USERS = { [OWNER]: 'secret', [COLLECTOR]: 'secret', [FRIEND]: 'secret' };

/** To be raised when what is generated changes. */
const VERSION = 1;
const SEED = 20;
const FOLDER_MESSAGES = 20;
/** Few sizes are so large: by them the same messages are found over any protocol. */
const OPENED = { count: 80, size: 20_000 };
const DOWNLOADED = { count: 12, size: 5_000_000 };
const START = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;

/** With the six that every account of the test server has: 56. */
const FOLDERS = Array.from({ length: 10 }, (_, i) => `Client ${i}`).flatMap((client) => [
  client,
  ...['Orders', 'Invoices', 'Letters', 'Plans'].map((name) => `${client}/${name}`),
]);

export interface Sizes {
  /** In the inbox of the owner. */
  messages: number;
  /** In the inbox of the collector, small ones. */
  small: number;
}

/** Before anybody signs in. */
export async function fillMailboxes(dovecot: DovecotServer, cache: string, sizes: Sizes): Promise<void> {
  const kept = join(cache, `mail-v${VERSION}-${sizes.messages}-${sizes.small}`);
  const home = join(dovecot.directory, 'home');
  if (!existsSync(kept)) {
    await generate(dovecot, home, sizes);
    await mkdir(cache, { recursive: true });
    await rm(`${kept}.new`, { recursive: true, force: true });
    await link(home, `${kept}.new`);
    await rename(`${kept}.new`, kept);
  } else {
    await link(`${kept}/.`, home);
  }
  for (const user of [OWNER, COLLECTOR]) await dovecot.doveadm('index', '-u', user, '*');
}

/** Hard links: message files are never written to again, and Dovecot's own files are made by each run. */
async function link(from: string, to: string): Promise<void> {
  await run('cp', ['-a', '--link', from, to]);
}

async function generate(dovecot: DovecotServer, home: string, { messages, small }: Sizes): Promise<void> {
  const maildir = (user: string) => join(home, user, 'Maildir');
  fillMaildir(maildir(OWNER), { seed: SEED, count: messages, folder: 'INBOX' });
  FOLDERS.forEach((folder, i) => {
    fillMaildir(maildir(OWNER), {
      seed: SEED,
      count: FOLDER_MESSAGES,
      folder,
      from: messages + i * FOLDER_MESSAGES,
    });
  });
  for (const { count, size } of [OPENED, DOWNLOADED]) {
    for (let i = 0; i < count; i += 1) {
      const receivedAt = START + (i + 1) * HOUR;
      await dovecot.deliver(OWNER, messageOf(size, i), { receivedAt, flags: 'S' });
    }
  }
  for (let i = 0; i < small; i += 1) await dovecot.deliver(COLLECTOR, messageOf(1_500, i));
}

/** A letter for people, or, when large, one with a file. */
export function messageOf(size: number, i: number): Buffer {
  const head = [
    `From: Bench <bench${i}@example.org>`,
    `To: ${OWNER}`,
    `Subject: Bench ${size} ${i}`,
    `Date: ${new Date(START + i * HOUR).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <bench.${size}.${i}@example.org>`,
    'MIME-Version: 1.0',
  ].join('\r\n');
  if (size < 100_000) return Buffer.from(`${head}\r\n${letter(size - head.length)}`);
  return Buffer.from(
    [
      head,
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'With a file.',
      '--b',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename=file.bin',
      'Content-Transfer-Encoding: base64',
      '',
      randomBytes(Math.round((size * 3) / 4))
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n'),
      '--b--',
      '',
    ].join('\r\n'),
  );
}

function letter(size: number): string {
  const line = 'The plan for the next quarter needs one more review before Friday.';
  const half = Math.max(1, Math.floor((size - 300) / 2 / (line.length + 9)));
  const lines = Array.from({ length: half }, () => line);
  return [
    'Content-Type: multipart/alternative; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    ...lines,
    '--b',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<html><body>',
    ...lines.map((text) => `<p>${text}</p>`),
    '</body></html>',
    '--b--',
    '',
  ].join('\r\n');
}
