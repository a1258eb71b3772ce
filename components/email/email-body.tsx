'use client';
/** The words of a message: HTML in its frame, or plain text; what is missing says so in its place (page.md §8). */
import { useCallback, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import { useClient, useEmailContent } from '@/lib/client/hooks';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { downloadUrl } from '@/lib/client/urls';
import { BodyFault } from './body-fault';
import { HtmlBody } from './html-body';
import { bodyText, htmlOf, inlinePart } from './parts';
import { TextBody } from './text-body';

interface Props {
  accountId: string;
  email: EmailRow;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function EmailBody({ accountId, email, keys }: Props) {
  const { value, fault, retry } = useEmailContent(accountId, email.id);
  if (value) return <Words accountId={accountId} email={email} content={value} keys={keys} />;
  return fault ? <BodyFault fault={fault} retry={retry} /> : <BodyBars />;
}

function BodyBars() {
  return (
    <Delayed>
      <div className="flex max-w-180 flex-col gap-3 px-4 py-6 md:px-6">
        <Skeleton className="w-11/12" />
        <Skeleton className="w-4/5" />
        <Skeleton className="w-2/3" />
      </div>
    </Delayed>
  );
}

function Words({ accountId, email, content, keys }: Props & { content: EmailContent }) {
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
