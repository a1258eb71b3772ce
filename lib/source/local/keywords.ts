/** Keywords of what a POP3 feed brings. */
import type { Pop3Settings } from '@/lib/account/record';
import type { Fetched } from '@/lib/pop3/feed-store';

/** Of a message that was here before, where the user wants both. */
export const DUPLICATE = 'duplicate';
/** Of a message whose rest is fetched when it is opened. */
export const HEADERS_ONLY = 'headers-only';
/** What was there before and is dated now would pass for new mail (draft-ietf-mailmaint-messageflag-mailboxattribute). */
export const IMPORTED = '$imported';

export function keywordsOf(
  { markReadOnFetch, tag, keepDate }: Pop3Settings,
  { headerOnly, isOld }: Pick<Fetched, 'headerOnly' | 'isOld'>,
): string[] {
  return [
    ...(markReadOnFetch ? ['$seen'] : []),
    ...(headerOnly ? [HEADERS_ONLY] : []),
    ...(isOld && !keepDate ? [IMPORTED] : []),
    ...(tag === null ? [] : [tag]),
  ];
}
