import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** No module of theirs keeps anything from one file for the next, as a database or a pool does: they share processes, so that what they import is loaded once. */
const VALUES = ['components', 'docs', 'fixtures', 'lib/client', 'lib/i18n', 'lib/mime', 'lib/sieve'].map(
  (folder) => `test/${folder}/**/*.test.{ts,tsx}`,
);

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
        test: {
          name: 'servers',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: VALUES,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // Two cores and real mail servers: more workers only make the servers time out.
    setupFiles: ['test/setup.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    // A browser and mail servers beside each other on two cores: one slow moment is not a defect, two are.
    retry: process.env.CI ? 2 : 0,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 5_000 } },
    reporters: ['default'],
  },
});
