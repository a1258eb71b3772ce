/** Messages of Gmail by their own names (X-GM-EXT-1). */
import { atom, type TokenList } from '@/lib/imap/tokens';

/** `OR X-GM-MSGID 1 OR X-GM-MSGID 2 X-GM-MSGID 3` */
export function anyMessage(names: string[]): TokenList {
  return names.flatMap((name, at) => [
    ...(at < names.length - 1 ? [atom('OR')] : []),
    atom('X-GM-MSGID'),
    atom(name),
  ]);
}
