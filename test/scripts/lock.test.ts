import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { missingFrom } from '@/scripts/complete-lock.mjs';

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string>; hasInstallScript?: boolean }>;
}

const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));

test('the lock holds the builds for every platform, so that npm ci works on all of them', () => {
  expect(missingFrom(lock)).toEqual([]);
});

test('S34: no package that runs in production has an install script that must run', () => {
  const needed = Object.entries(lock.packages)
    .filter(([, entry]) => entry.hasInstallScript && !('dev' in entry) && !('optional' in entry))
    .map(([path]) => path);
  expect(needed).toEqual([]);
});
