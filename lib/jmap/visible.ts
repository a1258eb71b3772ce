import type { Context } from './context';
import { GATEPOST, type Id } from './types';

/** Properties of ours only for who asks for our capability. */
export function visible<T extends { id: Id }>(object: T, context: Context): T {
  if (context.using.has(GATEPOST)) return object;
  const plain = Object.entries(object).filter(([name]) => !name.startsWith('gatepost:'));
  return Object.fromEntries(plain) as T;
}
