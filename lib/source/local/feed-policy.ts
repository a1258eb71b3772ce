/** What the settings of an account and the abilities of its server make of a session. */
import type { Pop3Settings } from '@/lib/account/record';
import type { FeedPolicy } from '@/lib/pop3/feed';
import type { Capabilities } from '@/lib/pop3/messages';

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
    headersAbove: takesHeaders ? headersFirstMegabytes * 1024 ** 2 : Number.POSITIVE_INFINITY,
  };
}
