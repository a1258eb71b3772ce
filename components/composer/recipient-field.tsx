'use client';
/** Recipients as chips with a field for more (page.md §6); completion is a combobox (ARIA APG), the focus stays in the field. */
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import { cx } from '@/components/ui/class-names';
import { Popover } from '@/components/ui/popover';
import { added, chipText, committed, pasted, removed, typed } from '@/lib/client/composer/chips';
import type { Suggestions } from '@/lib/client/composer/suggest';
import type { EmailAddress } from '@/lib/jmap/types';
import { type DraggedRecipient, dropped, isRecipient } from './dragged-recipient';
import { type OtherLine, RecipientChip } from './recipient-chip';
import { SuggestionList } from './suggestion-list';
import { useSuggestions } from './use-suggestions';

interface Props {
  line: string;
  label: string;
  value: readonly EmailAddress[];
  suggestions: Suggestions;
  focus: boolean;
  trailing: ReactNode;
  /** Where a recipient may be moved to. */
  elsewhere?: readonly OtherLine[];
  /** As high without the focus as with it: a button below must not move away under a finger. */
  steady?: boolean;
  onChange: (value: readonly EmailAddress[]) => void;
  /** What stands in the field and is no recipient yet; what stood there when it was last shown. */
  text?: string | undefined;
  onText?: (text: string) => void;
  /** A chip of this line or of another is to stand in `line`. */
  onMoved?: (line: string, moved: DraggedRecipient) => void;
}

/** More are not seen at once. */
const COUNTED_FROM = 7;

const NOWHERE: readonly OtherLine[] = [];

export function RecipientField({
  line,
  label,
  value,
  suggestions,
  focus,
  trailing,
  elsewhere = NOWHERE,
  steady = false,
  text: begun = '',
  onChange,
  onText,
  onMoved,
}: Props) {
  const t = useTranslations('composer');
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const chips = useRef<HTMLUListElement>(null);
  const [text, setText] = useState(begun);
  const list = useSuggestions(suggestions, text, value);

  useEffect(() => {
    if (focus) field.current?.focus({ preventScroll: true });
  }, [focus]);

  const set = (next: { addresses: readonly EmailAddress[]; text: string }) => {
    if (next.addresses !== value) onChange(next.addresses);
    setText(next.text);
    onText?.(next.text);
  };
  const choose = (address: EmailAddress) => {
    set({ addresses: added(value, [address]), text: '' });
    field.current?.focus();
  };
  const focusChip = (index: number) => {
    const buttons = chips.current?.querySelectorAll<HTMLElement>('[data-chip]');
    const button = buttons?.[index];
    if (button) button.focus();
    else field.current?.focus();
  };
  const remove = (index: number, towards: number) => {
    onChange(removed(value, index));
    requestAnimationFrame(() => focusChip(towards));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const atStart = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === 0;
    if (event.nativeEvent.isComposing) return;
    if (list.key(event)) return;
    if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab') {
      const chosen = list.chosen;
      if (event.key === 'Enter') event.preventDefault();
      if (chosen) choose(chosen);
      else if (text.trim() !== '') set(committed({ addresses: value, text }));
      // Tab with something chosen stays: the next one may follow.
      if (event.key === 'Tab' && chosen && !event.shiftKey) event.preventDefault();
    } else if (
      atStart &&
      value.length > 0 &&
      (event.key === 'ArrowLeft' || (event.key === 'Backspace' && text === ''))
    ) {
      event.preventDefault();
      focusChip(value.length - 1);
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const next = pasted({ addresses: value, text }, event.clipboardData.getData('text/plain'));
    if (!next) return;
    event.preventDefault();
    set(next);
  };
  return (
    <fieldset
      aria-label={label}
      onDragOver={(event) => {
        if (isRecipient(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        if (!isRecipient(event)) return;
        event.preventDefault();
        onMoved?.(line, dropped(event));
      }}
      className="flex min-w-0 shrink-0 items-start gap-2 border-line border-b ps-4 pe-2 outline-accent -outline-offset-2 has-[input:focus-visible]:outline-2"
    >
      <label
        htmlFor={id}
        className="flex min-h-10 min-w-14 shrink-0 items-center whitespace-nowrap text-text-3 text-ui max-md:min-w-8 pointer-coarse:min-h-12"
      >
        {label}
      </label>
      <div className="flex max-h-36 min-w-0 flex-1 flex-wrap items-center gap-1 overflow-y-auto py-1">
        {value.length > 0 && (
          <ul ref={chips} aria-label={t('recipients', { line: label })} className="contents">
            {value.map((address, index) => (
              <RecipientChip
                key={address.email.toLowerCase()}
                address={address}
                line={line}
                elsewhere={elsewhere}
                onMoveTo={(other) => {
                  onMoved?.(other, { from: line, address });
                  requestAnimationFrame(() => focusChip(index));
                }}
                onMove={(by) => focusChip(index + by)}
                onRemove={(towards) => remove(index, index + towards)}
                onEdit={() => {
                  set({ addresses: removed(value, index), text: chipText(address) });
                  field.current?.focus();
                }}
              />
            ))}
          </ul>
        )}
        <input
          ref={field}
          id={id}
          role="combobox"
          aria-expanded={list.open}
          aria-controls={list.open ? `${id}-list` : undefined}
          aria-activedescendant={list.open && list.at >= 0 ? `${id}-${list.at}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          inputMode="email"
          value={text}
          onChange={(event) => set(typed({ addresses: value, text }, event.target.value))}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
          onFocus={list.wake}
          onBlur={() => {
            list.close();
            if (text.trim() !== '') set(committed({ addresses: value, text }));
          }}
          className={cx(
            'target input-text flex-1 bg-raised text-text outline-none',
            steady ? 'min-w-24' : 'min-w-4 focus:min-w-24',
          )}
        />
      </div>
      <div className="flex shrink-0 items-center py-1">
        {value.length > COUNTED_FROM && (
          <span className="px-2 text-meta text-text-3 tabular-nums">
            <span aria-hidden="true">{value.length}</span>
            <span className="sr-only">{t('recipientCount', { n: value.length })}</span>
          </span>
        )}
        {trailing}
      </div>
      {list.open && (
        <Popover opener={field} onClose={list.close} className="w-96">
          <SuggestionList id={id} label={t('people')} list={list.found} at={list.at} onChoose={choose} />
        </Popover>
      )}
      <span role="status" className="sr-only">
        {list.open ? t('found', { n: list.found.length }) : ''}
      </span>
    </fieldset>
  );
}
