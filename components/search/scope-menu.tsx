'use client';
/** Where is searched: everywhere, or one folder. */
import { ChevronDown } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { useMailboxName } from '@/components/shell/use-place-name';
import { go } from '@/components/shell/use-route';
import { MenuButton } from '@/components/ui/menu';
import { useMailboxTree } from '@/lib/client/hooks';
import type { Id } from '@/lib/jmap/types';

/** On the phone it stands under the field, which needs the width. */
export function SearchScope({ className }: { className: string }) {
  const { route } = useScreen();
  if (route.view !== 'search') return null;
  const search = (mailboxId: Id | null) => go({ ...route, mailboxId, threadId: null }, { replace: true });
  return (
    <div className={className}>
      <ScopeMenu scope={route.mailboxId} onScope={search} />
    </div>
  );
}

function ScopeMenu({ scope, onScope }: { scope: Id | null; onScope: (scope: Id | null) => void }) {
  const t = useTranslations('mail');
  const { route } = useScreen();
  const nameOf = useMailboxName();
  const tree = useMailboxTree(route.accountId);
  const current = tree.find(({ mailbox }) => mailbox.id === scope);
  const everywhere = {
    id: '',
    label: t('everywhere'),
    checked: scope === null,
    onSelect: () => onScope(null),
  };
  const folders = tree.map(({ mailbox, depth }) => ({
    id: mailbox.id,
    label: '\u2003'.repeat(depth) + nameOf(mailbox),
    checked: mailbox.id === scope,
    onSelect: () => onScope(mailbox.id),
  }));
  return (
    <MenuButton label={t('searchIn')} items={[everywhere, ...folders]} align="end">
      {(button) => (
        <button
          type="button"
          {...button}
          aria-label={`${t('searchIn')}: ${current ? nameOf(current.mailbox) : t('everywhere')}`}
          className="target inline-flex max-w-36 shrink-0 items-center gap-1 rounded-control px-2 text-text-2 text-ui hover:bg-hover"
        >
          <span className="truncate">{current ? nameOf(current.mailbox) : t('everywhere')}</span>
          <ChevronDown size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
        </button>
      )}
    </MenuButton>
  );
}
