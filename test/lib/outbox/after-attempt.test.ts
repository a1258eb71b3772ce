import { expect, test } from 'vitest';
import { CommandError, ConnectionError } from '@/lib/errors';
import { afterAttempt } from '@/lib/outbox/after-attempt';
import { nextTry } from '@/lib/outbox/retry';

const HOUR = 3_600_000;
const waiting = { outcome: 'waiting', reply: '' } as const;
const row = { attempts: 1, sendAt: 0, recipients: { 'a@x.org': waiting, 'b@x.org': waiting } };
const later = new CommandError('tryLater', 'later', { serverText: '451 later' });

test('R4: retries come after 1, 5, 15 and 60 minutes and end after a day', () => {
  const minutes = [1, 2, 3, 4].map((attempts) => (nextTry(attempts, 0, 0) ?? 0) / 60_000);
  expect(minutes).toEqual([1, 5, 15, 60]);
  expect(nextTry(9, 0, 24 * HOUR)).toBeNull();
});

test('a temporary refusal waits for its next try and says why', () => {
  const next = afterAttempt(row, { kind: 'refused', temporary: true, error: later, recipients: [] }, 1000);
  expect(next).toMatchObject({
    state: 'due',
    nextTryAt: 61_000,
    code: 'tryLater',
    serverText: '451 later',
    file: false,
  });
});

test('R4: what is still put off after a day has failed', () => {
  const next = afterAttempt(
    { ...row, attempts: 12 },
    { kind: 'refused', temporary: true, error: later, recipients: [] },
    25 * HOUR,
  );
  expect(next).toMatchObject({ state: 'failed', nextTryAt: null });
});

test('I3, pitfall 14: an uncertain outcome is never tried again by itself', () => {
  const error = new ConnectionError('connectionLost', 'lost');
  const next = afterAttempt(row, { kind: 'uncertain', error, recipients: [] }, 0);
  expect(next).toMatchObject({ state: 'uncertain', nextTryAt: null, file: false });
  expect(next.recipients['a@x.org']?.outcome).toBe('unknown');
});

test('I5: accepted recipients are done, those put off are tried alone, refused ones are told', () => {
  const recipients = {
    'a@x.org': waiting,
    'b@x.org': waiting,
    'c@x.org': waiting,
  };
  const first = afterAttempt(
    { ...row, recipients },
    {
      kind: 'accepted',
      reply: '250 ok',
      recipients: [
        { address: 'a@x.org', accepted: true, reply: '250 ok' },
        { address: 'b@x.org', accepted: false, reply: '450 greylisted' },
        { address: 'c@x.org', accepted: false, reply: '550 unknown' },
      ],
    },
    0,
  );
  expect(first).toMatchObject({ state: 'due', file: true });
  expect(Object.values(first.recipients).map((one) => one.outcome)).toEqual([
    'accepted',
    'waiting',
    'refused',
  ]);

  const refusal = new CommandError('recipientsRefused', 'no');
  const second = afterAttempt(
    { attempts: 2, sendAt: 0, recipients: first.recipients },
    {
      kind: 'refused',
      temporary: false,
      error: refusal,
      recipients: [{ address: 'b@x.org', accepted: false, reply: '550 no' }],
    },
    0,
  );
  expect(second).toMatchObject({ state: 'sent', file: false });
  expect(second.recipients['b@x.org']).toEqual({ outcome: 'refused', reply: '550 no' });
});
