'use client';
/** What an open screen must not allow to a passer-by asks for the mail password once more (security.md S22), then goes on by itself. */
import {
  createContext,
  type FormEvent,
  type ReactNode,
  useCallback,
  useContext,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { PasswordField } from '@/components/ui/password-field';
import { type ControlFault, control, faultOf } from '@/lib/client/control/request';
import { errorSentence } from '@/lib/i18n/error-sentence';

export class ConfirmationCanceled extends Error {}

type Confirmed = <T>(work: () => Promise<T>) => Promise<T>;
const ConfirmContext = createContext<Confirmed>((work) => work());

/** Runs the work; if the server wants the password first, asks for it and runs the work again. */
export const useConfirmed = (): Confirmed => useContext(ConfirmContext);

interface Question {
  answer: () => void;
  cancel: () => void;
}

export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<Question | null>(null);
  const confirmed = useCallback<Confirmed>(async (work) => {
    try {
      return await work();
    } catch (error) {
      if (faultOf(error).code !== 'confirmationNeeded') throw error;
      await new Promise<void>((answer, reject) =>
        setQuestion({ answer, cancel: () => reject(new ConfirmationCanceled()) }),
      );
      return work();
    }
  }, []);
  const end = (how: (question: Question) => void) => {
    if (question) how(question);
    setQuestion(null);
  };
  return (
    <ConfirmContext value={confirmed}>
      {children}
      {question && (
        <ConfirmDialog onDone={() => end((q) => q.answer())} onClose={() => end((q) => q.cancel())} />
      )}
    </ConfirmContext>
  );
}

function ConfirmDialog({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const t = useTranslations('settings.confirm');
  const ui = useTranslations('ui');
  const error = useTranslations('error');
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<ControlFault | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await control('POST', '/api/sessions/current/confirm', { password: field.current?.value ?? '' });
      onDone();
    } catch (refusal) {
      setFault(faultOf(refusal));
      setBusy(false);
      field.current?.select();
    }
  };
  return (
    <Dialog
      title={t('title')}
      onClose={onClose}
      focus={field}
      actions={
        <>
          <Button look="plain" onClick={onClose}>
            {ui('cancel')}
          </Button>
          <Button look="filled" type="submit" form="confirm-form" busy={busy}>
            {t('submit')}
          </Button>
        </>
      }
    >
      <form id="confirm-form" onSubmit={submit} className="flex flex-col gap-3">
        <p className="text-text-2">{t('hint')}</p>
        <PasswordField
          ref={field}
          label={ui('password')}
          autoComplete="current-password"
          error={fault && (fault.code === 'wrongPassword' ? t('wrong') : errorSentence(error, fault))}
        />
      </form>
    </Dialog>
  );
}
