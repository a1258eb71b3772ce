import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '') } },
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
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
