'use client';
/** What is happening, in words; after three seconds also a way out (page.md §8). */
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Progress } from '@/components/ui/progress';
import { Delayed } from '@/components/ui/skeleton';
import type { Phase } from './use-sign-in';

const SLOW_MS = 3000;

export function SignInProgress({ phase, onCancel }: { phase: Phase; onCancel: () => void }) {
  const t = useTranslations('signIn');
  const ui = useTranslations('ui');
  const text =
    phase.name === 'looking'
      ? t('looking', { domain: phase.domain })
      : phase.name === 'checking'
        ? t('checking', { host: phase.host })
        : null;
  return (
    <div role="status">
      {text && (
        <Delayed key={text}>
          <Progress label={text} value={null} />
          <div className="flex min-h-8 items-center gap-2 pt-1 text-row text-text-2">
            <span className="flex-1">
              {phase.name === 'checking' ? (
                <Delayed ms={SLOW_MS} meanwhile={text}>
                  {t('slow', { host: phase.host })}
                </Delayed>
              ) : (
                text
              )}
            </span>
            <Delayed ms={SLOW_MS}>
              <Button look="plain" onClick={onCancel}>
                {ui('cancel')}
              </Button>
            </Delayed>
          </div>
        </Delayed>
      )}
    </div>
  );
}
