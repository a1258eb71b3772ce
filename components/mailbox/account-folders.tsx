'use client';
/** One account: its name where there are several, what is wrong with it, and its tree. */
import { ChevronDown, TriangleAlert } from 'lucide-react';
import Link from 'next/link';
import { useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { OutboxLink } from '@/components/composer/outbox-link';
import { AccountEdge } from '@/components/ui/account-edge';
import { Button, buttonClass } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { type AccountInfo, useClient } from '@/lib/client/hooks';
import { FolderTree } from './folder-tree';
import { StorageBar } from './storage-bar';

interface Props {
  account: AccountInfo;
  /** Its place among several; null where it is the only one. */
  order: number | null;
}

export function AccountFolders({ account, order }: Props) {
  const [open, setOpen] = useState(true);
  const id = useId();
  return (
    <section aria-label={account.name} className="mb-2">
      {order !== null && (
        <h2 className="relative">
          <AccountEdge order={order} />
          <button
            type="button"
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
            className="target ring-inside flex w-full items-center gap-1 ps-2 pe-3 text-start font-medium text-row text-text-2 hover:bg-hover"
          >
            <ChevronDown
              size={16}
              strokeWidth={1.75}
              aria-hidden="true"
              className={cx('shrink-0 transition-transform', !open && '-rotate-90')}
            />
            <span className="truncate">{account.name}</span>
          </button>
        </h2>
      )}
      <AccountTrouble account={account} />
      <div id={id} hidden={!open}>
        <FolderTree accountId={account.id} label={account.name} />
        <OutboxLink accountId={account.id} />
        <StorageBar accountId={account.id} className="px-4 py-2" />
      </div>
    </section>
  );
}

/** A failing account is told here, folded or not, and blocks no other. */
function AccountTrouble({ account }: { account: AccountInfo }) {
  const t = useTranslations();
  const client = useClient();
  if (account.connection !== 'offline' && account.connection !== 'needsPassword') return null;
  const refused = account.connection === 'needsPassword';
  return (
    <div
      className={cx(
        'mx-2 mb-1 rounded-control px-3 py-1 text-row',
        refused ? 'bg-danger-bg text-danger' : 'bg-warn-bg text-warn',
      )}
    >
      <p className="flex items-center gap-2">
        <TriangleAlert size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
        {refused ? t('mail.passwordRefused') : t('mail.notAnswering', { host: account.incomingHost })}
      </p>
      {refused ? (
        <Link href={`/settings/accounts/${encodeURIComponent(account.id)}`} className={buttonClass('plain')}>
          {t('mail.newPassword')}
        </Link>
      ) : (
        <Button look="plain" onClick={() => void client.askServers([account.id])}>
          {t('ui.tryAgain')}
        </Button>
      )}
    </div>
  );
}
