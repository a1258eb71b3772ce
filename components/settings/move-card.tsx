'use client';
/** One copying: how far it is, and what can be done with it. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Progress } from '@/components/ui/progress';
import { control } from '@/lib/client/control/request';
import type { Move } from '@/lib/client/control/types';
import { useAccounts } from '@/lib/client/hooks';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { ChangeResult } from './change-result';
import { useChange } from './use-change';

interface MoveCardProps {
  move: Move;
  onChange: () => void;
}

export function MoveCard({ move, onChange }: MoveCardProps) {
  const t = useTranslations('settings.move');
  const { state, counts, everyMinutes } = move;
  const change = useChange();
  const [asking, setAsking] = useState(false);
  const path = `/api/moves/${encodeURIComponent(move.id)}`;
  const act = (method: 'PATCH' | 'DELETE', body?: object) =>
    change.run(async () => {
      await control(method, path, body);
      onChange();
    });
  const isClean = state === 'done' && counts.refused === 0 && counts.verified > 0;
  return (
    <div className="flex flex-col gap-2 rounded-control border border-line p-3">
      <Report move={move} />
      <div className="flex flex-wrap gap-2">
        {state === 'running' ? (
          <Button busy={change.busy} onClick={() => void act('PATCH', { state: 'paused' })}>
            {t('pause')}
          </Button>
        ) : (
          <Button busy={change.busy} onClick={() => void act('PATCH', { state: 'running' })}>
            {t(state === 'done' ? 'again' : 'resume')}
          </Button>
        )}
        {isClean && everyMinutes === null && (
          <Button look="danger" onClick={() => setAsking(true)}>
            {t('deleteSource')}
          </Button>
        )}
        <Button look="plain" disabled={change.busy} onClick={() => void act('DELETE')}>
          {t('forget')}
        </Button>
      </div>
      <ChangeResult change={change} />
      {asking && (
        <DeleteDialog move={move} path={path} onClose={() => setAsking(false)} onChange={onChange} />
      )}
    </div>
  );
}

function Report({ move: { to, state, code, counts, everyMinutes } }: { move: Move }) {
  const t = useTranslations('settings.move');
  const error = useTranslations('error');
  const name = useAccounts().find(({ id }) => id === to)?.name ?? to;
  const there = counts.copied + counts.verified + counts.deleted;
  const total = there + counts.seen + counts.tried + counts.refused;
  const share = total === 0 ? null : (there + counts.verified + counts.deleted) / (2 * total);
  return (
    <>
      <p className="font-medium">
        {t('title', { name })} · {t(everyMinutes !== null && state === 'running' ? 'repeating' : state)}
      </p>
      {state === 'running' && counts.seen + counts.copied > 0 && (
        <Progress label={t('title', { name })} value={share} />
      )}
      <p role="status" className="text-row text-text-2">
        {t('counts', { there, total, verified: counts.verified + counts.deleted, refused: counts.refused })}
      </p>
      {code !== null && <p className="text-danger">{errorSentence(error, { code })}</p>}
    </>
  );
}

function DeleteDialog({
  move,
  path,
  onClose,
  onChange,
}: MoveCardProps & { path: string; onClose: () => void }) {
  const t = useTranslations('settings.move');
  const ui = useTranslations('ui');
  const change = useChange();
  const remove = () =>
    change.run(async () => {
      await control('POST', `${path}/delete-source`);
      onChange();
      onClose();
    });
  return (
    <Dialog
      title={t('deleteTitle', { n: move.counts.verified })}
      onClose={onClose}
      actions={
        <>
          <Button look="plain" onClick={onClose}>
            {ui('cancel')}
          </Button>
          <Button look="danger" busy={change.busy} onClick={() => void remove()}>
            {t('deleteSource')}
          </Button>
        </>
      }
    >
      <p>{t('deleteHint')}</p>
      <ChangeResult change={change} />
    </Dialog>
  );
}
