'use client';
import Image from 'next/image';
import { useTranslations } from 'use-intl';
import { buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { onDemand } from '@/components/ui/on-demand';
import type { Attachment } from './parts';

const PdfPages = onDemand(() => import('./pdf-pages').then((module) => module.PdfPages));

export function PreviewDialog({
  attachment,
  href,
  onClose,
}: {
  attachment: Attachment;
  href: string;
  onClose: () => void;
}) {
  const t = useTranslations();
  return (
    <Dialog
      title={attachment.name}
      onClose={onClose}
      wide
      actions={
        <a href={href} download={attachment.name} className={buttonClass('filled')}>
          {t('ui.save')}
        </a>
      }
    >
      {attachment.type === 'application/pdf' ? (
        <PdfPages href={href} name={attachment.name} />
      ) : (
        <div className="relative h-[65dvh]">
          <Image src={href} alt={attachment.name} fill unoptimized className="object-contain" />
        </div>
      )}
    </Dialog>
  );
}
