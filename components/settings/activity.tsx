'use client';
/** What was done with the ways in, so that a stranger's hand shows (security.md S22). */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { AuditEvent } from '@/lib/client/control/types';
import { useAccounts } from '@/lib/client/hooks';
import { Loaded } from './loaded';
import { programName } from './program-name';
import { Section } from './section';
import { useResource } from './use-resource';
import { useTimes } from './use-times';

const FEW = 8;

export function Activity() {
  const t = useTranslations('settings');
  const events = useResource<{ events: AuditEvent[] }>('/api/audit');
  return (
    <Section id="activity" title={t('activity')} hint={t('audit.hint')}>
      <Loaded resource={events}>{(value) => <Events events={value.events} />}</Loaded>
    </Section>
  );
}

function Events({ events }: { events: AuditEvent[] }) {
  const t = useTranslations('settings.audit');
  const [all, setAll] = useState(false);
  return (
    <>
      <ol className="flex flex-col divide-y divide-line">
        {(all ? events : events.slice(0, FEW)).map((event) => (
          <EventRow key={`${event.at} ${event.event}`} event={event} />
        ))}
      </ol>
      {!all && events.length > FEW && (
        <div>
          <Button look="plain" onClick={() => setAll(true)}>
            {t('all', { n: events.length })}
          </Button>
        </div>
      )}
    </>
  );
}

function EventRow({ event: { at, event, accountId, name, userAgent } }: { event: AuditEvent }) {
  const t = useTranslations('settings.audit');
  const device = useTranslations('settings.device');
  const times = useTimes();
  const account = useAccounts().find(({ id }) => id === accountId)?.name;
  const program = programName(userAgent);
  const about = name ?? (program ? device('on', program) : null) ?? account;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-2">
      <span className="min-w-48 flex-1">
        {t('event', { event: event.replaceAll('-', '_') })}
        {about && <span className="text-text-3"> · {about}</span>}
      </span>
      <time dateTime={at} title={times.full(at)} className="text-row text-text-3 tabular-nums">
        {times.short(at)}
      </time>
    </li>
  );
}
