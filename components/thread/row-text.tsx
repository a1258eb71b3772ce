'use client';
import { useTranslations } from 'use-intl';
import { Snippet } from '@/components/search/snippet';
import { useScreen } from '@/components/shell/screen';
import type { Row } from '@/lib/client/row';

/** Subject, and in one-line rows the preview behind it; what was searched for is marked. */
export function RowText({ row, inline }: { row: Row; inline: boolean }) {
  const t = useTranslations('mail');
  const { account, route } = useScreen();
  const { email } = row;
  const snippet = route.view === 'search' ? account?.snippets.get(email.id) : undefined;
  const subject = email.subject?.trim() ? email.subject : t('noSubject');
  const preview = snippet?.preview ?? null;
  return (
    <span className="min-w-0 truncate">
      <span className={row.unread ? 'font-semibold' : ''}>
        {snippet?.subject ? <Snippet text={snippet.subject} /> : subject}
      </span>
      {inline && (preview || email.preview) && (
        <span className="text-row text-text-3">
          {' - '}
          {preview ? <Snippet text={preview} /> : email.preview}
        </span>
      )}
    </span>
  );
}
