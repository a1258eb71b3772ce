'use client';
/** Conditions that a search is narrowed by with one touch; they stand in the field as words like any other. */
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { go } from '@/components/shell/use-route';
import { cx } from '@/components/ui/class-names';
import { SearchScope } from './scope-menu';

const CHIPS = [
  { word: 'has:file', name: 'chip.file' },
  { word: 'is:unread', name: 'chip.unread' },
  { word: 'is:starred', name: 'chip.starred' },
] as const;

export function SearchChips() {
  const t = useTranslations('mail');
  const { route } = useScreen();
  if (route.view !== 'search') return null;
  const year = String(new Date().getFullYear() - 1);
  const words = route.text.split(/\s+/).filter(Boolean);
  // A year may have been typed without its name.
  const isSame = (one: string, word: string) => one === word || `year:${one}` === word;
  const toggle = (word: string) => {
    const others = words.filter((one) => !isSame(one, word));
    const text = (others.length < words.length ? others : [...words, word]).join(' ');
    go({ ...route, text }, { replace: true });
  };
  const chips = [
    ...CHIPS.map(({ word, name }) => ({ word, label: t(name) })),
    { word: `year:${year}`, label: year },
  ];
  return (
    <fieldset
      aria-label={t('chips')}
      className="flex min-w-0 shrink-0 gap-2 overflow-x-auto border-line border-b px-4 py-1"
    >
      <SearchScope className="shrink-0 md:hidden" />
      {chips.map(({ word, label }) => {
        const on = words.some((one) => isSame(one, word));
        return (
          <button
            key={word}
            type="button"
            aria-pressed={on}
            onClick={() => toggle(word)}
            className={cx(
              'target shrink-0 whitespace-nowrap rounded-full border px-3 text-row',
              on ? 'border-accent bg-selected text-text' : 'border-control text-text-2 hover:bg-hover',
            )}
          >
            {label}
          </button>
        );
      })}
    </fieldset>
  );
}
