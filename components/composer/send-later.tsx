'use client';
/** "Send later": tomorrow at eight, Monday at eight, or any minute of the next 30 days. */
import { useState } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { TextField } from '@/components/ui/text-field';
import { inputValue, MAX_AHEAD_MS, momentOf, suggestedMoments } from '@/lib/client/composer/send-times';

export default function SendLater({
  onClose,
  onChoose,
}: {
  onClose: () => void;
  onChoose: (moment: Date) => void;
}) {
  const t = useTranslations('composer');
  const ui = useTranslations('ui');
  const format = useFormatter();
  const [now] = useState(() => new Date());
  const [value, setValue] = useState(() => inputValue(suggestedMoments(now)[0]?.at ?? now));
  const moment = momentOf(value);
  const wrong = moment === null || moment <= now || moment.getTime() > now.getTime() + MAX_AHEAD_MS;
  return (
    <Dialog
      title={t('laterTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{ui('cancel')}</Button>
          <Button
            look="filled"
            disabled={wrong}
            onClick={() => {
              if (moment && !wrong) onChoose(moment);
            }}
          >
            {t('schedule')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <div className="flex flex-col gap-1">
          {suggestedMoments(now).map(({ name, at }) => (
            <Button key={name} className="justify-between" onClick={() => onChoose(at)}>
              <span>{t(`later.${name}`)}</span>
              <span className="text-text-2">
                {format.dateTime(at, {
                  weekday: 'short',
                  day: 'numeric',
                  month: 'short',
                  hour: '2-digit',
                  minute: '2-digit',
                })}
              </span>
            </Button>
          ))}
        </div>
        <TextField
          label={t('laterCustom')}
          type="datetime-local"
          value={value}
          min={inputValue(now)}
          max={inputValue(new Date(now.getTime() + MAX_AHEAD_MS))}
          error={wrong ? t('laterWrong') : null}
          onChange={(event) => setValue(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
