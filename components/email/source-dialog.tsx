'use client';
/** The message as it came over the wire, as inert text (S4); a long one is cut, the whole of it can be saved. */
import { useCallback, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { faultOf } from '@/lib/client/jmap';
import { type SourceText, sourceText } from '@/lib/client/source-text';

/** What scrolls must take the focus, or keys cannot scroll it (WCAG 2.1.1). */
const SCROLLS = { tabIndex: 0 } as const;

export function SourceDialog({ href, onClose }: { href: string; onClose: () => void }) {
  const t = useTranslations();
  const { source, code, retry } = useSource(href);
  return (
    <Dialog
      title={t('read.source')}
      onClose={onClose}
      wide
      actions={
        <a href={href} download="message.eml" className={buttonClass('filled')}>
          {t('ui.save')}
        </a>
      }
    >
      {code !== null && (
        <Notice
          tone="danger"
          live
          actions={<Button onClick={retry}>{t('ui.tryAgain')}</Button>}
          details={<ErrorDetails code={code} />}
        >
          {t('read.bodyMissing')}
        </Notice>
      )}
      <section
        aria-label={t('read.source')}
        {...SCROLLS}
        className="h-[60dvh] overflow-auto whitespace-pre-wrap break-words rounded-control bg-pane p-3 font-mono text-meta"
      >
        {source?.text ?? (code === null && <SourceBars />)}
      </section>
      {source?.cut && <Notice>{t('read.cut')}</Notice>}
    </Dialog>
  );
}

function SourceBars() {
  return (
    <Delayed>
      <Skeleton className="w-2/3" />
    </Delayed>
  );
}

function useSource(href: string) {
  const [source, setSource] = useState<SourceText | null>(null);
  const [code, setCode] = useState<string | null>(null);
  const load = useCallback(
    (signal: AbortSignal) => {
      setCode(null);
      sourceText(href, signal).then(setSource, (error) => {
        if (!signal.aborted) setCode(faultOf(error).code);
      });
    },
    [href],
  );
  useEffect(() => {
    const end = new AbortController();
    load(end.signal);
    return () => end.abort();
  }, [load]);
  return { source, code, retry: () => load(new AbortController().signal) };
}
