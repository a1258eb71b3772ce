'use client';
/** The phone's five places under the thumb (page.md §1); not while a mail is read, that has its own. */
import { Inbox, type LucideIcon, MoreHorizontal, Search, SquarePen, Star } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { roleMailbox } from '@/lib/client/actions';
import { useClient } from '@/lib/client/hooks';
import { mailboxRoute, searchRoute } from '@/lib/client/route';
import { useScreen } from './screen';
import { go } from './use-route';

export function BottomBar() {
  const t = useTranslations();
  const client = useClient();
  const { route, account } = useScreen();
  if (route.threadId !== null) return null;
  const { accountId } = route;
  const inbox = roleMailbox(account, 'inbox');
  const place = { accountId, threadId: null, folders: false };
  return (
    <nav
      aria-label={t('mail.places')}
      className="safe-bottom flex shrink-0 border-line border-t bg-pane md:hidden print:hidden short:hidden"
    >
      <Place
        icon={Inbox}
        label={t('mail.mail')}
        on={route.view === 'mailbox' || route.view === 'all'}
        act={() => inbox && route.view !== 'all' && go(mailboxRoute(accountId, inbox.id))}
      />
      <Place
        icon={Search}
        label={t('mail.search')}
        on={route.view === 'search'}
        act={() => go(searchRoute(accountId))}
      />
      <Place
        icon={SquarePen}
        label={t('action.write')}
        filled
        act={() => client.write({ kind: 'new', accountId })}
      />
      <Place
        icon={Star}
        label={t('mail.starredPlace')}
        on={route.view === 'starred'}
        act={() => go({ view: 'starred', ...place })}
      />
      <Place icon={MoreHorizontal} label={t('ui.more')} act={() => go({ ...route, folders: true })} />
    </nav>
  );
}

interface PlaceProps {
  icon: LucideIcon;
  label: string;
  on?: boolean;
  filled?: boolean;
  act: () => void;
}

function Place({ icon: Icon, label, on, filled, act }: PlaceProps) {
  return (
    <button
      type="button"
      aria-current={on ? 'page' : undefined}
      onClick={act}
      className={cx(
        'ring-inside flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-meta',
        on ? 'text-accent' : 'text-text-2',
      )}
    >
      <span
        className={cx(
          'flex items-center justify-center',
          filled && 'h-8 w-12 rounded-full bg-accent text-on-accent',
        )}
      >
        <Icon
          size={20}
          strokeWidth={1.75}
          fill={on ? 'currentColor' : 'none'}
          fillOpacity={0.2}
          aria-hidden="true"
        />
      </span>
      <span className={cx(filled && 'sr-only')}>{label}</span>
    </button>
  );
}
