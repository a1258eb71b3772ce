'use client';
/** What is connected, since when, what was slow, and the commands of the last minutes; asked for by whoever unfolds it. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Disclosure } from '@/components/ui/disclosure';
import type { ConnectionLine, ConnectionReport } from '@/lib/client/control/types';
import { accountPath } from './account-part';
import { Loaded } from './loaded';
import { useResource } from './use-resource';
import { useTimes } from './use-times';

export function Connection({ id }: { id: string }) {
  const t = useTranslations('settings.account');
  const [open, setOpen] = useState(false);
  return (
    <Disclosure label={t('connectionNow')} open={open} onToggle={setOpen}>
      {open && (
        <div className="flex flex-col gap-4 pt-2">
          <p className="text-row text-text-3">{t('connectionHint')}</p>
          <Report id={id} />
        </div>
      )}
    </Disclosure>
  );
}

function Report({ id }: { id: string }) {
  const t = useTranslations('settings.account');
  const report = useResource<ConnectionReport>(`${accountPath(id)}/connection`);
  return (
    <Loaded resource={report}>
      {(value) => (
        <>
          <Open report={value} />
          <p className="text-text-2">{t('connectionWatching', { way: value.watching ?? 'other' })}</p>
          <p className="text-text-2">{t('connectionSlow', { n: value.slow.length })}</p>
          <Lines lines={value.slow} label={t('connectionSlow', { n: value.slow.length })} />
          {value.server && <Server server={value.server} />}
          <Disclosure label={t('connectionLog')}>
            <Lines lines={value.log} label={t('connectionLog')} />
          </Disclosure>
          <div>
            <Button onClick={report.reload}>{t('connectionReload')}</Button>
          </div>
        </>
      )}
    </Loaded>
  );
}

function Open({ report: { connections } }: { report: ConnectionReport }) {
  const t = useTranslations('settings.account');
  const times = useTimes();
  if (connections.length === 0) return <p className="text-text-2">{t('connectionNone')}</p>;
  return (
    <ul className="flex flex-col divide-y divide-line">
      {connections.map(({ number, use, since }) => (
        <li key={number} className="flex flex-wrap items-baseline gap-x-3 py-2">
          <span className="min-w-48 flex-1">
            {number} · {t('connectionUse', { use })}
          </span>
          <time dateTime={since} title={times.full(since)} className="text-row text-text-3 tabular-nums">
            {t('connectionSince', { time: times.short(since) })}
          </time>
        </li>
      ))}
    </ul>
  );
}

function Server({ server }: { server: NonNullable<ConnectionReport['server']> }) {
  const t = useTranslations('settings.account');
  const times = useTimes();
  return (
    <Disclosure label={t('connectionServer')}>
      <p className="text-row text-text-3">{t('connectionProbed', { time: times.short(server.probedAt) })}</p>
      <p dir="ltr" className="break-words font-mono text-row">
        {server.announced.join(' ')}
      </p>
      {server.refused.length > 0 && (
        <p className="text-text-2">{t('connectionRefused', { words: server.refused.join(', ') })}</p>
      )}
    </Disclosure>
  );
}

/** As on the wire, from left to right in every language. */
function Lines({ lines, label }: { lines: ConnectionLine[]; label: string }) {
  const t = useTranslations('settings.account');
  if (lines.length === 0) return null;
  return (
    <ol
      dir="ltr"
      aria-label={label}
      className="flex flex-col divide-y divide-line rounded-control border border-line px-3 font-mono text-row"
    >
      {numbered(lines).map(({ key, line }) => (
        <li key={key} className="flex flex-wrap gap-x-3 py-1">
          <span className="text-text-3">
            {line.at.slice(11, 19)} {line.connection}
          </span>
          <span className="min-w-40 flex-1 break-all">{line.command}</span>
          <span className={line.result === 'OK' || line.result === null ? 'text-text-3' : 'text-danger'}>
            {line.result ?? ''}
          </span>
          <span className="text-text-3 tabular-nums">{t('connectionTook', { ms: line.ms })}</span>
        </li>
      ))}
    </ol>
  );
}

/** Two lines may be equal. */
function numbered(lines: ConnectionLine[]): { key: string; line: ConnectionLine }[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const text = `${line.at} ${line.connection} ${line.command}`;
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    return { key: `${text} ${count}`, line };
  });
}
