'use client';
import { useEffect, useRef } from 'react';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Draft } from '@/lib/client/draft/draft';

interface Props {
  session: ComposerSession;
  draft: Draft;
  focus: boolean;
  label: string;
}

/** The platform's own field: spelling, dictation and undo are its work. It grows with the text. */
export function PlainEditor({ session, draft, focus, label }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!focus) return;
    area.current?.focus({ preventScroll: true });
    area.current?.setSelectionRange(0, 0);
  }, [focus]);
  useEffect(
    () =>
      session.onInsert((text) => {
        const field = area.current;
        if (!field) return;
        field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
        session.change({ body: field.value });
      }),
    [session],
  );
  return (
    <textarea
      ref={area}
      aria-label={label}
      value={draft.body}
      dir="auto"
      onChange={(event) => session.change({ body: event.target.value })}
      className={`field-sizing-content ring-inside min-h-40 w-full resize-none bg-raised px-4 py-3 text-body text-text ${draft.quote === '' || draft.quoteFirst ? 'flex-1' : 'shrink-0'}`}
    />
  );
}
