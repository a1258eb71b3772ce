'use client';
/** Copying this mailbox, or one folder again and again, into another mailbox of the same person. */
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useMailboxName } from '@/components/shell/use-place-name';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import { control } from '@/lib/client/control/request';
import type { Account, Move } from '@/lib/client/control/types';
import { useAccounts, useMailboxTree } from '@/lib/client/hooks';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { MoveCard } from './move-card';
import { useChange } from './use-change';
import { useResource } from './use-resource';

const ALL = '';
const ONCE = 0;
const MINUTES = [ONCE, 15, 60, 1_440];
const LOOK_MS = 2_000;

export function Moves({ account }: { account: Account }) {
  const t = useTranslations('settings.move');
  const moves = useResource<{ moves: Move[] }>('/api/moves');
  const { value, reload } = moves;
  const own = value?.moves.filter(({ from }) => from === account.id) ?? [];
  const isBusy = own.some(({ state, counts }) => state === 'running' && counts.seen + counts.copied > 0);
  useEffect(() => {
    if (!isBusy || value === null) return;
    const timer = setTimeout(reload, LOOK_MS);
    return () => clearTimeout(timer);
  }, [isBusy, value, reload]);
  const others = useAccounts().filter(({ id }) => id !== account.id);
  return (
    <Loaded resource={moves}>
      {() => (
        <>
          {own.map((move) => (
            <MoveCard key={move.id} move={move} onChange={reload} />
          ))}
          {others.length === 0 ? (
            <p className="text-text-2">{t('noOther')}</p>
          ) : (
            <NewMove from={account.id} others={others} onChange={reload} />
          )}
        </>
      )}
    </Loaded>
  );
}

interface NewMoveProps {
  from: string;
  others: { id: string; name: string }[];
  onChange: () => void;
}

function NewMove({ from, others, onChange }: NewMoveProps) {
  const t = useTranslations('settings.move');
  const nameOf = useMailboxName();
  const folders = useMailboxTree(from).map(({ mailbox, depth }) => ({
    value: mailbox.id,
    label: '\u2003'.repeat(depth) + nameOf(mailbox),
  }));
  const [chosen, setTo] = useState(ALL);
  const to = chosen || (others[0]?.id ?? ALL);
  const [folder, setFolder] = useState(ALL);
  const [minutes, setMinutes] = useState(ONCE);
  const change = useChange();
  const start = () =>
    change.run(async () => {
      const what = folder === ALL ? {} : { fromMailboxId: folder };
      await control('POST', '/api/moves', { from, to, ...what, everyMinutes: minutes || null });
      onChange();
    });
  return (
    <>
      <Select
        label={t('to')}
        hint={t('toHint')}
        value={to}
        options={others.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setTo}
      />
      <Select
        label={t('what')}
        hint={t('whatHint')}
        value={folder}
        options={[{ value: ALL, label: t('all') }, ...folders]}
        onChange={setFolder}
      />
      <Select
        label={t('often')}
        hint={t('oftenHint')}
        value={String(minutes)}
        options={MINUTES.map((n) => ({
          value: String(n),
          label: n === ONCE ? t('once') : t('minutes', { n }),
        }))}
        onChange={(n) => setMinutes(Number(n))}
      />
      <div>
        <Button busy={change.busy} onClick={() => void start()}>
          {t('start')}
        </Button>
      </div>
      <ChangeResult change={change} doneText={t('started')} />
    </>
  );
}
