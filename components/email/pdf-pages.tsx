'use client';
/** A PDF drawn to canvases by pdf.js (S6): no plug-in, no script of the file. */
import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from 'pdfjs-dist';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';

GlobalWorkerOptions.workerSrc = new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url).toString();

/** The preview is for a look; the rest is in the file. */
const MAX_PAGES = 50;

export function PdfPages({ href, name }: { href: string; name: string }) {
  const t = useTranslations('read');
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    const task = getDocument({ url: href, isEvalSupported: false, enableXfa: false });
    task.promise.then(
      (opened) => current && setPdf(opened),
      () => current && setFailed(true),
    );
    return () => {
      current = false;
      void task.destroy();
    };
  }, [href]);
  if (failed) return <Notice tone="warn">{t('previewFailed')}</Notice>;
  if (!pdf) return <p className="py-6 text-text-3">{t('previewLoading')}</p>;
  const count = Math.min(pdf.numPages, MAX_PAGES);
  return (
    <div className="flex flex-col gap-3">
      {Array.from({ length: count }, (_, index) => index + 1).map((number) => (
        <Page
          key={number}
          pdf={pdf}
          number={number}
          label={t('page', { name, n: number, of: pdf.numPages })}
        />
      ))}
    </div>
  );
}

function Page({ pdf, number, label }: { pdf: PDFDocumentProxy; number: number; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let cancel = () => {};
    void pdf.getPage(number).then((page) => {
      const element = canvas.current;
      if (!element) return;
      const natural = page.getViewport({ scale: 1 });
      const scale = (element.clientWidth / natural.width) * Math.min(window.devicePixelRatio, 2);
      const viewport = page.getViewport({ scale });
      element.width = viewport.width;
      element.height = viewport.height;
      const task = page.render({ canvas: element, viewport });
      cancel = () => task.cancel();
      // A cancelled drawing rejects: nothing is shown any more.
      task.promise.catch(() => undefined);
    });
    return () => cancel();
  }, [pdf, number]);
  return <canvas ref={canvas} role="img" aria-label={label} className="w-full border border-line bg-bg" />;
}
