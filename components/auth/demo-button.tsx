'use client';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { type ControlFault, faultOf } from '@/lib/client/control/request';
import { signIn } from '@/lib/client/control/sign-in';
import type { Admission } from '@/lib/client/control/types';
import { CheckReport } from './check-report';

export function DemoButton({ onDone }: { onDone: (admission: Admission) => void }) {
  const t = useTranslations('signIn');
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ControlFault | null>(null);
  const open = async () => {
    setBusy(true);
    setFault(null);
    try {
      onDone(await signIn({ demo: true }));
    } catch (error) {
      setFault(faultOf(error));
      setBusy(false);
    }
  };
  return (
    <div className="mt-4 flex flex-col gap-1 border-line border-t pt-4">
      <Button busy={busy} onClick={() => void open()}>
        {t('demo')}
      </Button>
      <p className="text-balance text-center text-row text-text-3">{t('demoHint')}</p>
      {fault && <CheckReport fault={fault} />}
    </div>
  );
}
