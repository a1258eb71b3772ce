'use client';
/** What became of the last sessions, and that the timer leaves the account alone after too many failures. */
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { Button } from '@/components/ui/button';
import { ErrorDetails } from '@/components/ui/error-details';
import { Notice } from '@/components/ui/notice';
import type { FeedHistory, FeedSession } from '@/lib/client/control/types';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { accountPath } from './account-part';
import { Loaded } from './loaded';
import { useResource } from './use-resource';
import { useTimes } from './use-times';

const FEW = 5;

export function Pop3History({ id, children }: { id: string; children: (history: FeedHistory) => ReactNode }) {
  const t = useTranslations('pop3');
  const history = useResource<FeedHistory>(`${accountPath(id)}/history`);
  return (
    <div className="flex flex-col gap-2">
      <h3 className="font-semibold">{t('history')}</h3>
      <Loaded resource={history}>
        {(value) => (
          <>
            {value.paused && <Notice tone="warn">{t('paused', { n: value.failures })}</Notice>}
            {value.expireDays !== null && <Notice tone="warn">{t('expire', { n: value.expireDays })}</Notice>}
            {value.notMarkedRead > 0 && (
              <Notice tone="warn">{t('notMarkedRead', { n: value.notMarkedRead })}</Notice>
            )}
            {children(value)}
            <Sessions sessions={value.sessions} />
            <div>
              <Button look="plain" onClick={history.reload}>
                {t('historyReload')}
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </div>
  );
}

function Sessions({ sessions }: { sessions: FeedSession[] }) {
  const t = useTranslations('pop3');
  const [all, setAll] = useState(false);
  if (sessions.length === 0) return <p className="text-text-2">{t('historyEmpty')}</p>;
  return (
    <>
      <ol className="flex flex-col divide-y divide-line">
        {(all ? sessions : sessions.slice(0, FEW)).map((session) => (
          <Session key={session.startedAt} session={session} />
        ))}
      </ol>
      {!all && sessions.length > FEW && (
        <div>
          <Button look="plain" onClick={() => setAll(true)}>
            {t('historyAll', { n: sessions.length })}
          </Button>
        </div>
      )}
    </>
  );
}

function Session({
  session: { startedAt, messages, bytes, deleted, code, serverText, nextAt },
}: {
  session: FeedSession;
}) {
  const t = useTranslations('pop3');
  const error = useTranslations('error');
  const times = useTimes();
  const fileSize = useFileSize();
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-2">
      <span className="min-w-48 flex-1">
        {t('session', { n: messages, size: fileSize(bytes) })}
        {deleted > 0 && ` · ${t('sessionDeleted', { n: deleted })}`}
        {code !== null && (
          <span className="block text-danger">
            {errorSentence(error, { code })}
            {nextAt !== null && ` ${t('nextTry', { time: times.short(nextAt) })}`}
          </span>
        )}
        {code !== null && <ErrorDetails code={code} serverText={serverText} />}
      </span>
      <time dateTime={startedAt} title={times.full(startedAt)} className="text-row text-text-3 tabular-nums">
        {times.short(startedAt)}
      </time>
    </li>
  );
}
