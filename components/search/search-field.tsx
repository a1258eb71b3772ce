'use client';
/** Words to look for, in this folder or everywhere; the URL keeps them. */
import { Search, X } from 'lucide-react';
import { type FormEvent, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { go } from '@/components/shell/use-route';
import { cx } from '@/components/ui/class-names';
import { roleMailbox } from '@/lib/client/actions';
import { mailboxRoute } from '@/lib/client/route';
import type { Id } from '@/lib/jmap/types';
import { SearchScope } from './scope-menu';

export function SearchField({ className }: { className?: string }) {
  const t = useTranslations('mail');
  const { route, mailbox, account } = useScreen();
  const input = useRef<HTMLInputElement>(null);
  const searched = route.view === 'search' ? route.text : '';
  const [text, setText] = useState(searched);
  const here = mailbox?.id ?? null;
  useEffect(() => setText(searched), [searched]);
  // Whoever goes to search wants to type: on the phone the field comes with the screen.
  const starts = route.view === 'search' && route.text === '';
  useLayoutEffect(() => {
    if (starts) input.current?.focus();
  }, [starts]);

  const search = (words: string, mailboxId: Id | null) => {
    const next = {
      view: 'search' as const,
      accountId: route.accountId,
      text: words,
      mailboxId,
      threadId: null,
      folders: false,
    };
    if (route.view === 'search') go(next, { replace: true });
    else go(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') search(text.trim(), route.view === 'search' ? route.mailboxId : null);
    input.current?.blur();
  };
  const leave = () => {
    setText('');
    const inbox = here ?? roleMailbox(account, 'inbox')?.id;
    if (route.view === 'search' && inbox) go(mailboxRoute(route.accountId, inbox));
    else input.current?.focus();
  };
  return (
    <search className={cx('flex items-center gap-2', className)}>
      <form onSubmit={submit} className="relative min-w-0 flex-1">
        <Search
          size={16}
          strokeWidth={1.75}
          aria-hidden="true"
          className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-text-3"
        />
        <input
          ref={input}
          type="search"
          name="q"
          value={text}
          autoComplete="off"
          enterKeyHint="search"
          aria-label={t('searchMail')}
          placeholder={t('searchMail')}
          data-pane-focus="search"
          data-edge=""
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && input.current?.blur()}
          className="target input-text w-full appearance-none rounded-control border border-control bg-bg ps-9 pe-9 text-text [&::-webkit-search-cancel-button]:hidden"
        />
        {(text !== '' || route.view === 'search') && (
          <button
            type="button"
            aria-label={t('clearSearch')}
            onClick={leave}
            className="ring-inside absolute end-0 top-1/2 inline-flex size-8 -translate-y-1/2 items-center justify-center rounded-control text-text-2 pointer-coarse:size-11"
          >
            <X size={16} strokeWidth={1.75} aria-hidden="true" />
          </button>
        )}
      </form>
      {route.view === 'search' && <SearchScope className="max-md:hidden" />}
    </search>
  );
}
