'use client';
/** One row above the keyboard (page.md §6): bold, italic, link, list, quote, image, more. */
import {
  Bold,
  ImagePlus,
  Italic,
  Link,
  List,
  type LucideIcon,
  MoreHorizontal,
  TextQuote,
} from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import type { Editor } from './squire-editor';

interface Props {
  editor: Editor;
  /** Where the cursor is; a new value means that the buttons' state may have changed. */
  path: string;
  onLink: () => void;
  onPicture: () => void;
}

export function FormatBar({ editor, path, onLink, onPicture }: Props) {
  const t = useTranslations('composer');
  const bar = useRef<HTMLDivElement>(null);
  const within = (tag: string) =>
    path === '(selection)' ? editor.hasFormat(tag) : new RegExp(`(^|>)${tag}\\b`).test(path);
  const [bold, italic, link] = [within('B') || within('STRONG'), within('I') || within('EM'), within('A')];
  const [list, quote] = [within('UL'), within('BLOCKQUOTE')];
  return (
    <div
      ref={bar}
      role="toolbar"
      aria-label={t('format')}
      onKeyDown={(event) => moveAlong(event, bar.current)}
      className="sticky top-0 z-sticky flex h-10 shrink-0 items-center gap-1 border-line border-b bg-raised px-2 max-md:gap-0 max-md:px-1 pointer-coarse:h-12"
    >
      <Tool
        icon={Bold}
        label={t('bold')}
        shortcut="Control+b"
        on={bold}
        act={() => (bold ? editor.removeBold() : editor.bold())}
      />
      <Tool
        icon={Italic}
        label={t('italic')}
        shortcut="Control+i"
        on={italic}
        act={() => (italic ? editor.removeItalic() : editor.italic())}
      />
      <Tool
        icon={Link}
        label={t('link')}
        shortcut="Control+k"
        on={link}
        act={() => (link ? editor.removeLink() : onLink())}
      />
      <Tool
        icon={List}
        label={t('list')}
        shortcut="Control+Shift+8"
        on={list}
        act={() => (list ? editor.removeList() : editor.makeUnorderedList())}
      />
      <Tool
        icon={TextQuote}
        label={t('quoteMark')}
        shortcut="Control+]"
        on={quote}
        act={() => (quote ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel())}
      />
      <Tool icon={ImagePlus} label={t('picture')} act={onPicture} />
      <MoreFormats editor={editor} within={within} />
    </div>
  );
}

interface ToolProps {
  icon: LucideIcon;
  label: string;
  shortcut?: string;
  on?: boolean;
  act: () => void;
}

/** The text keeps its selection: the button takes no focus by the mouse. */
function Tool({ icon, label, shortcut, on, act }: ToolProps) {
  return (
    <IconButton
      icon={icon}
      label={label}
      shortcut={shortcut}
      on={undefined}
      aria-pressed={on}
      className={on ? 'bg-selected text-text' : undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={act}
    />
  );
}

function MoreFormats({ editor, within }: { editor: Editor; within: (tag: string) => boolean }) {
  const t = useTranslations('composer');
  const [underline, strike, numbered] = [within('U'), within('S'), within('OL')];
  return (
    <MenuButton
      label={t('moreFormats')}
      items={[
        {
          id: 'underline',
          label: t('underline'),
          checked: underline,
          onSelect: () => (underline ? editor.removeUnderline() : editor.underline()),
        },
        {
          id: 'strike',
          label: t('strike'),
          checked: strike,
          onSelect: () => (strike ? editor.removeStrikethrough() : editor.strikethrough()),
        },
        {
          id: 'numbered',
          label: t('numbered'),
          checked: numbered,
          onSelect: () => (numbered ? editor.removeList() : editor.makeOrderedList()),
        },
        {
          id: 'clear',
          label: t('clearFormat'),
          startsGroup: true,
          onSelect: () => editor.removeAllFormatting(),
        },
      ]}
    >
      {(button) => <IconButton {...button} icon={MoreHorizontal} label={t('moreFormats')} />}
    </MenuButton>
  );
}

/** ARIA APG, toolbar: arrows go along. */
function moveAlong(event: KeyboardEvent, bar: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (step === undefined || !bar || target?.closest('[popover], dialog')) return;
  const buttons = [...bar.querySelectorAll<HTMLElement>('button')].filter(
    (one) => !one.closest('[popover], dialog'),
  );
  const rtl = getComputedStyle(bar).direction === 'rtl' ? -1 : 1;
  const at = buttons.indexOf(target as HTMLElement);
  buttons[(at + step * rtl + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
}
