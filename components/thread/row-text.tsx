'use client';
import { useTranslations } from 'use-intl';
import { Snippet } from '@/components/search/snippet';
import type { Row } from '@/lib/client/row';
import type { SearchSnippet } from '@/lib/jmap/types';

interface Props {
  row: Row;
  snippet: SearchSnippet | undefined;
}

/** Subject, and in one-line rows the preview behind it; what was searched for is marked. The line runs and is cut as its subject is read. */
export function RowText({ row, snippet, inline }: Props & { inline: boolean }) {
  const t = useTranslations('mail');
  const subject = row.email.subject?.trim() ? row.email.subject : t('noSubject');
  const preview = snippet?.preview ?? row.email.preview;
  return (
    <span className="min-w-0 truncate" dir="auto">
      <span className={row.unread ? 'font-semibold' : ''}>
        {snippet?.subject ? <Snippet text={snippet.subject} /> : subject}
      </span>
      {inline && preview && (
        <span className="text-row text-text-3">
          {' - '}
          <bdi>{snippet?.preview ? <Snippet text={snippet.preview} /> : preview}</bdi>
        </span>
      )}
    </span>
  );
}

/** The preview as a line of its own; it keeps its height when there is none. */
export function RowPreview({ row, snippet }: Props) {
  const preview = snippet?.preview;
  return (
    <span className="max-w-full self-start truncate text-row text-text-3" dir="auto">
      {preview ? <Snippet text={preview} /> : row.email.preview || '\u00a0'}
    </span>
  );
}
