'use client';
/** A message in a window of its own: what was sent there is told, and taken back, where the mail is; the window goes. */
import { useEffect, useEffectEvent } from 'react';
import { useTranslations } from 'use-intl';
import type { SendTime } from '@/lib/client/composer/submit';
import { useClient } from '@/lib/client/hooks';
import { errorSentence } from '@/lib/i18n/error-sentence';
import type { Id } from '@/lib/jmap/types';
import { tellQueued } from './tell-queued';

interface QueuedElsewhere {
  kind: 'gatepost:queued';
  accountId: Id;
  emailId: Id;
  ids: readonly Id[];
  when: SendTime;
}

/** The page that opened this window, while it is there. */
export function opener(): Window | null {
  const from: Window | null = window.location.pathname === '/compose' ? window.opener : null;
  return from && !from.closed ? from : null;
}

/** @returns whether somebody else tells it */
export function tellOpener(queued: Omit<QueuedElsewhere, 'kind'>): boolean {
  const from = opener();
  from?.postMessage({ kind: 'gatepost:queued', ...queued }, window.location.origin);
  return from !== null;
}

/** In the page that has the mail. */
export function useQueuedElsewhere(): void {
  const client = useClient();
  const tError = useTranslations('error');
  const tell = useEffectEvent(({ accountId, emailId, ids, when }: QueuedElsewhere) =>
    tellQueued(client, {
      accountId,
      ids,
      when,
      reason: (code, params) => errorSentence(tError, { code, params }),
      takenBack: () => client.write({ kind: 'draft', accountId, emailId }),
    }),
  );
  useEffect(() => {
    const hear = ({ origin, data }: MessageEvent<Partial<QueuedElsewhere> | null>) => {
      if (origin === window.location.origin && data?.kind === 'gatepost:queued')
        tell(data as QueuedElsewhere);
    };
    window.addEventListener('message', hear);
    return () => window.removeEventListener('message', hear);
  }, []);
}
