'use client';
/** A row as one sentence: "unread, Anna Lindqvist, Quarterly figures, 14:32, has attachment". */
import { useTranslations } from 'use-intl';
import { people, type Row, shortName } from '@/lib/client/row';
import { listTime } from '@/lib/i18n/dates';
import { useClock } from './use-clock';

/** @param account its name, in a list of several */
export function useRowName(row: Row, account?: string): string {
  const t = useTranslations('mail');
  const clock = useClock();
  const { email } = row;
  return [
    row.unread && t('unread'),
    people(row.thread, 'from').map(shortName).join(', ') || t('noSender'),
    row.thread.length > 1 && t('messages', { n: row.thread.length }),
    email.subject?.trim() || t('noSubject'),
    listTime(Date.parse(email.receivedAt), clock),
    row.hasAttachment && t('hasAttachment'),
    row.starred && t('starred'),
    email.keywords.$answered && t('answered'),
    account !== undefined && t('inAccount', { account }),
  ]
    .filter(Boolean)
    .join(', ');
}
