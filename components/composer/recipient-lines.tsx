'use client';
/** To, and Cc and Bcc when they are wanted. */
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import type { ComposerSession } from '@/lib/client/composer/session';
import { Suggestions } from '@/lib/client/composer/suggest';
import type { Draft } from '@/lib/client/draft/draft';
import { useClient } from '@/lib/client/hooks';
import { RecipientField } from './recipient-field';

interface Props {
  session: ComposerSession;
  draft: Draft;
  focus: boolean;
}

type Line = 'to' | 'cc' | 'bcc';

export function RecipientLines({ session, draft, focus }: Props) {
  const t = useTranslations('composer');
  const { transport } = useClient();
  const suggestions = useMemo(
    () => new Suggestions(transport, draft.accountId),
    [transport, draft.accountId],
  );
  const [wanted, setWanted] = useState<Line | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<Line>>(new Set());
  const isShown = (line: Line) => line === 'to' || seen.has(line) || draft[line].length > 0;
  const show = (line: Line) => {
    setSeen(new Set(seen).add(line));
    setWanted(line);
  };
  const hidden = (['cc', 'bcc'] as const).filter((line) => !isShown(line));
  return (
    <>
      {(['to', 'cc', 'bcc'] as const).filter(isShown).map((line) => (
        <RecipientField
          key={line}
          label={t(line)}
          value={draft[line]}
          suggestions={suggestions}
          focus={wanted === line || (line === 'to' && focus && wanted === null)}
          onChange={(value) => session.change({ [line]: value })}
          trailing={
            line === 'to' &&
            hidden.map((other) => (
              <Button key={other} look="plain" className="px-2 text-text-2" onClick={() => show(other)}>
                {t(other)}
              </Button>
            ))
          }
        />
      ))}
    </>
  );
}
