'use client';
/**
 * A formatted signature. Its pictures are small and stay inside its HTML; each mail gets them as parts of its own. Fetched together with
 * the cleaners: keys work from its first moment on.
 */
import { type ChangeEvent, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { cleanersNow } from '@/components/composer/cleaners';
import { FormatBar } from '@/components/composer/format-bar';
import LinkDialog from '@/components/composer/link-dialog';
import { createEditor, type Editor } from '@/components/composer/squire-editor';
import { Notice } from '@/components/ui/notice';
import { InlineImages } from '@/lib/client/composer/inline-images';

/** It goes with every mail. */
const MAX_PICTURE = 50_000;

export interface Signature {
  text: string;
  html: string;
}

interface Props {
  label: string;
  html: string;
  /** Somebody was writing in what stood here before. */
  focus: boolean;
  onChange: (signature: Signature) => void;
}

const textBox = (label: string) =>
  ({ role: 'textbox', tabIndex: 0, 'aria-multiline': true, 'aria-label': label }) as const;

export default function SignatureEditor({ label, html, focus, onChange }: Props) {
  const t = useTranslations('settings.identity');
  const root = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLInputElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [path, setPath] = useState('');
  const [linking, setLinking] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const begin = useEffectEvent((signal: AbortSignal, plainText: (html: string) => string) => {
    if (!root.current || signal.aborted) return;
    const made = createEditor({
      root: root.current,
      images: new InlineImages(),
      signal,
      didError: reportError,
    });
    made.setHTML(html);
    made.addEventListener('input', () => onChange({ html: made.getHTML(), text: plainText(made.getHTML()) }));
    made.addEventListener('pathChange', () => setPath(made.getPath()));
    signal.addEventListener('abort', () => made.destroy());
    made.moveCursorToEnd();
    if (focus) made.focus();
    setEditor(made);
  });
  // Before the next key: it belongs here.
  useLayoutEffect(() => {
    const gone = new AbortController();
    const code = cleanersNow();
    if (code) begin(gone.signal, code.plainText);
    return () => gone.abort();
  }, []);
  const insert = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = '';
    setTooLarge(file !== undefined && file.size > MAX_PICTURE);
    if (!file || file.size > MAX_PICTURE) return;
    const reader = new FileReader();
    reader.onload = () => editor?.insertImage(String(reader.result), { alt: file.name });
    reader.readAsDataURL(file);
  };
  return (
    <div data-edge="" className="rounded-control border border-control bg-raised">
      {editor && (
        <FormatBar
          editor={editor}
          path={path}
          onLink={() => setLinking(true)}
          onPicture={() => picture.current?.click()}
        />
      )}
      <div
        ref={root}
        {...textBox(label)}
        dir="auto"
        className="rich-text ring-inside min-h-24 break-words px-3 py-2 text-body text-text"
      />
      {tooLarge && (
        <Notice tone="warn" live>
          {t('pictureTooLarge', { max: MAX_PICTURE / 1_000 })}
        </Notice>
      )}
      <input
        ref={picture}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        onChange={insert}
      />
      {linking && editor && <LinkDialog editor={editor} onClose={() => setLinking(false)} />}
    </div>
  );
}
