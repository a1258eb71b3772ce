import { expect, it } from 'vitest';
import { normalizeSubject, threadIdOf } from '@/lib/index/thread-id';
import { headers } from './fixture';

it.each([
  ['Re: Hello', 'hello'],
  ['RE: Fwd: AW: [list] Re[2]: Hello', 'hello'],
  ['Отв: Ответ: Привет', 'привет'],
  ['Hello (fwd)', 'hello'],
  ['  Hello \r\n world ', 'hello world'],
  ['[list]', '[list]'],
  ['Re:', 're:'],
  ['Reply: x', 'reply: x'],
  ['', ''],
])('subject %j is compared as %j', (subject, normal) => {
  expect(normalizeSubject(subject)).toBe(normal);
});

it('a conversation has one thread, whichever of its messages is looked at', () => {
  const root = headers({ subject: 'Plan', messageId: ['r@x'] });
  const reply = headers({ subject: 'Re: Plan', messageId: ['s@x'], inReplyTo: ['r@x'] });
  const second = headers({
    subject: 'RE: plan',
    messageId: ['t@x'],
    inReplyTo: ['s@x'],
    references: ['r@x', 's@x'],
  });
  const ids = [root, reply, second].map((each, at) => threadIdOf(`e${at}`, each));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^t[a-z2-7]{20}$/);
});

it('another subject begins another thread (RFC 8621 §3)', () => {
  const root = headers({ subject: 'Plan', messageId: ['r@x'] });
  const other = headers({ subject: 'Lunch', references: ['r@x'] });
  expect(threadIdOf('e1', root)).not.toBe(threadIdOf('e2', other));
});

it('messages that say nothing stand alone', () => {
  expect(threadIdOf('e1', headers())).not.toBe(threadIdOf('e2', headers()));
  expect(threadIdOf('e1', null)).toBe(threadIdOf('e1', headers()));
});

it('S32: a subject made to be slow is not', () => {
  const start = performance.now();
  for (const part of ['Re: ', '[a] ', 'Re[1]:', ' ', 'Fwd : [', '\u00a0'])
    normalizeSubject(part.repeat(300_000));
  expect(performance.now() - start).toBeLessThan(500);
});
