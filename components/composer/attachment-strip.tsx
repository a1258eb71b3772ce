'use client';
/** Files of the message: name, size, how far they are, and a way to take them out. */
import { Paperclip, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { shortFileName } from '@/components/email/parts';
import { IconButton } from '@/components/ui/icon-button';
import { Progress } from '@/components/ui/progress';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Draft } from '@/lib/client/draft/draft';
import { encodedSize } from '@/lib/client/draft/provider-limits';

/** Of one file it is said what it weighs on its way where that may be too much for somebody. */
const TELLS_FROM = 1_000_000;

interface Props {
  session: ComposerSession;
  draft: Draft;
  uploads: ReadonlyMap<string, number>;
}

export function AttachmentStrip({ session, draft, uploads }: Props) {
  const t = useTranslations('composer');
  const fileSize = useFileSize();
  const files = draft.attachments.filter(({ cid }) => cid === null || draft.format === 'text');
  if (files.length === 0) return null;
  const total = draft.attachments.reduce((sum, { size }) => sum + size, 0);
  return (
    <div className="shrink-0 px-4 pb-3">
      <ul aria-label={t('attachments')} className="flex flex-wrap gap-2">
        {files.map(({ key, name, size }) => {
          const part = uploads.get(key);
          return (
            <li
              key={key}
              data-edge=""
              className="flex h-12 w-64 max-w-full items-center gap-2 rounded-control border border-line ps-3 pe-1"
            >
              <Paperclip size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0 text-text-2" />
              <span className="min-w-0 flex-1">
                <span className="block truncate text-ui" title={name}>
                  {shortFileName(name, 26)}
                </span>
                {part === undefined ? (
                  <span className="block text-meta text-text-3">{fileSize(size)}</span>
                ) : (
                  <Progress label={t('uploading', { name })} value={part} />
                )}
              </span>
              <IconButton
                icon={X}
                size={16}
                label={part === undefined ? t('removeFile', { name }) : t('cancelFile', { name })}
                onClick={() => session.files.remove(key)}
              />
            </li>
          );
        })}
      </ul>
      {(files.length > 1 || encodedSize(total) >= TELLS_FROM) && (
        <p className="pt-2 text-meta text-text-3">
          {t('filesTotal', { n: files.length, size: fileSize(encodedSize(total)) })}
        </p>
      )}
    </div>
  );
}
