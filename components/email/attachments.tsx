'use client';
/** Attachments as one row of chips below the head; a click previews, the arrow saves (page.md §5). */
import { Download, File, FileArchive, FileImage, FileText, type LucideIcon, Mail } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonClass } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { onDemand } from '@/components/ui/on-demand';
import { usePhone } from '@/components/ui/use-phone';
import { useClient } from '@/lib/client/hooks';
import { downloadUrl } from '@/lib/client/urls';
import { useFileSize } from './file-size';
import { type Attachment, shortFileName } from './parts';

const PreviewDialog = onDemand(() => import('./preview-dialog').then((module) => module.PreviewDialog));

/** S6: what a browser shows without running anything of it. */
const PREVIEWS = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'application/pdf']);
/** What a row holds; more folds, and the button for the rest takes one place. */
const ROW = 3;
const NAME_ROOM = 24;

interface Props {
  accountId: string;
  emailId: string;
  attachments: readonly Attachment[];
}

export function Attachments({ accountId, emailId, attachments }: Props) {
  const t = useTranslations('read');
  const { store } = useClient();
  const phone = usePhone();
  const size = useFileSize();
  const [preview, setPreview] = useState<Attachment | null>(null);
  const [all, setAll] = useState(false);
  if (attachments.length === 0) return null;
  const room = attachments.length > ROW ? ROW - 1 : ROW;
  const shown = all ? attachments : attachments.slice(0, phone ? 1 : room);
  const total = attachments.reduce((sum, attachment) => sum + attachment.size, 0);
  // `z` and the Email's id: all its attachments as one file (docs/http.md).
  const archive = { blobId: `z${emailId}`, name: `${t('attachments')}.zip`, type: 'application/zip' };
  return (
    <section
      aria-label={t('attachments')}
      className="@container px-4 pb-2 md:px-6 print:hidden [:not(header)+&]:pt-2"
    >
      <div className={cx('flex flex-wrap items-center gap-2', !all && '@xl:flex-nowrap')}>
        {shown.map((attachment) => (
          <AttachmentChip
            key={attachment.blobId}
            attachment={attachment}
            href={downloadUrl(store.session, accountId, attachment)}
            onPreview={PREVIEWS.has(attachment.type) ? () => setPreview(attachment) : undefined}
          />
        ))}
        {attachments.length > shown.length && (
          <Button look="plain" onClick={() => setAll(true)}>
            {t('moreAttachments', { n: attachments.length - shown.length })}
          </Button>
        )}
        {attachments.length > 1 && (all || !phone) && (
          <a
            href={downloadUrl(store.session, accountId, archive)}
            download={archive.name}
            className={buttonClass('plain', 'shrink-0')}
          >
            {t('saveAll', { n: attachments.length, size: size(total) })}
          </a>
        )}
      </div>
      {preview && (
        <PreviewDialog
          attachment={preview}
          href={downloadUrl(store.session, accountId, preview)}
          onClose={() => setPreview(null)}
        />
      )}
    </section>
  );
}

interface ChipProps {
  attachment: Attachment;
  href: string;
  onPreview: (() => void) | undefined;
}

function AttachmentChip({ attachment, href, onPreview }: ChipProps) {
  const t = useTranslations('read');
  const size = useFileSize();
  const Icon = iconOf(attachment.type);
  const { name } = attachment;
  const label = (
    <>
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-text-2" />
      <span className="min-w-0 text-start">
        <span className="block truncate text-row text-text">{shortFileName(name, NAME_ROOM)}</span>
        <span className="block text-meta text-text-3">{size(attachment.size)}</span>
      </span>
    </>
  );
  const look = 'ring-inside flex h-full min-w-0 items-center gap-2 rounded-chip ps-3 pe-2 hover:bg-hover';
  return (
    <span
      data-edge=""
      title={name}
      className="inline-flex h-12 min-w-0 max-w-full items-stretch rounded-chip border border-line"
    >
      {onPreview ? (
        <button type="button" onClick={onPreview} className={look}>
          <span className="sr-only">{t('previewOf')}</span>
          {label}
        </button>
      ) : (
        <span className={look}>{label}</span>
      )}
      <a
        href={href}
        download={name}
        aria-label={t('save', { name })}
        className="ring-inside inline-flex w-11 pointer-fine:w-8 shrink-0 items-center justify-center rounded-chip border-line border-s text-text-2 hover:bg-hover"
      >
        <Download size={16} strokeWidth={1.75} aria-hidden="true" />
      </a>
    </span>
  );
}

function iconOf(type: string): LucideIcon {
  if (type.startsWith('image/')) return FileImage;
  if (type.startsWith('text/') || type === 'application/pdf') return FileText;
  if (type === 'message/rfc822') return Mail;
  return /zip|tar|gzip|rar|7z/.test(type) ? FileArchive : File;
}
