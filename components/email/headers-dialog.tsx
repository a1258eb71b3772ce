'use client';
import { useTranslations } from 'use-intl';
import { Dialog } from '@/components/ui/dialog';
import type { EmailHeader } from '@/lib/jmap/types';

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
      {/* A region that scrolls must take the focus (WCAG 2.1.1). */}
      <section
        aria-label={t('headers')}
        tabIndex={0}
        className="max-h-[60dvh] overflow-auto rounded-control bg-pane p-3 font-mono text-meta"
      >
        {headers.map(({ name, value }, index) => (
          <p key={`${name} ${index}`} className="whitespace-pre-wrap break-words">
            <span className="text-text-3">{name}:</span>
            {value}
          </p>
        ))}
      </section>
    </Dialog>
  );
}
