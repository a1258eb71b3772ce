'use client';
/** What stands where rows would: on their way, none, or why not (page.md §8). */
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { go } from '@/components/shell/use-route';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import { Delayed } from '@/components/ui/skeleton';
import { useAccounts } from '@/lib/client/hooks';
import { isUnfinished } from '@/lib/client/lists';
import { listHref } from '@/lib/client/route';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { RowBars } from './row-bars';

const BARS = [1, 2, 3, 4, 5, 6, 7, 8];

export function ListState({ rowHeight }: { rowHeight: number }) {
  const { list: view, route } = useScreen();
  const t = useTranslations();
  const tError = useTranslations('error');
  if (!view && route.view === 'search') return <EmptyState title={t('mail.searchStart')} />;
  if (!view) return <Bars rowHeight={rowHeight} />;
  const { list, retry } = view;
  if (list.fault && !list.total) {
    return (
      <Notice
        tone="danger"
        live
        actions={<Button onClick={retry}>{t('ui.tryAgain')}</Button>}
        details={<ErrorDetails code={list.fault.code} serverText={list.fault.detail} />}
      >
        {errorSentence(tError, list.fault)}
      </Notice>
    );
  }
  if (list.total === 0 && !isUnfinished(list)) return <NothingHere key={listHref(route)} />;
  return <Bars rowHeight={rowHeight} />;
}

function Bars({ rowHeight }: { rowHeight: number }) {
  const t = useTranslations('mail');
  const { route } = useScreen();
  const host =
    useAccounts().find(({ id }) => id === route.accountId && route.view !== 'all')?.incomingHost ?? '';
  return (
    <Delayed>
      {BARS.map((bar) => (
        <RowBars key={bar} height={rowHeight} />
      ))}
      <Delayed ms={3000}>
        <p role="status" className="px-6 py-3 text-row text-text-3">
          {host === '' ? t('waiting') : t('waitingFor', { host })}
        </p>
      </Delayed>
    </Delayed>
  );
}

function NothingHere() {
  const { route, mailbox, all } = useScreen();
  const t = useTranslations();
  const nameOf = useMailboxName();
  if (all)
    return <EmptyState title={t(all.inboxes.length > 0 ? 'list.empty.inbox' : 'mail.empty.noAccount')} />;
  if (route.view === 'starred') return <EmptyState title={t('mail.empty.starred')} />;
  if (route.view === 'search') {
    const everywhere = () => go({ ...route, mailboxId: null }, { replace: true });
    if (route.mailboxId === null) return <EmptyState title={t('mail.empty.search', { text: route.text })} />;
    const action = <Button onClick={everywhere}>{t('mail.everywhere')}</Button>;
    return (
      <EmptyState title={t('search.none', { folder: mailbox ? nameOf(mailbox) : '' })} action={action} />
    );
  }
  const role = mailbox?.role;
  if (role === 'inbox') return <EmptyState title={t('list.empty.inbox')} />;
  if (role === 'junk' || role === 'trash' || role === 'drafts')
    return <EmptyState title={t(`mail.empty.${role}`)} />;
  return <EmptyState title={t('list.empty.folder')} />;
}
