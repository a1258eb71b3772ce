'use client';
/** The platform's modal dialog: focus trapped and given back by the browser, Esc closes. Rendered only while open. */
import { X } from 'lucide-react';
import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { cx } from './class-names';
import { IconButton } from './icon-button';

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
  /** Buttons; the one that acts stands last. */
  actions?: ReactNode;
  /** What takes focus; without it the browser takes the first control. */
  focus?: RefObject<HTMLElement | null>;
  wide?: boolean;
}

export function Dialog({ title, onClose, children, actions, focus, wide }: DialogProps) {
  const t = useTranslations('ui');
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();

  useLayoutEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    focus?.current?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [focus]);

  return (
    <dialog
      ref={dialog}
      aria-labelledby={heading}
      data-edge=""
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={cx(
        'm-auto flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-2rem)] flex-col rounded-float border border-line bg-raised text-text shadow-float',
        wide ? 'max-w-160' : 'max-w-112',
      )}
    >
      {/* No header or footer: in a dialog those would be the page's banner and end, a second time. */}
      <div className="flex items-center gap-2 py-2 ps-4 pe-2">
        <h2 id={heading} className="flex-1 font-semibold text-body">
          {title}
        </h2>
        <IconButton icon={X} label={t('close')} onClick={onClose} />
      </div>
      <div className="overflow-y-auto px-4 pb-4">{children}</div>
      {actions && (
        <div className="flex flex-wrap justify-end gap-2 border-line border-t px-4 py-3">{actions}</div>
      )}
    </dialog>
  );
}
