import { expect, it } from 'vitest';
import { Gate } from '@/lib/jmap/http/gate';

it('RFC 8620 §2: as many at a time as are told, of each user; then there is room again', async () => {
  const gate = new Gate(2, 'maxConcurrentRequests');
  const open: (() => void)[] = [];
  const enter = (user: string) => gate.pass(user, () => new Promise<void>((done) => open.push(done)));
  const inside = [enter('a'), enter('a')];
  await expect(enter('a')).rejects.toMatchObject({
    type: 'limit',
    limit: 'maxConcurrentRequests',
    status: 429,
  });
  inside.push(enter('b'));
  for (const done of open) done();
  await Promise.all(inside);
  expect(await gate.pass('a', async () => 'in')).toBe('in');
  await expect(
    gate.pass('a', async () => {
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(await gate.pass('a', () => gate.pass('a', async () => 'both'))).toBe('both');
});
