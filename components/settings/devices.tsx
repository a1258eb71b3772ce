'use client';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { control } from '@/lib/client/control/request';
import type { Device } from '@/lib/client/control/types';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { programName } from './program-name';
import { Section } from './section';
import { useChange } from './use-change';
import { useResource } from './use-resource';
import { useTimes } from './use-times';

interface Devices {
  sessions: Device[];
}

export function DeviceList() {
  const t = useTranslations('settings');
  const devices = useResource<Devices>('/api/sessions');
  return (
    <Section id="devices" title={t('devices')}>
      <Loaded resource={devices}>
        {({ sessions }) => (
          <Sessions sessions={sessions} onChange={(left) => devices.set({ sessions: left })} />
        )}
      </Loaded>
    </Section>
  );
}

function Sessions({ sessions, onChange }: { sessions: Device[]; onChange: (left: Device[]) => void }) {
  const t = useTranslations();
  const everywhere = useChange();
  const one = useChange();
  const others = sessions.filter((session) => !session.current);
  const end = (id: string) =>
    one.run(async () => {
      await control('DELETE', `/api/sessions/${encodeURIComponent(id)}`);
      onChange(sessions.filter((session) => session.id !== id));
    });
  const endOthers = () =>
    everywhere.run(async () => {
      await control('DELETE', '/api/sessions?keep=current');
      onChange(sessions.filter((session) => session.current));
    });
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {sessions.map((session) => (
          <DeviceRow key={session.id} device={session} onEnd={() => void end(session.id)} />
        ))}
      </ul>
      <ChangeResult change={one} doneText={t('signIn.signedOut')} />
      {others.length > 0 ? (
        <div>
          <Button busy={everywhere.busy} onClick={() => void endOthers()}>
            {t('devices.signOutOthers')}
          </Button>
        </div>
      ) : (
        <p className="text-row text-text-3">{t('settings.device.only')}</p>
      )}
      <ChangeResult change={everywhere} doneText={t('settings.device.othersDone')} />
    </>
  );
}

function DeviceRow({ device, onEnd }: { device: Device; onEnd: () => void }) {
  const t = useTranslations('settings.device');
  const times = useTimes();
  const program = programName(device.userAgent);
  const name = program ? t('on', program) : t('unknown');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <div className="min-w-48 flex-1">
        <p>
          <span className="font-medium">{name}</span>
          {device.current && <span className="ms-2 text-ok text-row">{t('current')}</span>}
        </p>
        <p className="text-row text-text-3" title={times.full(device.lastSeenAt)}>
          {t('lastSeen', { time: times.short(device.lastSeenAt) })} ·{' '}
          {t('since', { time: times.short(device.createdAt) })}
        </p>
      </div>
      {!device.current && (
        <Button aria-label={t('signOutNamed', { device: name })} onClick={onEnd}>
          {t('signOut')}
        </Button>
      )}
    </li>
  );
}
