/** R23, R24, I10 over many lives of an account; `npm run soak` runs hundreds more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fakeMaildrop } from '@/test/lib/pop3/fake-maildrop';
import { localAccount } from './local-account';
import { judge, runSeed } from './pop3-seed';

const CHILD = fileURLToPath(new URL('./pop3-child.mts', import.meta.url));
const SEEDS = Array.from({ length: Number(process.env.SOAK ?? 20) }, (_, n) => n + 1);

describe('R23, R24, I10: a POP3 account that much happens to', () => {
  it.each(SEEDS)('has each message once, and the server what it should: seed %i', async (seed) => {
    await runSeed(seed);
  });
});

describe('R24, I10: the process killed (kill -9)', () => {
  // Named by what the maildrop had heard last.
  it.each(['PASS pw', 'TOP 250 0', 'UIDL', 'RETR 1', 'RETR 230', 'DELE 1', 'DELE 200', 'QUIT'])(
    'at %s',
    async (step) => {
      const all = Array.from({ length: 250 }, (_, n) => ({
        uidl: `u${n}`,
        raw: `Message-ID: <${n}@example.org>\r\nSubject: m${n}\r\n\r\nbody ${n}\r\n`,
      }));
      const maildrop = await fakeMaildrop([...all]);
      const dataDir = await mkdtemp(join(tmpdir(), 'gatepost-kill-'));
      const child = spawn(process.execPath, ['--import', 'tsx', CHILD, String(maildrop.port), dataDir], {
        stdio: 'inherit',
      });
      const ended = once(child, 'exit');
      maildrop.misbehaviour.answer = (command) => {
        if (command === step) child.kill('SIGKILL');
        return null;
      };
      const [, signal] = await ended;
      expect(signal).toBe('SIGKILL');
      maildrop.misbehaviour = {};
      const account = await localAccount('sqlite', {
        incoming: { host: '127.0.0.1', port: maildrop.port, security: 'none', user: 'ann' },
        ...{ password: 'pw', dataDir, pop3: { leaveOnServer: false } },
      });
      try {
        await account.source.collect();
        await account.source.idle();
        await judge(step, account, maildrop, all, false);
      } finally {
        await account.close();
        await maildrop.close();
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  );
});
