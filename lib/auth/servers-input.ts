/** Servers as a person or a program sends them. */
import { z } from 'zod';
import type { Servers } from '@/lib/discovery/types';
import { RequestError } from '@/lib/errors';

/** No line may end inside a login or a host (security.md S16). */
const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}+$/u);

export const serverLogin = z.strictObject({
  host: line(253),
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  user: line(320),
});

const serversSchema = z.strictObject({
  kind: z.enum(['imap', 'pop3']),
  incoming: serverLogin,
  outgoing: serverLogin,
});

export const credentialsSchema = z.strictObject({
  address: line(320),
  password: z.string().min(1).max(1_000),
  servers: serversSchema.optional(),
});

/** @throws invalidArguments */
export function serversIn(value: unknown): Servers {
  const result = serversSchema.safeParse(value);
  if (result.success) return result.data;
  throw new RequestError('invalidArguments', 'these are no servers', { params: { properties: 'servers' } });
}
