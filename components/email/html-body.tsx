'use client';
/** HTML mail with what stands above it: blocked images, changed colours, a cut text. */
import { ImageOff } from 'lucide-react';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { useKeys } from '@/components/shell/keys';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { faultOf } from '@/lib/client/control/request';
import { useClient } from '@/lib/client/hooks';
import { proxiedImages } from '@/lib/client/images';
import { showsImages } from '@/lib/client/settings';
import { cleanHtml } from './cleaner';
import { HtmlFrame } from './html-frame';
import { useDark } from './use-dark';

interface Props {
  accountId: string;
  html: string;
  sender: string;
  /** The address of an inline part. */
  inline: (cid: string) => string | null;
  fold: boolean;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function HtmlBody({ accountId, html, sender, inline, fold, keys }: Props) {
  const t = useTranslations();
  const client = useClient();
  const dark = useDark();
  const original = useKeptColours(sender);
  const images = useImages(sender);
  const { want, proxied } = images;
  const cleaned = useMemo(
    () => cleanHtml(html, { inline, proxied: (url) => proxied.get(url) ?? null }),
    [html, inline, proxied],
  );
  const blocked = cleaned.remote.length > 0 && !images.shown;
  useKeys(keys && blocked ? { 'i s': images.show, 'i a': images.always } : NO_KEYS);
  const { remote } = cleaned;
  useEffect(() => want(remote), [remote, want]);
  return (
    <>
      {blocked && <ImagesNote sender={sender} onShow={images.show} onAlways={images.always} />}
      {images.failed && <Notice tone="warn">{t('read.imagesFailed')}</Notice>}
      <HtmlFrame
        html={cleaned}
        title={t('read.text')}
        dark={dark && !original.kept}
        foldLabel={fold ? t('read.showQuote') : null}
        onMailto={(mailto) => client.write({ kind: 'new', accountId, mailto })}
        onKey={repeatKey}
      />
      {dark && (
        <p className="px-1 md:px-3 print:hidden">
          <Button look="plain" aria-pressed={original.kept} onClick={original.toggle}>
            {t('read.originalColours')}
          </Button>
        </p>
      )}
      {cleaned.truncated && <Notice>{t('read.cut')}</Notice>}
    </>
  );
}

interface NoteProps {
  sender: string;
  onShow: () => void;
  onAlways: () => void;
}

function ImagesNote({ sender, onShow, onAlways }: NoteProps) {
  const t = useTranslations('images');
  return (
    <div className="flex min-h-10 items-center gap-1 bg-pane ps-4 pe-1 text-row text-text-2 md:ps-6 md:pe-3 print:hidden">
      <ImageOff size={16} strokeWidth={1.75} aria-hidden="true" className="me-1 shrink-0" />
      <p className="line-clamp-2 min-w-0 flex-1">{t('blocked')}</p>
      <Button look="plain" onClick={onShow}>
        {t('show')}
      </Button>
      <Button
        look="plain"
        onClick={onAlways}
        className="lg:max-w-1/2"
        title={sender}
        aria-label={t('always', { sender })}
      >
        <span className="truncate max-lg:hidden">{t('always', { sender })}</span>
        <span className="lg:hidden">{t('alwaysShort')}</span>
      </Button>
    </div>
  );
}

const NO_KEYS = {};

/** "Original colours" of a sender, as kept in the settings. */
function useKeptColours(sender: string): { kept: boolean; toggle: () => void } {
  const { settings, toasts } = useClient();
  const value = useSyncExternalStore(settings.subscribe, settings.value, settings.value);
  const kept = value?.originalColours.includes(sender.toLowerCase()) ?? false;
  const toggle = () =>
    void settings
      .keepColours(sender, !kept)
      .catch((error) => toasts.show({ message: `error.${faultOf(error).code}`, tone: 'error' }));
  return { kept, toggle };
}

/** Remote addresses get a proxy's address only after a click, or for a trusted sender (S8). */
function useImages(sender: string) {
  const { settings, toasts } = useClient();
  const value = useSyncExternalStore(settings.subscribe, settings.value, settings.value);
  const [clicked, setClicked] = useState(false);
  const [wanted, setWanted] = useState<readonly string[]>([]);
  const [proxied, setProxied] = useState<ReadonlyMap<string, string>>(new Map());
  const [failed, setFailed] = useState(false);
  const shown = clicked || showsImages(value, sender);
  useEffect(() => void settings.load(), [settings]);
  useEffect(() => {
    if (!shown || wanted.length === 0) return;
    let current = true;
    proxiedImages(wanted)
      .then((urls) => current && setProxied(urls))
      .catch(() => current && setFailed(true));
    return () => {
      current = false;
    };
  }, [shown, wanted]);
  const want = useMemo(
    () => (urls: readonly string[]) => setWanted((was) => (was.join() === urls.join() ? was : urls)),
    [],
  );
  const refused = (error: unknown) => toasts.show({ message: `error.${faultOf(error).code}`, tone: 'error' });
  const always = () => {
    setClicked(true);
    const undo = () => {
      setClicked(false);
      toasts.dismiss();
      settings.trust(sender, false).catch(refused);
    };
    settings
      .trust(sender)
      .then(() => toasts.show({ message: 'toast.imagesTrusted', values: { sender }, undo }), refused);
  };
  return { shown, show: () => setClicked(true), always, want, proxied, failed };
}

/** Keys pressed in the mail mean the same as beside it. */
function repeatKey(event: KeyboardEvent): void {
  const { key, code, shiftKey, ctrlKey, metaKey, altKey } = event;
  if (key === 'Tab' || ((ctrlKey || metaKey) && key !== 'k')) return;
  document.dispatchEvent(
    new KeyboardEvent('keydown', {
      key,
      code,
      shiftKey,
      ctrlKey,
      metaKey,
      altKey,
      bubbles: true,
      cancelable: true,
    }),
  );
}
