/** What an account may be set to is told to who writes a program (docs/http.md). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '@/lib/account/record';

const page = readFileSync('docs/http.md', 'utf8');
const { imap, pop3, retention, ...others } = DEFAULT_SETTINGS;

it.each([imap, pop3, retention, others].flatMap((part) => Object.keys(part)))(
  '%s is in docs/http.md',
  (name) => {
    expect(page).toMatch(new RegExp(`[\`.]${name}\``));
  },
);

it.each(Object.entries(pop3).filter(([, value]) => value !== null))(
  '%s has its default there',
  (name, value) => {
    const row = page
      .split('\n')
      .find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``));
    const [, names = '', defaults = ''] = row?.split('|') ?? [];
    const at = names.split(',').findIndex((one) => one.includes(`\`${name}\``));
    expect((defaults.split(',')[at] ?? defaults).trim()).toBe(`\`${JSON.stringify(value)}\``);
  },
);
