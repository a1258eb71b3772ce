'use client';
/** Shows the composers that are open, and loads what they need with the first of them (page.md §1, §6). */
import { useEffect } from 'react';
import { onDemand } from '@/components/ui/on-demand';
import { keptFiles } from '@/lib/client/composer/kept-files';
import { localDrafts } from '@/lib/client/composer/local-drafts';
import { useClient, useComposers } from '@/lib/client/hooks';
import { useQueuedElsewhere } from './own-window';

export const ComposerDock = onDemand(() => import('./composer-dock').then((module) => module.default));

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
