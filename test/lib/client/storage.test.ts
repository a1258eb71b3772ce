import { describe, expect, it } from 'vitest';
import { fullest, share } from '@/lib/client/storage';
import type { Quota } from '@/lib/jmap/types';

const quota = (part: Partial<Quota>): Quota => ({
  id: 'q',
  resourceType: 'octets',
  used: 0,
  hardLimit: 100,
  scope: 'account',
  name: 'User quota',
  types: ['Email'],
  warnLimit: null,
  softLimit: null,
  description: null,
  ...part,
});

describe('how full an account is (RFC 9425)', () => {
  it('is the fullest of what is limited in bytes', () => {
    const told = fullest([
      quota({ used: 10 }),
      quota({ used: 80 }),
      quota({ resourceType: 'count', used: 99 }),
    ]);
    expect(told).toEqual({ used: 80, limit: 100 });
    expect(told && share(told)).toBe(0.8);
  });

  it('is nothing where the server has no limit', () => {
    expect(fullest([])).toBeNull();
    expect(fullest([quota({ hardLimit: 0 })])).toBeNull();
  });
});
