'use client';
/** "Why does it not connect?": each step at both servers, and what can be done where it stops. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CheckReport, Steps } from '@/components/auth/check-report';
import { Button } from '@/components/ui/button';
import { control } from '@/lib/client/control/request';
import type { CheckStep } from '@/lib/client/control/types';
import { accountPath } from './account-part';
import { useChange } from './use-change';

export function ConnectionCheck({ id }: { id: string }) {
  const t = useTranslations('settings.account');
  const change = useChange();
  const [steps, setSteps] = useState<CheckStep[]>([]);
  const check = () =>
    change.run(async () => {
      const answer = await control<{ steps: CheckStep[] }>('POST', `${accountPath(id)}/check`);
      setSteps(answer.steps);
    });
  return (
    <div className="flex flex-col gap-2">
      <p className="text-row text-text-2">{t('checkHint')}</p>
      <div>
        <Button busy={change.busy} onClick={() => void check()}>
          {t('check')}
        </Button>
      </div>
      {change.fault && <CheckReport fault={change.fault} />}
      <div role="status">
        {change.done && (
          <>
            <p>{t('checked')}</p>
            <Steps steps={steps} />
          </>
        )}
      </div>
    </div>
  );
}
