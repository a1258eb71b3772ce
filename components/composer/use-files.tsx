'use client';
/** Files by button, drop and paste; only of pictures it is asked whether they belong into the text (page.md §6). */
import {
  type ChangeEvent,
  type ClipboardEvent,
  type DragEvent,
  type ReactNode,
  type RefObject,
  useRef,
  useState,
} from 'react';
import type { InlineImages } from '@/lib/client/composer/inline-images';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Draft } from '@/lib/client/draft/draft';
import type { RichEditorHandle } from './rich-editor';

/** What mail programs show in a text. */
const PICTURE = /^image\/(?:png|jpe?g|gif|webp)$/;

interface Tools {
  session: ComposerSession;
  draft: Draft;
  images: InlineImages;
  editor: RefObject<RichEditorHandle | null>;
}

export interface PictureQuestion {
  n: number;
  onInline: () => void;
  onAttach: () => void;
  onCancel: () => void;
}

export interface Files {
  choose(): void;
  choosePicture(): void;
  dragged: boolean;
  question: PictureQuestion | null;
  handlers: {
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent): void;
    onDropCapture(event: DragEvent): void;
    onPasteCapture(event: ClipboardEvent): void;
  };
  inputs: ReactNode;
}

export function useFiles({ session, draft, images, editor }: Tools): Files {
  const any = useRef<HTMLInputElement>(null);
  const picture = useRef<HTMLInputElement>(null);
  const [dragged, setDragged] = useState(false);
  const [asked, setAsked] = useState<readonly File[] | null>(null);

  const attach = (files: readonly File[]) => void session.files.add(files, false);
  const insert = (files: readonly File[]) => {
    for (const file of files) {
      const [cid = ''] = session.files.add([file], true);
      // Shown out of the browser's own memory, so at once; the mail names it by its id.
      const url = URL.createObjectURL(file);
      images.add(cid, url);
      editor.current?.insertPicture(url, file.name);
    }
  };
  const take = (files: readonly File[]) => {
    const isPicture = draft.format === 'html' && files.every(({ type }) => PICTURE.test(type));
    if (isPicture) setAsked(files);
    else attach(files);
  };
  const chosen = (by: (files: readonly File[]) => void) => (event: ChangeEvent<HTMLInputElement>) => {
    by([...(event.target.files ?? [])]);
    // The same file may be chosen again.
    event.target.value = '';
  };
  return {
    choose: () => any.current?.click(),
    choosePicture: () => picture.current?.click(),
    dragged,
    question: asked && {
      n: asked.length,
      onInline: () => {
        setAsked(null);
        insert(asked);
      },
      onAttach: () => {
        setAsked(null);
        attach(asked);
      },
      onCancel: () => setAsked(null),
    },
    handlers: {
      onDragOver: (event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDragged(true);
      },
      onDragLeave: (event) => {
        if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
          setDragged(false);
      },
      onDropCapture: (event) => {
        setDragged(false);
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return;
        event.preventDefault();
        event.stopPropagation();
        take(files);
      },
      onPasteCapture: (event) => {
        const files = [...event.clipboardData.files];
        // Office programs paste a picture of the text beside the text.
        if (files.length === 0 || event.clipboardData.getData('text/plain').trim() !== '') return;
        event.preventDefault();
        event.stopPropagation();
        take(files);
      },
    },
    inputs: (
      <>
        <input ref={any} type="file" multiple hidden onChange={chosen(attach)} />
        <input
          ref={picture}
          type="file"
          accept="image/png,image/jpeg,image/gif,image/webp"
          multiple
          hidden
          onChange={chosen(insert)}
        />
      </>
    ),
  };
}
