import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** No module of theirs keeps anything from one file for the next, as a database or a pool does: they share processes, so that what they import is loaded once. */
const VALUES = ['components', 'docs', 'fixtures', 'lib/client', 'lib/i18n', 'lib/mime', 'lib/sieve'].map(
  (folder) => `test/${folder}/**/*.test.{ts,tsx}`,
);

/** With a browser, or with Gatepost as it is started. */
const BUILT = ['e2e', 'security', 'standalone'].map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'values', include: VALUES, isolate: false, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // They wait for mail servers more than they compute: two of them leave most of two cores idle.
        test: {
          name: 'servers',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...VALUES, ...BUILT],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: { name: 'built', include: BUILT, sequence: { groupOrder: 2 } },
      },
    ],
    // Two cores, on which a browser and the built server are busy.
    maxWorkers: 2,
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    // A browser and mail servers beside each other on two cores: one slow moment is not a defect, two are.
    retry: process.env.CI ? 2 : 0,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 5_000 } },
    reporters: ['default'],
  },
});
