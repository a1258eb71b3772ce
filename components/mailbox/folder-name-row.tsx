'use client';
/** A folder is named where it stands: Enter or going elsewhere saves, Escape and an empty name leave. */
import { Folder } from 'lucide-react';
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { cx } from '@/components/ui/class-names';
import { indentOf } from './indent';

interface Props {
  label: string;
  depth: number;
  name?: string;
  /** False: the server did not take the name. */
  onSave: (name: string, by: 'enter' | 'blur') => Promise<boolean>;
  onLeave: (by: 'escape' | 'blur') => void;
}

export function FolderNameRow({ label, depth, name = '', onSave, onLeave }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(name);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
    input.current?.scrollIntoView({ block: 'nearest' });
  }, []);

  const save = async (by: 'enter' | 'blur') => {
    const wanted = text.trim();
    const nothingNew = wanted === '' || wanted === name || (by === 'blur' && wanted === refused);
    if (nothingNew) return onLeave(by === 'enter' ? 'escape' : 'blur');
    setBusy(true);
    if (await onSave(wanted, by)) return;
    setBusy(false);
    setRefused(wanted);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && !busy) void save('enter');
    else if (event.key === 'Escape' && !busy) onLeave('escape');
    else return;
    // In the drawer Escape would close that too.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      role="treeitem"
      aria-label={label}
      aria-level={depth + 1}
      aria-selected={false}
      tabIndex={-1}
      className="mx-2 flex items-center gap-2 rounded-control pe-1 text-text-2 text-ui"
      style={{ paddingInlineStart: indentOf(depth) }}
    >
      <span aria-hidden="true" className="size-6 shrink-0" />
      <Folder size={16} strokeWidth={1.75} aria-hidden="true" className="shrink-0" />
      <input
        ref={input}
        aria-label={label}
        aria-invalid={refused !== null && refused === text.trim()}
        readOnly={busy}
        value={text}
        autoComplete="off"
        enterKeyHint="done"
        data-edge=""
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={(event) => {
          // Another window or tab came to the front: nothing was decided.
          if (!busy && event.currentTarget !== document.activeElement) void save('blur');
        }}
        className={cx(
          'target ring-inside input-text w-full min-w-0 rounded-control border border-control bg-bg px-2 text-text',
          busy && 'text-text-3',
        )}
      />
    </div>
  );
}
