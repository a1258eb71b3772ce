'use client';
/** The mail screens: folders, list and mail side by side from 1024 px, two from 768, a stack below; the URL decides. */
import { useEffect, useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { FolderDrawer } from '@/components/mailbox/folder-drawer';
import { FolderPane } from '@/components/mailbox/folder-pane';
import { ThreadView } from '@/components/thread/thread-view';
import { cx } from '@/components/ui/class-names';
import { roleMailbox } from '@/lib/client/actions';
import type { FirstPaint } from '@/lib/client/first-paint';
import { useStore } from '@/lib/client/hooks';
import type { PaneWidths } from '@/lib/client/panes';
import { INBOX, type MailRoute } from '@/lib/client/route';
import { BottomBar } from './bottom-bar';
import { DocumentTitle } from './document-title';
import { LazyDialogs } from './lazy-dialogs';
import { ListPane } from './list-pane';
import { MailKeys } from './mail-keys';
import { NoThread } from './no-thread';
import { OfflineBar } from './offline-bar';
import { type Looks, ScreenProvider, useScreen } from './screen';
import { Separator } from './separator';
import { TopBar } from './top-bar';
import { useCodeSoon } from './use-code-soon';
import { useFirstPaint } from './use-first-paint';
import { usePanes } from './use-panes';
import { usePlaceName } from './use-place-name';
import { go, useRoute } from './use-route';

interface Props {
  first: readonly FirstPaint[];
  looks: Looks;
  panes: PaneWidths;
}

export function MailScreen({ first, looks, panes }: Props) {
  useFirstPaint(first);
  const route = useInbox(useRoute());
  useCodeSoon();
  if (!route) return null;
  return (
    <ScreenProvider route={route} looks={looks}>
      <MailKeys />
      <DocumentTitle />
      <Panes widths={panes} />
      <LazyDialogs />
    </ScreenProvider>
  );
}

/** `/mail/{account}/~inbox` is the inbox as soon as it is known, and the address follows. */
function useInbox(route: MailRoute | null): MailRoute | null {
  const wanted = route?.view === 'mailbox' && route.mailboxId === INBOX ? route.accountId : null;
  const inbox = useStore((store) =>
    wanted === null ? undefined : roleMailbox(store.view(wanted), 'inbox')?.id,
  );
  const known = useMemo(
    () => (route && wanted !== null && inbox !== undefined ? { ...route, mailboxId: inbox } : route),
    [route, wanted, inbox],
  );
  useEffect(() => {
    // After the router's own effects: before them it hears of no address, and an entry without its marks would load the page again.
    if (known && known !== route) queueMicrotask(() => go(known, { replace: true }));
  }, [known, route]);
  return known;
}

function Panes({ widths }: { widths: PaneWidths }) {
  const t = useTranslations();
  const { route, looks } = useScreen();
  const place = usePlaceName();
  const panes = usePanes(widths);
  const reading = route.threadId !== null;
  const alone = looks.readingPane === 'off';
  return (
    <div
      ref={panes.root}
      className="flex h-dvh flex-col overflow-hidden bg-bg print:block print:h-auto print:overflow-visible"
      style={
        { '--folders': `${panes.folders / 16}rem`, '--list': `${panes.list / 16}rem` } as React.CSSProperties
      }
    >
      <a
        href="#mail"
        className="sr-only focus:not-sr-only focus:absolute focus:start-2 focus:top-2 focus:z-toast focus:rounded-control focus:bg-raised focus:px-4 focus:py-2"
      >
        {t('ui.skip')}
      </a>
      <OfflineBar />
      <TopBar />
      <div className="flex min-h-0 flex-1 print:block">
        <FolderPane className="w-(--folders) shrink-0 max-lg:hidden print:hidden">
          <Separator {...panes.separator('folders')} label={t('mail.resizeFolders')} />
        </FolderPane>
        <main
          id="mail"
          tabIndex={-1}
          className={cx(
            'flex min-w-0 flex-1 outline-none print:block',
            looks.readingPane === 'below' && 'md:flex-col',
          )}
        >
          <h1 className="sr-only">{place}</h1>
          <ListPane
            className={cx(
              'min-h-0 min-w-0 print:hidden',
              reading && (alone ? 'hidden' : 'max-md:hidden'),
              alone
                ? 'flex-1'
                : looks.readingPane === 'below'
                  ? 'flex-1 md:max-h-[45%]'
                  : 'w-full shrink-0 md:w-80 lg:w-(--list)',
            )}
          />
          {!alone && looks.readingPane === 'right' && (
            <Separator
              {...panes.separator('list')}
              label={t('mail.resizeList')}
              className="max-lg:hidden print:hidden"
            />
          )}
          <section
            aria-label={t('mail.message')}
            data-pane="mail"
            className={cx(
              'flex min-h-0 min-w-0 flex-1 flex-col border-line print:block',
              looks.readingPane === 'below' ? 'md:border-t' : 'md:max-lg:border-s',
              !reading && (alone ? 'hidden' : 'max-md:hidden'),
            )}
          >
            {reading ? (
              <ThreadView key={`${route.accountId} ${route.threadId}`} threadId={route.threadId ?? ''} />
            ) : (
              <NoThread />
            )}
          </section>
        </main>
      </div>
      <BottomBar />
      {route.folders && <FolderDrawer />}
    </div>
  );
}
