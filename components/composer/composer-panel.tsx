'use client';
/** One message being written: a docked panel or a tab of it on the desk, the whole screen on the phone. */
import { Minus, SquareArrowOutUpRight, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { IconButton } from '@/components/ui/icon-button';
import { Delayed, Skeleton } from '@/components/ui/skeleton';
import type { ComposerSession } from '@/lib/client/composer/session';
import { ComposerFault } from './composer-fault';
import { ComposerForm } from './composer-form';
import { SavedState } from './saved-state';
import { useFullScreen } from './use-full-screen';

interface Props {
  session: ComposerSession;
  phone: boolean;
  shown: boolean;
  onRaise: () => void;
  onMinimise: () => void;
  onOwnWindow: () => void;
}

export function ComposerPanel({ session, phone, shown, onRaise, onMinimise, onOwnWindow }: Props) {
  const t = useTranslations('composer');
  const view = useSyncExternalStore(session.subscribe, session.view, session.view);
  const panel = useRef<HTMLDivElement>(null);
  const heading = useId();
  const style = useFullScreen(panel, phone && shown);
  const giveBack = useOpener();
  const title = view.draft?.subject.trim() || t('title');
  const close = () => {
    void session.close();
    giveBack();
  };
  // Keys of the list behind mean nothing here; Esc closes and keeps.
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    const inside = event.target instanceof Element && event.target.closest('dialog, [popover]');
    if (event.key !== 'Escape' || event.defaultPrevented || inside) return;
    event.preventDefault();
    close();
  };
  if (!shown) return phone ? null : <Tab title={title} onRaise={onRaise} onClose={close} />;
  return (
    <div
      ref={panel}
      role="dialog"
      aria-modal={phone || undefined}
      aria-labelledby={heading}
      data-edge=""
      data-composer={session.key}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) void session.flush();
      }}
      style={style}
      className={cx(
        'pointer-events-auto flex flex-col overflow-hidden bg-raised text-text',
        phone
          ? 'fixed inset-x-0 top-0 h-dvh'
          : 'h-[min(45rem,90dvh)] w-160 max-w-full shrink-0 rounded-t-float border border-line border-b-0 shadow-float',
      )}
    >
      <header className="flex shrink-0 items-center gap-1 border-line border-b bg-pane py-1 ps-4 pe-2">
        <h2 id={heading} className="min-w-0 flex-1 truncate font-semibold text-ui">
          {title}
        </h2>
        <span className="shrink-0 text-row text-text-3 md:hidden">
          <SavedState kept={view.kept} />
        </span>
        {!phone && (
          <>
            <IconButton
              icon={SquareArrowOutUpRight}
              size={16}
              label={t('ownWindow')}
              disabled={view.draft === null || view.uploads.size > 0 || view.sending}
              onClick={onOwnWindow}
            />
            <IconButton icon={Minus} label={t('minimise')} onClick={onMinimise} />
          </>
        )}
        <IconButton icon={X} label={t('close')} shortcut="Escape" onClick={close} />
      </header>
      {view.fault && <ComposerFault session={session} fault={view.fault} opened={view.draft !== null} />}
      {view.draft ? (
        <ComposerForm session={session} view={view} draft={view.draft} onDiscarded={giveBack} />
      ) : (
        !view.fault && <Bars />
      )}
    </div>
  );
}

function Tab({ title, onRaise, onClose }: { title: string; onRaise: () => void; onClose: () => void }) {
  const t = useTranslations('composer');
  return (
    <div
      data-edge=""
      className="pointer-events-auto flex w-64 min-w-0 items-center rounded-t-float border border-line border-b-0 bg-pane pe-1 shadow-float"
    >
      <Button
        look="plain"
        aria-expanded={false}
        className="ring-inside min-w-0 flex-1 justify-start text-text"
        onClick={onRaise}
      >
        <span className="truncate">{title}</span>
      </Button>
      <IconButton icon={X} size={16} label={t('closeNamed', { subject: title })} onClick={onClose} />
    </div>
  );
}

function Bars() {
  return (
    <Delayed>
      <div className="flex flex-col gap-4 p-4">
        <Skeleton className="w-1/2" />
        <Skeleton className="w-2/3" />
        <Skeleton className="w-11/12" />
      </div>
    </Delayed>
  );
}

/** What had the focus gets it back. */
function useOpener(): () => void {
  const opener = useRef<Element | null>(null);
  useEffect(() => {
    if (!document.activeElement?.closest('[data-composer]')) opener.current = document.activeElement;
  }, []);
  return () => {
    const element = opener.current;
    const back =
      element instanceof HTMLElement && element.isConnected && element !== document.body
        ? element
        : document.querySelector<HTMLElement>('[data-pane-focus="list"]');
    requestAnimationFrame(() => {
      // Whoever has gone on meanwhile has put the focus somewhere.
      const { activeElement } = document;
      if (!activeElement || activeElement === document.body || activeElement.closest('[data-composer]'))
        back?.focus();
    });
  };
}
