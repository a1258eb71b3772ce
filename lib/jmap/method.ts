/** A method: its capability, the shape of its arguments, what it does. */
import type { z } from 'zod';
import type { Context } from './context';
import { MethodError } from './method-error';
import type { JsonObject } from './types';

export interface Method {
  capability: string;
  run(args: JsonObject, context: Context): Promise<object>;
}

export type Methods = Record<string, Method>;

export function method<A>(
  capability: string,
  schema: z.ZodType<A>,
  run: (args: A, context: Context) => Promise<object>,
): Method {
  return { capability, run: (args, context) => run(checked(schema, args), context) };
}

function checked<A>(schema: z.ZodType<A>, args: JsonObject): A {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new MethodError('invalidArguments', `${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'invalid'}`);
}
