import { expect, it, vi } from 'vitest';
import { CommandError, ConnectionError, MailError, RequestError } from '@/lib/errors';

class Narrower extends RequestError {}

it('an error is of its kind and of those above, and of no other', () => {
  const error = new RequestError('notFound', 'x');
  expect(error instanceof MailError).toBe(true);
  expect(error instanceof RequestError).toBe(true);
  expect(error instanceof CommandError).toBe(false);
  expect(error instanceof Narrower).toBe(false);
  expect(new Narrower('notFound', 'x') instanceof RequestError).toBe(true);
  expect(new MailError('notFound', 'x') instanceof RequestError).toBe(false);
  expect(new Error('x') instanceof MailError).toBe(false);
  expect((null as unknown) instanceof MailError).toBe(false);
});

it('so is one that a second copy of the module made, as in each of the server bundles', async () => {
  vi.resetModules();
  const copy = await import('@/lib/errors');
  expect(copy.RequestError).not.toBe(RequestError);
  const error: unknown = new copy.RequestError('blobNotFound', 'x');
  expect(error instanceof RequestError).toBe(true);
  expect(error instanceof MailError).toBe(true);
  expect(error instanceof ConnectionError).toBe(false);
  expect(error instanceof Narrower).toBe(false);
});
