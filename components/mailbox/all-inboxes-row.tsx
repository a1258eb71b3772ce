'use client';
/** Above the accounts, where there are several: one list over their inboxes. */
import { Mails } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { InboxJoiner } from '@/components/shell/lazy-joiner';
import { useScreen } from '@/components/shell/screen';
import { go } from '@/components/shell/use-route';
import { cx } from '@/components/ui/class-names';
import { useUnreadInAll } from '@/lib/client/all-inboxes';
import { whenIdle } from '@/lib/client/idle';

export function AllInboxesRow() {
  const t = useTranslations('mail');
  const { route } = useScreen();
  const unread = useUnreadInAll();
  const here = route.view === 'all';
  // Whoever needs it meanwhile says that it is missing, and gets it then.
  useEffect(() => whenIdle(() => void InboxJoiner.preload().catch(() => undefined)), []);
  return (
    <button
      type="button"
      aria-current={here ? 'page' : undefined}
      data-pane-focus={here ? 'folders' : undefined}
      onClick={() => go({ view: 'all', accountId: route.accountId, threadId: null, folders: false })}
      className={cx(
        'target ring-inside mx-2 mb-2 flex w-[calc(100%-1rem)] items-center gap-2 rounded-control pe-3 text-start text-ui',
        here ? 'bg-selected font-medium text-text' : 'text-text-2 hover:bg-hover',
      )}
    >
      <span aria-hidden="true" className="size-6 shrink-0" />
      <Mails size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
      <span className={cx('min-w-0 flex-1 truncate', unread > 0 && 'font-semibold text-text')}>
        {t('allInboxes')}
      </span>
      {unread > 0 && (
        <span className="text-row text-text-2 tabular-nums">
          {unread}
          <span className="sr-only"> {t('unreadWord', { n: unread })}</span>
        </span>
      )}
    </button>
  );
}
