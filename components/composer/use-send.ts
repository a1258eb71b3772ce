'use client';
/** Send: the questions first, then the queue, then the truth by toast (page.md §6). */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Client } from '@/lib/client/client';
import { leftIn } from '@/lib/client/composer/chips';
import { limitedUntil } from '@/lib/client/composer/outbox';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Parts, SendTime } from '@/lib/client/composer/submit';
import { isAddress, MAX_RECIPIENTS } from '@/lib/client/draft/address-input';
import { recipientsOf } from '@/lib/client/draft/draft';
import { type Warning, warningsOf } from '@/lib/client/draft/warnings';
import { useClient } from '@/lib/client/hooks';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { cleaners } from './cleaners';
import { outgoingHost } from './outgoing-host';
import { tellOpener } from './own-window';
import { tellQueued } from './tell-queued';

export interface SendQuestion {
  warnings: readonly Warning[];
  /** Typed as recipients, but no addresses. */
  wrong: readonly string[];
  onSend: (parts?: Parts, at?: Date) => void;
  onBack: () => void;
}

export interface Send {
  now(): void;
  at(moment: Date): void;
  question: SendQuestion | null;
}

const DEFAULT_UNDO_SECONDS = 10;

export function useSend(session: ComposerSession): Send {
  const client = useClient();
  const tError = useTranslations('error');
  const [asking, setAsking] = useState<(Omit<SendQuestion, 'onSend' | 'onBack'> & { when: SendTime }) | null>(
    null,
  );
  const reason = (code: string, params?: Record<string, string | number>) =>
    errorSentence(tError, { code, params });

  const go = async (when: SendTime, parts?: Parts) => {
    setAsking(null);
    const { accountId } = session.opened.intent;
    const ids = await session.send(when, parts);
    if (ids === null) return;
    session.sent();
    const emailId = session.view().draft?.emailId;
    if (emailId && tellOpener({ accountId, emailId, ids, when })) window.close();
    else tellQueued(client, { accountId, ids, when, reason, takenBack: () => session.reopen() });
  };
  const ask = async (when: SendTime) => {
    const draft = session.current();
    if (!draft || session.view().sending) return;
    const body = draft.format === 'html' ? (await cleaners()).plainText(draft.body) : draft.body;
    const from = draft.from ?? session.view().identity?.email ?? '';
    const people = [...recipientsOf(draft), ...(draft.replyTo ?? []), { email: from }];
    const wrong = people.flatMap(({ email }) => (isAddress(email) ? [] : [email]));
    const warnings = warningsOf(session.blank ? { ...draft, body: '' } : draft, {
      plainBody: body,
      replyAll: session.opened.intent.kind === 'replyAll',
      from,
      outgoingHost: outgoingHost(client, draft.accountId, session.view().identity),
      sender: session.view().identity,
      limitedUntil: 'at' in when ? null : limitedUntil(client.outbox.items(), draft.accountId),
    });
    const n = [...session.texts.values()].reduce((sum, text) => sum + leftIn(text), 0);
    if (n > 0) warnings.push({ kind: 'leftOver', n, max: MAX_RECIPIENTS });
    if (wrong.length + warnings.length > 0) setAsking({ warnings, wrong, when });
    else await go(when);
  };
  return {
    now: () => void client.settings.load().then(() => ask({ holdFor: undoSeconds(client) })),
    at: (moment) => void ask({ at: moment }),
    question: asking && {
      ...asking,
      onSend: (parts, at) => void go(at ? { at } : asking.when, parts),
      onBack: () => setAsking(null),
    },
  };
}

export function undoSeconds(client: Client): number {
  return client.settings.value()?.undoSeconds ?? DEFAULT_UNDO_SECONDS;
}
