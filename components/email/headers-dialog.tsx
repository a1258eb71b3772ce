'use client';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import type { EmailHeader } from '@/lib/jmap/types';
import { keyed } from './keyed';

/** What scrolls must take the focus, or keys cannot scroll it (WCAG 2.1.1). */
const SCROLLS = { tabIndex: 0 } as const;

/** Headers as they came, as inert text (S4). */
export function HeadersDialog({
  headers,
  onClose,
}: {
  headers: readonly EmailHeader[];
  onClose: () => void;
}) {
  const t = useTranslations('read');
  return (
    <Dialog title={t('headers')} onClose={onClose} wide>
      <section
        aria-label={t('headers')}
        {...SCROLLS}
        className="max-h-[60dvh] overflow-auto rounded-control bg-pane p-3 font-mono text-meta"
      >
        {keyed(headers, ({ name }) => name).map(({ key, item: { name, value } }) => (
          <p key={key} className="whitespace-pre-wrap break-words">
            <span className="text-text-3">{name}:</span>
            {value}
          </p>
        ))}
      </section>
    </Dialog>
  );
}
