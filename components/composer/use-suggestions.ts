'use client';
/** People whose name or address begins with what is typed; what is known shows at once, the answer follows. */
import { type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import type { Suggestions } from '@/lib/client/composer/suggest';
import { JmapFault } from '@/lib/client/jmap';
import type { EmailAddress } from '@/lib/jmap/types';

export function useSuggestions(suggestions: Suggestions, text: string, taken: readonly EmailAddress[]) {
  const [answer, setAnswer] = useState<{ text: string; list: readonly EmailAddress[] }>({
    text: '',
    list: [],
  });
  const [closedFor, setClosedFor] = useState<string | null>(null);
  const [cursor, setCursor] = useState({ text: '', at: 0 });

  useEffect(() => {
    if (text.trim() === '') return;
    const abort = new AbortController();
    suggestions.of(text, abort.signal).then(
      (list) => setAnswer({ text, list }),
      (error) => {
        // Completion is a help: without an answer people type on.
        if (!(error instanceof JmapFault) && !abort.signal.aborted) throw error;
      },
    );
    return () => abort.abort();
  }, [suggestions, text]);

  const found = useMemo(() => {
    if (text.trim() === '') return [];
    const list = answer.text === text ? answer.list : suggestions.now(text);
    const known = new Set(taken.map(({ email }) => email.toLowerCase()));
    return list.filter(({ email }) => !known.has(email.toLowerCase()));
  }, [suggestions, text, answer, taken]);

  const open = found.length > 0 && closedFor !== text;
  const at = cursor.text === text ? Math.min(cursor.at, found.length - 1) : 0;
  return {
    found,
    open,
    at,
    chosen: open ? found[at] : undefined,
    wake: () => setClosedFor(null),
    close: () => setClosedFor(text),
    /** True when the key was for the list. */
    key: (event: KeyboardEvent): boolean => {
      if (!open) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step !== undefined) setCursor({ text, at: (at + step + found.length) % found.length });
      else if (event.key === 'Escape') setClosedFor(text);
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
