'use client';
/** The folders over the list below 1024 px; the system's back closes it, for it stands in the URL. */
import { X } from 'lucide-react';
import { useEffectEvent, useLayoutEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { useScreen } from '@/components/shell/screen';
import { ToastHost } from '@/components/shell/toast-host';
import { goBack } from '@/components/shell/use-route';
import { IconButton } from '@/components/ui/icon-button';
import { FolderPane } from './folder-pane';

export function FolderDrawer() {
  const t = useTranslations();
  const { route } = useScreen();
  const dialog = useRef<HTMLDialogElement>(null);
  const close = useEffectEvent(() => goBack({ ...route, folders: false }));
  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={t('mail.folders')}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onPointerDown={(event) => event.target === event.currentTarget && close()}
      className="m-0 h-dvh max-h-none w-70 max-w-[85vw] border-line border-e bg-pane text-text"
    >
      <div className="flex h-full flex-col">
        <div className="flex h-12 shrink-0 items-center gap-2 border-line border-b ps-4 pe-1">
          <p className="flex-1 font-semibold text-body">Gatepost</p>
          <IconButton icon={X} label={t('ui.close')} onClick={() => close()} />
        </div>
        <FolderPane className="min-h-0 flex-1" />
      </div>
      {/* What is outside of an open modal dialog is inert, the page's own toast too. */}
      <ToastHost inDialog />
    </dialog>
  );
}
