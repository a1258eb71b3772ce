import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Lines of the program that match, `file:line:text`; git grep ends with 1 when there is none. */
function linesWith(pattern: string): string[] {
  try {
    const found = execFileSync(
      'git',
      ['grep', '--no-index', '-nE', pattern, '--', 'app', 'components', 'lib'],
      {
        encoding: 'utf8',
      },
    );
    return found.trim().split('\n');
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return [];
    throw error;
  }
}

it('S3: nothing writes HTML but the cleaner and the frame that takes only its type', () => {
  const writers = linesWith(
    'innerHTML *[+]?=[^=]|outerHTML *=[^=]|insertAdjacentHTML|dangerouslySetInnerHTML|document\\.write|createContextualFragment|srcdoc',
  );
  expect(writers).toEqual([]);
});

it('S35: nothing of a mail and no token goes into localStorage', () => {
  const files = new Set(linesWith('localStorage').map((line) => line.split(':')[0]));
  expect([...files].sort()).toEqual([
    'components/auth/known-servers.ts', // hosts and ports by address
    'components/composer/last-format.ts', // formatted or plain
    'lib/client/notify/device.ts', // whether this device announces new mail
    'lib/client/sign-out.ts', // keeps these when everything else is cleared
  ]);
});

it('S24: the environment is read in one place', () => {
  const readers = linesWith('process\\.env\\b').filter(
    (line) => !/^lib\/config\.ts|NEXT_RUNTIME|NEXTAUTH_URL =/.test(line),
  );
  expect(readers).toEqual([]);
});
