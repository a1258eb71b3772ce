'use client';
/** The quoted original, folded. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { withCleaner } from '@/components/email/cleaner';
import { Button } from '@/components/ui/button';
import { onDemand } from '@/components/ui/on-demand';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Draft } from '@/lib/client/draft/draft';

const QuoteFrame = onDemand(() => withCleaner(import('./quote-frame')).then((module) => module.default));

interface Props {
  session: ComposerSession;
  draft: Draft;
  images: InlineImages;
}

export function QuoteBlock({ session, draft, images }: Props) {
  const t = useTranslations('composer');
  const [open, setOpen] = useState(false);
  if (draft.quote === '') return null;
  const toggle = open ? t('hideQuote') : t('showQuote');
  return (
    <div className="shrink-0 pb-3">
      <div className="flex items-center gap-1 px-4">
        <Button
          look="outline"
          aria-expanded={open}
          aria-label={toggle}
          title={toggle}
          className="px-3 py-0"
          onClick={() => setOpen(!open)}
        >
          <span aria-hidden="true">•••</span>
        </Button>
        {open && (
          <Button look="plain" onClick={() => session.change({ quote: '' })}>
            {t('removeQuote')}
          </Button>
        )}
      </div>
      {open &&
        (draft.format === 'html' ? (
          <QuoteFrame html={draft.quote} images={images} title={t('quote')} />
        ) : (
          <pre className="mx-4 mt-2 whitespace-pre-wrap break-words font-sans text-body text-text-2">
            {draft.quote}
          </pre>
        ))}
    </div>
  );
}
