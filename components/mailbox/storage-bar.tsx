'use client';
/** How full the account is: in the folders when it begins to matter (page.md §7), in its settings always. */
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { cx } from '@/components/ui/class-names';
import { Progress } from '@/components/ui/progress';
import { useClient } from '@/lib/client/hooks';
import { type Storage, share, storageOf } from '@/lib/client/storage';
import type { Id } from '@/lib/jmap/types';

const TELL_FROM = 0.75;
const FULL_FROM = 0.95;
/** Nobody looks here first: mail comes before it. */
const ASK_AFTER_MS = 5_000;
const ASK_AGAIN_MS = 15 * 60_000;
/** What was told last: a drawer that opens shows it at once, and is closed before it would be asked for. */
const known = new Map<Id, Storage>();

interface Props {
  accountId: Id;
  always?: boolean;
  className?: string;
}

export function StorageBar({ accountId, always = false, className }: Props) {
  const t = useTranslations('storage');
  const size = useFileSize();
  const storage = useStorage(accountId, always ? 0 : ASK_AFTER_MS);
  if (!storage || (!always && share(storage) < TELL_FROM)) return null;
  const full = share(storage) >= FULL_FROM;
  return (
    <div className={cx('flex flex-col gap-1', className)}>
      <p className={cx('text-meta', full ? 'text-warn' : 'text-text-2')}>
        {t('used', { used: size(storage.used), limit: size(storage.limit) })}
        {full && <span className="block">{t('full')}</span>}
      </p>
      <Progress label={t('label')} value={share(storage)} />
    </div>
  );
}

function useStorage(accountId: Id, afterMs: number): Storage | null {
  const client = useClient();
  const [storage, setStorage] = useState<Storage | null>(() => known.get(accountId) ?? null);
  useEffect(() => {
    let current = true;
    const ask = () => {
      if (document.visibilityState === 'hidden') return;
      // A server that cannot be asked shows where its mail is; what was last known of its space stays.
      storageOf(client, accountId)
        .catch(() => undefined)
        .then((told) => {
          if (told) known.set(accountId, told);
          else if (told === null) known.delete(accountId);
          if (current && told !== undefined) setStorage(told);
        });
    };
    const first = setTimeout(ask, afterMs);
    const again = setInterval(ask, ASK_AGAIN_MS);
    return () => {
      current = false;
      clearTimeout(first);
      clearInterval(again);
    };
  }, [client, accountId, afterMs]);
  return storage;
}
