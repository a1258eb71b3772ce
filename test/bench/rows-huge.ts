/** One mail as large as servers keep: however large it is, it passes through in pieces. */
import { createWriteStream } from 'node:fs';
import { chown, rename, stat } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Id } from '@/lib/jmap/types';
import { OWNER, USERS } from './mailboxes';
import { figures, type Row, residentMegabytes, timed, until } from './measure';
import { mailboxId, type Stage } from './stage';

const SAMPLE_MS = 100;
const LIMIT_MS = 60_000;
const LINE = `${'QUJD'.repeat(19)}\r\n`;
const PIECE = Buffer.from(LINE.repeat(13_000));

export async function hugeRows(stage: Stage, megabytes: number): Promise<Row[]> {
  const bytes = megabytes * 1_000_000;
  await deliver(stage, bytes);
  const { jmap, accountId, gatepost } = stage;
  const filter = { inMailbox: mailboxId(stage, 'inbox'), minSize: bytes };
  let ids: Id[] = [];
  await until(
    async () => {
      ids = (await jmap.ask('Email/query', { accountId, filter })).ids as Id[];
      return ids.length > 0;
    },
    500,
    LIMIT_MS,
  );
  const { list } = await jmap.ask('Email/get', { accountId, ids, properties: ['blobId'] });
  const [{ blobId }] = list as [{ blobId: Id }];
  const before = await residentMegabytes(gatepost.pid);
  let highest = before;
  const sampler = setInterval(async () => {
    highest = Math.max(highest, await residentMegabytes(gatepost.pid));
  }, SAMPLE_MS);
  let received = 0;
  const ms = await timed(async () => {
    received = await countBytes(new URL(`/jmap/download/${accountId}/${blobId}/file`, gatepost.url));
  });
  clearInterval(sampler);
  if (received < bytes) throw new Error(`${received} of ${bytes} bytes came`);
  return [
    {
      what: `download of ${megabytes} MB: memory on top`,
      budget: 'flat',
      p50: 200,
      unit: 'MB',
      gatepost: figures([highest - before]),
    },
    { what: 'the same, rate', budget: '', unit: 'MB/s', gatepost: figures([received / 1000 / ms]) },
  ];
}

function countBytes(url: URL): Promise<number> {
  const authorization = `Basic ${Buffer.from(`${OWNER}:${USERS[OWNER]}`).toString('base64')}`;
  return new Promise((resolve, reject) => {
    get(url, { headers: { Authorization: authorization } }, (response) => {
      let received = 0;
      response.on('data', (chunk: Buffer) => {
        received += chunk.length;
      });
      response.on('end', () => resolve(received));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Too large for a Buffer: written in pieces, then put in its place as a delivery agent does. */
async function deliver({ dovecot }: Stage, bytes: number): Promise<void> {
  const maildir = join(dovecot.directory, 'home', OWNER, 'Maildir');
  const name = `${Math.floor(Date.now() / 1000)}.M1P1huge.bench`;
  await pipeline(pieces(bytes), createWriteStream(join(maildir, 'tmp', name), { mode: 0o600 }));
  const { uid, gid } = await stat(maildir);
  await chown(join(maildir, 'tmp', name), uid, gid);
  await rename(join(maildir, 'tmp', name), join(maildir, 'new', name));
}

function* pieces(bytes: number): Generator<Buffer> {
  yield Buffer.from(`From: bench@example.org\r\nTo: ${OWNER}\r\nSubject: huge\r\n\r\n`);
  for (let written = 0; written < bytes; written += PIECE.length) yield PIECE;
}
