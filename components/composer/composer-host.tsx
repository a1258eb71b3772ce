'use client';
/** Shows the composers that are open, and loads what they need with the first of them (page.md §1, §6). */
import { useEffect } from 'react';
import { useFileSize } from '@/components/email/file-size';
import { shortFileName } from '@/components/email/parts';
import { ErrorDetails } from '@/components/ui/error-details';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import { onDemand } from '@/components/ui/on-demand';
import { Progress } from '@/components/ui/progress';
import { Skeleton } from '@/components/ui/skeleton';
import { keptFiles } from '@/lib/client/composer/kept-files';
import { localDrafts } from '@/lib/client/composer/local-drafts';
import { parseAddresses } from '@/lib/client/draft/address-input';
import { useClient, useComposers } from '@/lib/client/hooks';
import { shortName } from '@/lib/client/row';
import { fullTime } from '@/lib/i18n/dates';
import { useQueuedElsewhere } from './own-window';

/** What every screen has: a sixth of what the composer is made of. */
const HERE = [
  ...[ErrorDetails, IconButton, MenuButton, Progress, Skeleton],
  ...[fullTime, parseAddresses, shortFileName, shortName, useFileSize],
];

export const ComposerDock = onDemand(
  () => import('./composer-dock').then((module) => module.default),
  null,
  HERE,
);

export function ComposerHost() {
  const { open } = useComposers();
  useRestored();
  useQueuedElsewhere();
  if (open.length === 0) return null;
  return <ComposerDock open={open} />;
}

/** R28: after a crash, a reload or a new sign-in what was being written is there again. */
function useRestored(): void {
  const client = useClient();
  useEffect(() => {
    if (!('indexedDB' in window)) return;
    localDrafts
      .ofAccounts(client.store.accountIds)
      .then(async (kept) => {
        if (kept.length > 0) {
          const { sessionsOf } = await import('./sessions');
          await sessionsOf(client).restore(kept);
        }
        await keptFiles.tidy(client.store.accountIds);
      })
      .catch((error) => {
        // A browser that keeps nothing has nothing to restore.
        if (!(error instanceof DOMException)) throw error;
      });
  }, [client]);
}
