'use client';
import { useTranslations } from 'use-intl';
import { go, useRoute } from '@/components/shell/use-route';
import { Dialog } from '@/components/ui/dialog';
import { OutboxRow } from './outbox-row';
import { useOutbox } from './use-outbox';

export default function OutboxDialog({ accountId, onClose }: { accountId: string; onClose: () => void }) {
  const t = useTranslations('outbox');
  const items = useOutbox(accountId);
  const route = useRoute();
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
