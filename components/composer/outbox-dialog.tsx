'use client';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { go, useRoute } from '@/components/shell/use-route';
import { Dialog } from '@/components/ui/dialog';
import { useClient, useStore } from '@/lib/client/hooks';
import { LinkFault } from '@/lib/client/jmap';
import { OutboxRow } from './outbox-row';
import { useOutbox } from './use-outbox';

export default function OutboxDialog({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const t = useTranslations('outbox');
  const items = useOutbox(accountId);
  const route = useRoute();
  useSenders(accountId);
  /** To what is written or to Sent: the phone's drawer behind this would lie over it. */
  const leave = () => {
    onClose();
    if (route?.folders) go({ ...route, folders: false }, { replace: true });
  };
  return (
    <Dialog wide title={t('title')} onClose={onClose}>
      {items.length === 0 ? (
        <p className="py-4 text-body">{t('empty')}</p>
      ) : (
        <ul>
          {items.map((item) => (
            <OutboxRow key={item.submission.id} item={item} onLeave={leave} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

/** By which server it goes out is the sender's affair. */
function useSenders(accountId: string): void {
  const { loader, store } = useClient();
  useStore(() => store.base(accountId)?.identities);
  useEffect(() => {
    if (store.base(accountId)?.identities) return;
    loader.identities(accountId).catch((error) => {
      // Without them the account's own server is named.
      if (!(error instanceof LinkFault)) reportError(error);
    });
  }, [loader, store, accountId]);
}
