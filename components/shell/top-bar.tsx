'use client';
/** From 768 px: folders, search over the list, account; with a selection what can be done to it stands in its place. */
import { Menu, SquarePen } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { SearchField } from '@/components/search/search-field';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { useClient } from '@/lib/client/hooks';
import { AccountMenu } from './account-menu';
import { useScreen } from './screen';
import { SelectionBar } from './selection-bar';
import { go } from './use-route';

export function TopBar() {
  const t = useTranslations();
  const client = useClient();
  const { route, selection } = useScreen();
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-line border-b bg-pane px-2 max-md:hidden print:hidden">
      <IconButton
        icon={Menu}
        label={t('mail.folders')}
        className="lg:hidden"
        onClick={() => go({ ...route, folders: true })}
      />
      <div className="flex shrink-0 items-center lg:w-[calc(var(--folders)-0.5rem)]">
        <Button
          look="filled"
          icon={<SquarePen size={16} strokeWidth={1.75} aria-hidden="true" />}
          aria-keyshortcuts="c"
          onClick={() => client.write({ kind: 'new', accountId: route.accountId })}
        >
          {t('action.write')}
        </Button>
      </div>
      <div data-pane="search" className="flex min-w-0 flex-1 items-center">
        {selection.size > 0 ? <SelectionBar /> : <SearchField className="w-full max-w-140" />}
      </div>
      <AccountMenu />
    </header>
  );
}
