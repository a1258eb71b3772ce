'use client';
/** What discovery found, before the password goes there: one quiet line when it is certain, a question when it is not. */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { Discovery, FoundServers } from '@/lib/client/control/types';
import { domainOf } from './address';

export function FoundLine({ found }: { found: Discovery | null }) {
  const t = useTranslations('signIn');
  const best = found?.servers[0];
  return (
    <p role="status" className="min-h-4.5 text-row text-text-3">
      {best && (
        <>
          {best.incoming.host}, {best.outgoing.host}
          {' · '}
          {t('foundBy', { source: best.source, domain: domainOf(found.address) ?? found.address })}
        </>
      )}
    </p>
  );
}

interface ConfirmServersProps {
  servers: FoundServers;
  domain: string;
  onConfirm: () => void;
  onCancel: () => void;
}

export function ConfirmServers({ servers, domain, onConfirm, onCancel }: ConfirmServersProps) {
  const t = useTranslations('signIn');
  const ui = useTranslations('ui');
  return (
    <section
      aria-labelledby="confirm-title"
      data-edge=""
      className="flex flex-col gap-3 rounded-control border border-control p-4"
    >
      <h2 id="confirm-title" className="font-semibold text-body">
        {t('confirmTitle', { domain })}
      </h2>
      <p className="text-text-2">
        {t('foundBy', { source: servers.source, domain })}. {t('confirmLead')}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1">
        <ServerLine
          term={t('incoming')}
          host={servers.incoming.host}
          port={servers.incoming.port}
          protocol={servers.kind}
        />
        <ServerLine
          term={t('outgoing')}
          host={servers.outgoing.host}
          port={servers.outgoing.port}
          protocol="smtp"
        />
      </dl>
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={onCancel}>
          {ui('cancel')}
        </Button>
        <Button look="filled" autoFocus onClick={onConfirm}>
          {t('confirm', { host: servers.incoming.host })}
        </Button>
      </div>
    </section>
  );
}

function ServerLine({
  term,
  host,
  port,
  protocol,
}: {
  term: string;
  host: string;
  port: number;
  protocol: string;
}) {
  return (
    <>
      <dt className="text-text-3">{term}</dt>
      <dd className="wrap-anywhere">
        <span className="font-medium">{host}</span>{' '}
        <span className="whitespace-nowrap text-text-3">{`${protocol.toUpperCase()} ${port}`}</span>
      </dd>
    </>
  );
}
