/** ManageSieve commands as bytes: whatever a name or a script holds travels in a literal, so that nothing can end a line (security.md S16). */
import { RequestError } from '@/lib/errors';
import { SIEVE_LIMITS } from './limits';

export function command(verb: string, ...args: (string | number)[]): Buffer {
  const parts = args.map((arg) => (typeof arg === 'number' ? Buffer.from(` ${arg}`) : literal(arg)));
  return Buffer.concat([Buffer.from(verb), ...parts, Buffer.from('\r\n')]);
}

/** RFC 5804 §1.2: clients send non-synchronising literals. */
function literal(text: string): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length > SIEVE_LIMITS.literal)
    throw new RequestError('tooLarge', 'the script is too large', {
      params: { maxSize: SIEVE_LIMITS.literal },
    });
  if (bytes.includes(0)) throw new RequestError('invalidArguments', 'NUL in a ManageSieve string');
  return Buffer.concat([Buffer.from(` {${bytes.length}+}\r\n`), bytes]);
}

/** RFC 4616: NUL separates, so neither part may hold one. */
export function saslPlain(user: string, password: string): string {
  if (user.includes('\0') || password.includes('\0'))
    throw new RequestError('invalidArguments', 'NUL in a login');
  return Buffer.from(`\0${user}\0${password}`).toString('base64');
}
