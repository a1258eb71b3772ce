'use client';
/** The words themselves, with what makes them safe and finds links in them: code that the list does not carry. */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';
import { useClient } from '@/lib/client/hooks';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { downloadUrl } from '@/lib/client/urls';
import { HtmlBody } from './html-body';
import { bodyText, htmlOf, inlinePart } from './parts';
import { TextBody } from './text-body';

interface Props {
  accountId: string;
  email: EmailRow;
  content: EmailContent;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function MessageWords({ accountId, email, content, keys }: Props) {
  const t = useTranslations('read');
  const { store } = useClient();
  const html = useMemo(() => htmlOf(content), [content]);
  const inline = useCallback(
    (cid: string) => {
      const part = inlinePart(content, cid);
      return part && downloadUrl(store.session, accountId, part);
    },
    [content, store, accountId],
  );
  const fold = content.inReplyTo !== null;
  if (html !== null) {
    return (
      <HtmlBody
        accountId={accountId}
        html={html}
        sender={email.from?.[0]?.email ?? ''}
        inline={inline}
        fold={fold}
        keys={keys}
      />
    );
  }
  const { text, truncated } = bodyText(content);
  if (text.trim() === '') return <p className="px-4 py-6 text-text-3 text-ui md:px-6">{t('noText')}</p>;
  return (
    <>
      <TextBody accountId={accountId} text={text} />
      {truncated && <Notice>{t('cut')}</Notice>}
    </>
  );
}
