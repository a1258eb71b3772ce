'use client';
/** The message as it came over the wire, as inert text (S4); a long one is cut, the whole of it can be saved. */
import { useCallback, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Notice } from '@/components/ui/notice';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { faultOf, type JmapFault } from '@/lib/client/jmap';
import { type SourceText, sourceText } from '@/lib/client/source-text';
import { BodyFault } from './body-fault';

/** What scrolls must take the focus, or keys cannot scroll it (WCAG 2.1.1). */
const SCROLLS = { tabIndex: 0 } as const;

export function SourceDialog({ href, onClose }: { href: string; onClose: () => void }) {
  const t = useTranslations();
  const { source, fault, retry } = useSource(href);
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
      {fault && <BodyFault fault={fault} retry={retry} />}
      <section
        aria-label={t('read.source')}
        {...SCROLLS}
        className="h-[60dvh] overflow-auto whitespace-pre-wrap break-words rounded-control bg-pane p-3 font-mono text-meta"
      >
        {source?.text ?? (fault === null && <SourceBars />)}
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
  const [fault, setFault] = useState<JmapFault | null>(null);
  const load = useCallback(
    (signal: AbortSignal) => {
      setFault(null);
      sourceText(href, signal).then(setSource, (error) => {
        if (!signal.aborted) setFault(faultOf(error));
      });
    },
    [href],
  );
  useEffect(() => {
    const end = new AbortController();
    load(end.signal);
    return () => end.abort();
  }, [load]);
  return { source, fault, retry: () => load(new AbortController().signal) };
}
