'use client';
/** To, and Cc and Bcc when they are wanted. */
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { added } from '@/lib/client/composer/chips';
import type { ComposerSession } from '@/lib/client/composer/session';
import { Suggestions } from '@/lib/client/composer/suggest';
import type { Draft } from '@/lib/client/draft/draft';
import { useClient } from '@/lib/client/hooks';
import type { DraggedRecipient } from './dragged-recipient';
import { RecipientField } from './recipient-field';

interface Props {
  session: ComposerSession;
  draft: Draft;
  focus: boolean;
}

const LINES = ['to', 'cc', 'bcc', 'replyTo'] as const;
type Line = (typeof LINES)[number];
const PEOPLE = ['to', 'cc', 'bcc'] as const;

export function RecipientLines({ session, draft, focus }: Props) {
  const t = useTranslations('composer');
  const { transport } = useClient();
  const suggestions = useMemo(
    () => new Suggestions(transport, draft.accountId),
    [transport, draft.accountId],
  );
  const [wanted, setWanted] = useState<Line | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<Line>>(new Set());
  const isShown = (line: Line) =>
    line === 'replyTo'
      ? draft.replyTo !== undefined
      : line === 'to' || seen.has(line) || draft[line].length > 0;
  const show = (line: Line) => {
    setSeen(new Set(seen).add(line));
    setWanted(line);
  };
  const move = (wanted: string, { from, address }: DraggedRecipient) => {
    const [line, to] = [from, wanted].map((name) => LINES.find((one) => one === name));
    if (!line || !to || line === to) return;
    const left = (draft[line] ?? []).filter(({ email }) => email !== address.email);
    session.change({ [line]: left, [to]: added(draft[to] ?? [], [address]) });
  };
  const hidden = (['cc', 'bcc'] as const).filter((line) => !isShown(line));
  return (
    <>
      {LINES.filter(isShown).map((line) => (
        <RecipientField
          key={line}
          line={line}
          label={t(line)}
          value={draft[line] ?? []}
          suggestions={suggestions}
          focus={wanted === line || (line === 'to' && focus && wanted === null)}
          onChange={(value) => session.change({ [line]: value })}
          text={session.texts.get(line)}
          onText={(text) => session.setText(line, text)}
          elsewhere={PEOPLE.filter((other) => other !== line).map((other) => ({
            line: other,
            label: t(other),
          }))}
          onMoved={move}
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
