'use client';
/** Formatted text by Squire. Its text is taken when somebody needs it, not at every key. */
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { onDemand } from '@/components/ui/on-demand';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import type { ComposerSession } from '@/lib/client/composer/session';
import { unsigned } from '@/lib/client/draft/quote';
import { cleaners } from './cleaners';
import { FormatBar } from './format-bar';
import { createEditor, type Editor } from './squire-editor';

const LinkDialog = onDemand(() => import('./link-dialog').then((module) => module.default));

/** To assistive technology a text field; no element of HTML is one with formatting. */
const textBox = (label: string) =>
  ({ role: 'textbox', tabIndex: 0, 'aria-multiline': true, 'aria-label': label }) as const;

export interface RichEditorHandle {
  insertPicture(url: string, name: string): void;
}

interface Props {
  session: ComposerSession;
  images: InlineImages;
  focus: boolean;
  toolbar: boolean;
  /** The quoted text follows close below. */
  quoted: boolean;
  label: string;
  onPicture: () => void;
  ref: Ref<RichEditorHandle>;
}

export default function RichEditor({
  session,
  images,
  focus,
  toolbar,
  quoted,
  label,
  onPicture,
  ref,
}: Props) {
  const root = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [path, setPath] = useState('');
  const [linking, setLinking] = useState(false);

  useEffect(() => {
    const element = root.current;
    if (!element) return;
    const gone = new AbortController();
    const begin = () => {
      if (gone.signal.aborted) return;
      const made = edit(element, { session, images, signal: gone.signal, onPath: setPath });
      if (focus) made.focus();
      made.setKeyHandler('Ctrl-k', (_editor, event) => {
        event.preventDefault();
        setLinking(true);
      });
      setEditor(made);
    };
    // An empty line needs no cleaning; it is there at once.
    if (session.view().draft?.body === unsigned('html', '')) begin();
    else cleaners().then(begin, reportError);
    return () => gone.abort();
  }, [session, images, focus]);

  useImperativeHandle(ref, () => ({
    insertPicture: (url, name) => {
      editor?.insertImage(url, { alt: name });
      editor?.focus();
    },
  }));

  return (
    <>
      {toolbar && editor && (
        <FormatBar editor={editor} path={path} onLink={() => setLinking(true)} onPicture={onPicture} />
      )}
      {linking && editor && <LinkDialog editor={editor} onClose={() => setLinking(false)} />}
      <div
        ref={root}
        {...textBox(label)}
        dir="auto"
        className={`rich-text ${quoted ? 'shrink-0' : 'flex-1'} ring-inside min-h-40 w-full break-words px-4 py-3 text-body text-text`}
      />
    </>
  );
}

interface Editing {
  session: ComposerSession;
  images: InlineImages;
  signal: AbortSignal;
  onPath: (path: string) => void;
}

/** Binds the editor to what is being written, until the signal. */
function edit(root: HTMLElement, { session, images, signal, onPath }: Editing): Editor {
  const made = createEditor({ root, images, signal, didError: reportError });
  /** What the session knows; another value there came from outside (a new signature). */
  let known = session.view().draft?.body;
  let changed = false;
  made.setHTML(known ?? '');
  const pull = () => {
    if (!changed) return;
    changed = false;
    known = images.stored(made.getHTML());
    session.change({ body: known });
  };
  const stopPull = session.onPull(pull);
  const stopInsert = session.onInsert((html) => {
    cleaners().then(() => made.insertHTML(html), reportError);
  });
  const stopWatching = session.subscribe(() => {
    const body = session.view().draft?.body;
    if (changed || body === undefined || body === known) return;
    known = body;
    cleaners().then(() => made.setHTML(body), reportError);
  });
  made.addEventListener('input', () => {
    changed = true;
    session.typed();
  });
  made.addEventListener('pathChange', () => onPath(made.getPath()));
  made.moveCursorToStart();
  signal.addEventListener('abort', () => {
    stopPull();
    stopInsert();
    stopWatching();
    made.destroy();
  });
  return made;
}
