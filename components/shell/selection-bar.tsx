'use client';
import { Forward, ListChecks, Mail, MailOpen, MoreVertical, Star, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import { useClient } from '@/lib/client/hooks';
import { ActionButtons } from './action-buttons';
import { useScreen } from './screen';

/** What can be done to the selected rows. */
export function SelectionBar() {
  const t = useTranslations();
  const { selection, setSelection, selectAll, mail } = useScreen();
  const unread = [...selection].some((id) => !mail?.emails.get(id)?.keywords.$seen);
  return (
    <div role="toolbar" aria-label={t('mail.selection')} className="flex min-w-0 flex-1 items-center gap-1">
      <IconButton
        icon={X}
        label={t('mail.clearSelection')}
        shortcut="Esc"
        onClick={() => setSelection(new Set())}
      />
      <p className="me-auto min-w-0 truncate whitespace-nowrap font-medium text-ui md:me-2">
        <span className="max-md:sr-only">{t('mail.selected', { n: selection.size })}</span>
        <span aria-hidden="true" className="tabular-nums md:hidden">
          {selection.size}
        </span>
      </p>
      <ActionButtons unread={unread} readClassName="max-md:hidden" />
      <button
        type="button"
        aria-keyshortcuts="* a"
        className="target ms-auto whitespace-nowrap rounded-control px-2 text-accent text-ui hover:bg-hover max-md:hidden"
        onClick={selectAll}
      >
        {t('mail.selectAll')}
      </button>
      <SelectionMenu unread={unread} />
    </div>
  );
}

/** What is wanted less often; on the phone there is room for the most wanted ones only. */
function SelectionMenu({ unread }: { unread: boolean }) {
  const t = useTranslations();
  const client = useClient();
  const { run, selectAll, targets, partsOf } = useScreen();
  const items = [
    { id: 'all', label: t('mail.selectAll'), icon: ListChecks, onSelect: selectAll },
    {
      id: 'read',
      label: unread ? t('mail.markRead') : t('mail.markUnread'),
      icon: unread ? MailOpen : Mail,
      onSelect: () => run(unread ? 'read' : 'unread'),
    },
    { id: 'star', label: t('mail.star'), icon: Star, onSelect: () => run('star') },
    {
      id: 'forward',
      label: t('mail.forwardSelected'),
      icon: Forward,
      onSelect: () => client.writeForward(partsOf(targets())),
    },
  ];
  return (
    <MenuButton label={t('ui.more')} align="end" items={items}>
      {(button) => <IconButton {...button} icon={MoreVertical} label={t('ui.more')} />}
    </MenuButton>
  );
}
