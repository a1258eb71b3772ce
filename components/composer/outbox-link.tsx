'use client';
/** The Outbox in the folder pane, while there is something in it (page.md §7). */
import { OctagonAlert, SendHorizontal } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { onDemand } from '@/components/ui/on-demand';
import { stateOf } from '@/lib/client/composer/outbox';
import { useOutbox } from './use-outbox';

const OutboxDialog = onDemand(() => import('./outbox-dialog').then((module) => module.default));

export function OutboxLink({ accountId }: { accountId: string }) {
  const t = useTranslations('outbox');
  const [open, setOpen] = useState(false);
  const items = useOutbox(accountId);
  const trouble = items.some(({ submission }) =>
    ['failed', 'uncertain', 'partial'].includes(stateOf(submission)),
  );
  if (items.length === 0 && !open) return null;
  const Icon = trouble ? OctagonAlert : SendHorizontal;
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        className="target ring-inside mx-2 flex w-[calc(100%-1rem)] items-center gap-2 rounded-control pe-3 text-start text-text-2 text-ui hover:bg-hover"
      >
        <span className="sr-only">{t('open', { n: items.length })}</span>
        <span aria-hidden="true" className="size-6 shrink-0" />
        <Icon
          size={16}
          strokeWidth={1.75}
          aria-hidden="true"
          className={trouble ? 'shrink-0 text-danger' : 'mirror shrink-0'}
        />
        <span
          aria-hidden="true"
          className={trouble ? 'min-w-0 flex-1 truncate font-semibold text-text' : 'min-w-0 flex-1 truncate'}
        >
          {t('title')}
        </span>
        <span aria-hidden="true" className="text-row tabular-nums">
          {items.length}
        </span>
      </button>
      {open && <OutboxDialog accountId={accountId} onClose={() => setOpen(false)} />}
    </>
  );
}
