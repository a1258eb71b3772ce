'use client';
/** Send: the questions first, then the queue, then the truth by toast (page.md §6). */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Client } from '@/lib/client/client';
import { stateOf } from '@/lib/client/composer/outbox';
import type { ComposerSession } from '@/lib/client/composer/session';
import { cancelSubmission, type SendTime } from '@/lib/client/composer/submit';
import { isAddress } from '@/lib/client/draft/address-input';
import { recipientsOf } from '@/lib/client/draft/draft';
import { type Warning, warningsOf } from '@/lib/client/draft/warnings';
import { useClient } from '@/lib/client/hooks';
import { faultOf } from '@/lib/client/jmap';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { type EmailSubmission, GATEPOST, type Id } from '@/lib/jmap/types';
import { cleaners } from './cleaners';

export interface SendQuestion {
  warnings: readonly Warning[];
  /** Typed as recipients, but no addresses. */
  wrong: readonly string[];
  onSend: () => void;
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

  const go = async (when: SendTime) => {
    setAsking(null);
    const { accountId } = session.opened.intent;
    const id = await session.send(when);
    if (id !== null) told(client, { session, accountId, id, when, reason });
  };
  const ask = async (when: SendTime) => {
    const draft = session.current();
    if (!draft || session.view().sending) return;
    const body = draft.format === 'html' ? (await cleaners()).plainText(draft.body) : draft.body;
    const people = [...recipientsOf(draft), ...(draft.replyTo ?? [])];
    const wrong = people.flatMap(({ email }) => (isAddress(email) ? [] : [email]));
    const warnings = warningsOf(session.blank ? { ...draft, body: '' } : draft, {
      plainBody: body,
      replyAll: session.opened.intent.kind === 'replyAll',
      from: session.view().identity?.email ?? '',
      outgoingHost: outgoingHost(client, draft.accountId),
    });
    if (wrong.length + warnings.length > 0) setAsking({ warnings, wrong, when });
    else await go(when);
  };
  return {
    now: () => void client.settings.load().then(() => ask({ holdFor: undoSeconds(client) })),
    at: (moment) => void ask({ at: moment }),
    question: asking && {
      ...asking,
      onSend: () => void go(asking.when),
      onBack: () => setAsking(null),
    },
  };
}

function outgoingHost({ store }: Client, accountId: Id): string {
  const account = store.session.accounts[accountId]?.accountCapabilities[GATEPOST];
  return String(account?.outgoingHost ?? '');
}

function undoSeconds(client: Client): number {
  return client.settings.value()?.undoSeconds ?? DEFAULT_UNDO_SECONDS;
}

interface Queued {
  session: ComposerSession;
  accountId: Id;
  id: Id;
  when: SendTime;
  reason(code: string, params?: Record<string, string | number>): string;
}

/** "Sending - Undo", and later how it ended. */
function told(client: Client, queued: Queued): void {
  const { session, accountId, id, when } = queued;
  const held = 'holdFor' in when ? when.holdFor * 1000 : null;
  const step = { undo: () => void callBack(client, queued) };
  const undo = held === 0 ? undefined : () => client.history.undo(step);
  if (undo) client.history.push(step);
  if (held === null) client.toasts.show({ message: 'composer.scheduled', undo });
  else client.toasts.show({ message: 'send.sending', undo });
  if (held !== null) {
    client.outbox.follow(id, accountId, held, (submission) => {
      client.history.forget(step);
      showEnd(client, submission, queued);
    });
  }
  void client.outbox.refresh(accountId);
  session.sent();
}

async function callBack(client: Client, { session, accountId, id }: Queued): Promise<void> {
  client.toasts.dismiss();
  try {
    await cancelSubmission(client.transport, accountId, id);
    client.outbox.unfollow(id);
    session.reopen();
  } catch (error) {
    const { code, params, detail } = faultOf(error);
    const message = code === 'cannotUnsend' ? 'composer.tooLate' : `error.${code}`;
    client.toasts.show({ message, values: params, detail, tone: 'error' });
  }
  void client.outbox.refresh(accountId);
}

function showEnd(client: Client, submission: EmailSubmission, { reason }: Queued): void {
  const state = stateOf(submission);
  const detail = submission['gatepost:serverText'] ?? undefined;
  const code = submission['gatepost:code'];
  if (state === 'sent') client.toasts.show({ message: 'send.sent' });
  else if (state === 'partial') client.toasts.show({ message: 'send.partial', tone: 'error' });
  else if (state === 'uncertain') client.toasts.show({ message: 'send.uncertain', tone: 'error' });
  else if (state === 'failed' || state === 'retry')
    client.toasts.show({
      message: state === 'retry' ? 'composer.retrying' : 'send.failed',
      values: { reason: reason(code ?? 'commandFailed').replace(/\.$/, '') },
      detail,
      tone: 'error',
    });
}
