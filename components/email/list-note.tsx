'use client';
/** A message of a mailing list, and the way out of it: asked first, with who will learn of it (security.md S10). */
import { MailMinus } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useKeys } from '@/components/shell/keys';
import { Button, buttonClass } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { control, faultOf } from '@/lib/client/control/request';
import { useAccount, useClient } from '@/lib/client/hooks';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { type WayOut, wayOut } from '@/lib/client/unsubscribe';

interface Props {
  accountId: string;
  email: EmailRow;
  content: EmailContent;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

const NO_KEYS = {};

export function ListNote({ accountId, email, content, keys }: Props) {
  const t = useTranslations('list');
  const account = useAccount(accountId);
  const way = useMemo(() => wayOut(content.headers), [content]);
  const [state, setState] = useState<'open' | 'asking' | 'done'>('open');
  // An answer to spam tells it that somebody reads.
  const isSpam = Object.keys(email.mailboxIds).some((id) => account?.mailboxes?.get(id)?.role === 'junk');
  const offered = way !== null && !isSpam;
  useKeys(keys && offered && state === 'open' ? { 'i u': () => setState('asking') } : NO_KEYS);
  if (!offered) return null;
  return (
    <div className="flex min-h-10 items-center gap-1 bg-pane ps-4 pe-1 text-row text-text-2 md:ps-6 md:pe-3 print:hidden">
      <MailMinus size={16} strokeWidth={1.75} aria-hidden="true" className="me-1 shrink-0" />
      <p role="status" className="line-clamp-2 min-w-0 flex-1">
        {state === 'done' ? t('left', { to: way.to }) : t('isList')}
      </p>
      {state !== 'done' && (
        <Button look="plain" onClick={() => setState('asking')}>
          {t('unsubscribe')}
        </Button>
      )}
      {state === 'asking' && (
        <LeaveDialog
          accountId={accountId}
          emailId={email.id}
          way={way}
          onClose={() => setState('open')}
          onDone={() => setState('done')}
        />
      )}
    </div>
  );
}

interface LeaveProps {
  accountId: string;
  emailId: string;
  way: WayOut;
  onClose: () => void;
  onDone: () => void;
}

function LeaveDialog({ accountId, emailId, way, onClose, onDone }: LeaveProps) {
  const t = useTranslations();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const told = (message: string, values = {}) => client.toasts.show({ message, values, tone: 'error' });
  const post = async () => {
    setBusy(true);
    try {
      const { done } = await control<{ done: boolean }>('POST', '/api/unsubscribe', { accountId, emailId });
      if (done) return onDone();
      told('toast.notLeft', { to: way.to });
    } catch (error) {
      const { code, params } = faultOf(error);
      told(`error.${code}`, params);
    }
    onClose();
  };
  const write = () => {
    onClose();
    client.write({ kind: 'new', accountId, mailto: way.url });
  };
  const action =
    way.by === 'page' ? (
      <a
        href={way.url}
        target="_blank"
        rel="noopener noreferrer"
        className={buttonClass('filled')}
        onClick={onClose}
      >
        {t('list.openPage')}
      </a>
    ) : (
      <Button look="filled" busy={busy} onClick={way.by === 'post' ? () => void post() : write}>
        {t(way.by === 'post' ? 'list.unsubscribe' : 'list.writeTo')}
      </Button>
    );
  return (
    <Dialog
      title={t('list.leave')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          {action}
        </>
      }
    >
      <p className="break-words text-ui">{t(`list.by.${way.by}`, { to: way.to })}</p>
    </Dialog>
  );
}
