/** What the settings of an account and the abilities of its server make of a session. */
import type { Pop3Settings } from '@/lib/account/record';
import type { FeedPolicy } from '@/lib/pop3/feed';
import { POP3_LIMITS } from '@/lib/pop3/limits';
import type { Capabilities } from '@/lib/pop3/messages';
import { MAX_APPENDED } from '@/lib/source/source';

export function policyOf(settings: Pop3Settings, { top, expireDays }: Capabilities): FeedPolicy {
  const { deleteWhenTrashed, deleteWhenMoved, deleteWhenDestroyed, sessionMegabytes, ...rest } = settings;
  const { headersFirstMegabytes, targetAccountId } = rest;
  // What a server deletes by itself must not be left with it.
  const takesHeaders =
    headersFirstMegabytes !== null && targetAccountId === null && top && expireDays === null;
  return {
    ...rest,
    followsRemoval: deleteWhenTrashed || deleteWhenMoved || deleteWhenDestroyed,
    sessionBytes: sessionMegabytes * 1024 ** 2,
    mostBytes: targetAccountId === null ? POP3_LIMITS.message : MAX_APPENDED,
    headersAbove: takesHeaders ? headersFirstMegabytes * 1024 ** 2 : Number.POSITIVE_INFINITY,
  };
}
