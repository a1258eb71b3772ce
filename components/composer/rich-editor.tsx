'use client';
/** Formatted text by Squire. Its text is taken when somebody needs it, not at every key. */
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import type { ComposerSession } from '@/lib/client/composer/session';
import { FormatBar } from './format-bar';
import { createEditor, type Editor } from './squire-editor';

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

  useEffect(() => {
    if (!root.current) return;
    const made = createEditor(root.current, images, (error) => reportError(error));
    made.setHTML(session.view().draft?.body ?? '');
    /** What the session knows; another value there came from outside (a new signature). */
    let known = session.view().draft?.body;
    let changed = false;
    const pull = () => {
      if (!changed) return;
      changed = false;
      known = images.stored(made.getHTML());
      session.change({ body: known });
    };
    const stopPull = session.onPull(pull);
    const stopWatching = session.subscribe(() => {
      const body = session.view().draft?.body;
      if (changed || body === undefined || body === known) return;
      known = body;
      made.setHTML(body);
    });
    made.addEventListener('input', () => {
      changed = true;
      session.typed();
    });
    made.addEventListener('pathChange', () => setPath(made.getPath()));
    made.moveCursorToStart();
    if (focus) made.focus();
    setEditor(made);
    return () => {
      stopPull();
      stopWatching();
      made.destroy();
    };
  }, [session, images, focus]);

  useImperativeHandle(ref, () => ({
    insertPicture: (url, name) => {
      editor?.insertImage(url, { alt: name });
      editor?.focus();
    },
  }));

  return (
    <>
      {toolbar && editor && <FormatBar editor={editor} path={path} onPicture={onPicture} />}
      <div
        ref={root}
        {...textBox(label)}
        dir="auto"
        className={`rich-text ${quoted ? 'shrink-0' : 'flex-1'} ring-inside min-h-40 w-full break-words px-4 py-3 text-body text-text`}
      />
    </>
  );
}
