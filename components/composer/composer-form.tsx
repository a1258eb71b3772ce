'use client';
/** Order of page.md §6: recipients, subject, body, bar; files may be dropped and pasted anywhere. */
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';
import { onDemand } from '@/components/ui/on-demand';
import { usePhone } from '@/components/ui/use-phone';
import { InlineImages } from '@/lib/client/composer/inline-images';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { ComposerView } from '@/lib/client/composer/view';
import type { Draft } from '@/lib/client/draft/draft';
import { useClient } from '@/lib/client/hooks';
import { downloadUrl } from '@/lib/client/urls';
import { AttachmentStrip } from './attachment-strip';
import { ComposerBar } from './composer-bar';
import { FromLine } from './from-line';
import { PlainEditor } from './plain-editor';
import { QuoteBlock } from './quote-block';
import { RecipientLines } from './recipient-lines';
import type { RichEditorHandle } from './rich-editor';
import { useFiles } from './use-files';
import { useSend } from './use-send';

const RichEditor = onDemand(
  () => import('./rich-editor').then((module) => module.default),
  <div className="min-h-40 flex-1" />,
);
const FileQuestion = onDemand(() => import('./file-question').then((module) => module.default));
const SendQuestions = onDemand(() => import('./send-questions').then((module) => module.default));

interface Props {
  session: ComposerSession;
  view: ComposerView;
  draft: Draft;
  onDiscarded: () => void;
}

export function ComposerForm({ session, view, draft, onDiscarded }: Props) {
  const t = useTranslations('composer');
  const editor = useRef<RichEditorHandle>(null);
  const narrow = usePhone();
  const images = useImages(session, draft);
  const files = useFiles({ session, draft, images, editor });
  const send = useSend(session);
  const [formatting, setFormatting] = useState(!narrow);
  const onKeyDown = (event: KeyboardEvent) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key === 'Enter') {
      event.preventDefault();
      // An address that is still being typed becomes one when its field is left.
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      send.now();
    } else if (control && event.shiftKey && event.key.toLowerCase() === 'a') {
      event.preventDefault();
      files.choose();
    }
  };
  const isAnswer = draft.inReplyTo !== null || session.opened.intent.kind === 'draft';
  return (
    <form
      aria-label={t('message')}
      onSubmit={(event) => event.preventDefault()}
      onKeyDownCapture={onKeyDown}
      {...files.handlers}
      className="relative flex min-h-0 flex-1 flex-col"
    >
      {view.forked && (
        <Notice tone="warn" live className="shrink-0">
          {t('forked')}
        </Notice>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
        <div className="flex min-h-full flex-col">
          <FromLine session={session} draft={draft} />
          <RecipientLines session={session} draft={draft} focus={!isAnswer} />
          <input
            aria-label={t('subject')}
            placeholder={t('subject')}
            value={draft.subject}
            maxLength={1_000}
            onChange={(event) => session.change({ subject: event.target.value })}
            className="target input-text ring-inside w-full shrink-0 border-line border-b bg-raised px-4 py-2 font-medium text-text"
          />
          <Asked draft={draft} />
          {draft.quoteFirst && <QuoteBlock session={session} draft={draft} images={images} />}
          {draft.format === 'html' ? (
            <RichEditor
              ref={editor}
              session={session}
              images={images}
              focus={isAnswer}
              toolbar={formatting}
              quoted={draft.quote !== '' && !draft.quoteFirst}
              onPicture={files.choosePicture}
              label={t('text')}
            />
          ) : (
            <PlainEditor session={session} draft={draft} focus={isAnswer} label={t('text')} />
          )}
          {!draft.quoteFirst && <QuoteBlock session={session} draft={draft} images={images} />}
          <AttachmentStrip session={session} draft={draft} uploads={view.uploads} />
        </div>
      </div>
      <ComposerBar
        session={session}
        view={view}
        draft={draft}
        send={send}
        formatting={formatting}
        onFormatting={setFormatting}
        onAttach={files.choose}
        onDiscarded={onDiscarded}
      />
      {files.dragged && <DropSign />}
      {files.question && <FileQuestion {...files.question} />}
      {send.question && <SendQuestions {...send.question} onAttach={files.choose} />}
      {files.inputs}
    </form>
  );
}

/** What the menu has set, where it is seen before sending. */
function Asked({ draft }: { draft: Draft }) {
  const t = useTranslations('composer');
  const marks = [
    ...(draft.important ? [t('important')] : []),
    ...(draft.readReceipt ? [t('readReceipt')] : []),
    ...(draft.deliveryReceipt ? [t('deliveryReceipt')] : []),
    ...(draft.requireTls ? [t('requireTls')] : []),
  ];
  if (marks.length === 0) return null;
  return <p className="shrink-0 border-line border-b px-4 py-2 text-meta text-text-2">{marks.join(' · ')}</p>;
}

function DropSign() {
  const t = useTranslations('composer');
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-2 flex items-center justify-center rounded-float border-2 border-accent border-dashed bg-raised/90 font-medium text-accent"
    >
      {t('dropHere')}
    </div>
  );
}

/** Addresses under which the pictures of the text are shown: ours, never the sender's. */
function useImages(session: ComposerSession, draft: Draft): InlineImages {
  const { store } = useClient();
  const images = useMemo(() => new InlineImages(), []);
  const add = useCallback(() => {
    for (const { key, cid, blobId, name, type } of draft.attachments) {
      if (cid === null || images.urlOf(cid) !== null) continue;
      const file = session.files.fileOf(key);
      if (file) images.add(cid, URL.createObjectURL(file));
      else if (blobId !== null)
        images.add(cid, downloadUrl(store.session, session.opened.intent.accountId, { blobId, name, type }));
    }
  }, [draft.attachments, images, store, session]);
  add();
  return images;
}
