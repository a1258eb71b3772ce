'use client';
/** Results of actions (page.md §8): bottom start, on the phone above the bottom bar; waits while hovered or focused. */
import { useTranslations } from 'use-intl';
import { Button } from './button';

interface ToastViewProps {
  /** null keeps the live region in the page, so that the next text is said. */
  text: string | null;
  tone: 'info' | 'error';
  detail?: string;
  undo?: () => void;
  onPause: () => void;
  onResume: () => void;
  onDismiss: () => void;
  /** The page's own is a landmark; one inside a dialog would be the second of its name. */
  inDialog: boolean;
}

export function ToastView({
  text,
  tone,
  detail,
  undo,
  onPause,
  onResume,
  onDismiss,
  inDialog,
}: ToastViewProps) {
  const t = useTranslations();
  return (
    <section
      aria-label={inDialog ? undefined : t('ui.notices')}
      className="pointer-events-none fixed inset-x-0 bottom-0 z-toast flex px-4 pb-[calc(4.5rem+env(safe-area-inset-bottom))] md:pb-4"
      onPointerEnter={onPause}
      onPointerLeave={onResume}
      onFocus={onPause}
      onBlur={onResume}
    >
      <div role="status" className="contents">
        {text !== null && (
          <div
            data-edge=""
            className="pointer-events-auto flex min-h-12 w-full max-w-120 items-center gap-2 rounded-float border border-line bg-raised ps-4 pe-2 text-text shadow-float"
          >
            <div className="min-w-0 flex-1 py-2">
              <p className={tone === 'error' ? 'font-medium text-danger' : undefined}>{text}</p>
              {detail && <p className="line-clamp-2 break-words text-row text-text-3">{detail}</p>}
            </div>
            {undo && (
              <Button look="plain" aria-keyshortcuts="z" onClick={undo}>
                {t('action.undo')}
              </Button>
            )}
            {!undo && (
              <Button look="plain" onClick={onDismiss}>
                {t('ui.close')}
              </Button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
