'use client';
import type { ComposerSession } from '@/lib/client/composer/session';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { TOAST_MS } from '@/lib/client/toast';

/** Gone from the screen at once, from the server when it can no longer be taken back. */
export function useDiscard(session: ComposerSession): () => void {
  const client = useClient();
  return () => {
    const destroy = session.discard();
    const timer = setTimeout(() => {
      client.history.forget(step);
      destroy().catch((error) => {
        const { code, params, detail } = faultOf(error);
        client.toasts.show({ message: `error.${code}`, values: params, detail, tone: 'error' });
      });
    }, TOAST_MS + 1_000);
    const step = {
      undo: () => {
        clearTimeout(timer);
        client.toasts.dismiss();
        session.reopen();
      },
    };
    client.history.push(step);
    client.toasts.show({ message: 'draft.discarded', undo: () => client.history.undo(step) });
  };
}
