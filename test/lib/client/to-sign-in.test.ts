import { afterEach, expect, it, vi } from 'vitest';
import { toSignIn } from '@/lib/client/to-sign-in';

afterEach(() => vi.unstubAllGlobals());

it('the way to the sign-in page is taken once, however many requests are refused', () => {
  const assign = vi.fn();
  vi.stubGlobal('window', { location: { pathname: '/mail/a/b', search: '?folders', assign } });
  toSignIn();
  toSignIn();
  expect(assign.mock.calls).toEqual([['/sign-in?expired&next=%2Fmail%2Fa%2Fb%3Ffolders']]);
});
