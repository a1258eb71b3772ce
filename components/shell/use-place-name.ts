'use client';
/** What the place is called: the folder in the reader's language where it has a role, else as it is named. */
import { useTranslations } from 'use-intl';
import type { Mailbox } from '@/lib/jmap/types';
import { useScreen } from './screen';

export function useMailboxName(): (mailbox: Pick<Mailbox, 'role' | 'name'>) => string {
  const t = useTranslations('mail');
  return ({ role, name }) => (role === null ? name : t(`role.${role}`));
}

export function usePlaceName(): string {
  const t = useTranslations('mail');
  const { route, mailbox } = useScreen();
  const nameOf = useMailboxName();
  if (route.view === 'starred') return t('starredPlace');
  if (route.view === 'all') return t('allInboxes');
  if (route.view === 'search') return t('search');
  return mailbox ? nameOf(mailbox) : t('list');
}
