'use client';
import { useTranslations } from 'use-intl';
import { ToastView } from '@/components/ui/toast-view';
import { useToast } from '@/lib/client/hooks';
import type { Toast } from '@/lib/client/toast';
import { errorSentence } from '@/lib/i18n/error-sentence';

const ERROR = 'error.';

/** The toast store's keys as sentences of the reader's language. */
export function ToastHost({ inDialog = false }: { inDialog?: boolean }) {
  const { toasts, toast } = useToast();
  const text = useToastText(toast);
  return (
    <ToastView
      text={text}
      tone={toast?.tone ?? 'info'}
      detail={toast?.detail}
      undo={toast?.undo}
      onPause={toasts.pause}
      onResume={toasts.resume}
      onDismiss={toasts.dismiss}
      inDialog={inDialog}
    />
  );
}

function useToastText(toast: Toast | null): string | null {
  const t = useTranslations();
  const tError = useTranslations('error');
  if (!toast) return null;
  const { message, values } = toast;
  if (message.startsWith(ERROR))
    return errorSentence(tError, { code: message.slice(ERROR.length), params: values });
  return t(message as 'toast.moved', values as { folder: string });
}
