/** Scripts of an account, for the methods that need them. */
import type { Account } from '@/lib/account/account';
import type { Scripts } from '@/lib/account/sieve/scripts';
import type { Context } from './context';
import { MethodError } from './method-error';

/** @throws accountNotSupportedByMethod where no ManageSieve server answers */
export async function withScripts<T>(
  { record }: Account,
  { runtime }: Context,
  work: (scripts: Scripts) => Promise<T>,
): Promise<T> {
  const result = await runtime.sieve.use(record, async (scripts) => ({ value: await work(scripts) }));
  if (!result) throw new MethodError('accountNotSupportedByMethod', 'The account has no ManageSieve server');
  return result.value;
}
