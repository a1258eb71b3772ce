import { expect, it } from 'vitest';
import { CommandError } from '@/lib/errors';
import { isCrowded } from '@/lib/imap/errors';

const refused = (message: string, serverText: string) =>
  isCrowded(new CommandError('commandFailed', message, { serverText }));

it.each([
  ['NO [LIMIT]', 'Try again later'],
  ['NO', 'Too many simultaneous connections. (Failure)'],
  ['NO', '[LIMIT] sessions'],
  ['NO', 'Maximum number of connections from user+IP exceeded'],
])('asks for fewer connections: %s %s', (message, text) => {
  expect(refused(message, text)).toBe(true);
});

it.each([
  ['NO [APPENDLIMIT]', 'larger than the server takes'],
  ['NO', 'Search time limit exceeded'],
  ['NO [OVERQUOTA]', 'Unlimited storage is another plan'],
])('says something else: %s %s', (message, text) => {
  expect(refused(message, text)).toBe(false);
});
