'use client';
/** Send and what belongs to it; at the end what is known of the draft's safety, and Discard (page.md §6). */
import {
  CalendarClock,
  ChevronUp,
  MoreVertical,
  Paperclip,
  Send as SendIcon,
  Trash2,
  Type,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { withCleaner } from '@/components/email/cleaner';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import { onDemand } from '@/components/ui/on-demand';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { ComposerView } from '@/lib/client/composer/view';
import type { Draft } from '@/lib/client/draft/draft';
import { oneTimeAddress } from '@/lib/client/draft/sender';
import { rememberFormat } from './last-format';
import { SavedState } from './saved-state';
import { useDiscard } from './use-discard';
import type { Send } from './use-send';

const FormatQuestion = onDemand(() => import('./format-question').then((module) => module.default));
const TemplatesDialog = onDemand(() =>
  withCleaner(import('./templates-dialog')).then((module) => module.default),
);
const SendLater = onDemand(() => import('./send-later').then((module) => module.default));

interface Props {
  session: ComposerSession;
  view: ComposerView;
  draft: Draft;
  send: Send;
  formatting: boolean;
  onFormatting: (on: boolean) => void;
  onAttach: () => void;
  onDiscarded: () => void;
}

export function ComposerBar({
  session,
  view,
  draft,
  send,
  formatting,
  onFormatting,
  onAttach,
  onDiscarded,
}: Props) {
  const t = useTranslations('composer');
  const action = useTranslations('action');
  const discard = useDiscard(session);
  const [later, setLater] = useState(false);
  const [templates, setTemplates] = useState(false);
  const rich = draft.format === 'html';
  const [losing, setLosing] = useState(false);
  const switchFormat = async ({ asked = false } = {}) => {
    const { isFormatted, toPlain, toRich } = await withCleaner(import('./switch-format'));
    const now = session.current() ?? draft;
    if (rich && !asked && isFormatted(now)) return setLosing(true);
    setLosing(false);
    rememberFormat(rich ? 'text' : 'html');
    session.change(rich ? toPlain(now) : toRich(now));
  };
  const answerBetween = async () => {
    const { quoteIntoText } = await withCleaner(import('./switch-format'));
    session.change(quoteIntoText(session.current() ?? draft));
  };
  return (
    <div className="flex shrink-0 items-center gap-1 border-line border-t px-3 max-md:gap-0 max-md:px-2 py-2 pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <div className="flex shrink-0">
        <Button
          look="filled"
          busy={view.sending}
          icon={<SendIcon size={16} strokeWidth={1.75} aria-hidden="true" className="mirror max-md:hidden" />}
          className="rounded-e-none"
          aria-keyshortcuts="Control+Enter"
          onClick={send.now}
        >
          {view.sending ? t('sending') : action('send')}
        </Button>
        <MenuButton
          label={t('sendOptions')}
          side="above"
          items={[
            { id: 'later', label: t('later.choose'), icon: CalendarClock, onSelect: () => setLater(true) },
          ]}
        >
          {(button) => (
            <Button
              {...button}
              look="filled"
              aria-label={t('sendOptions')}
              disabled={view.sending}
              className="rounded-s-none border-s-on-accent/40 px-1"
            >
              <ChevronUp size={16} strokeWidth={1.75} aria-hidden="true" />
            </Button>
          )}
        </MenuButton>
      </div>
      <IconButton icon={Paperclip} label={t('attach')} shortcut="Control+Shift+A" onClick={onAttach} />
      {rich && (
        <IconButton
          icon={Type}
          label={t('formatting')}
          aria-pressed={formatting}
          className={formatting ? 'bg-selected text-text' : undefined}
          onClick={() => onFormatting(!formatting)}
        />
      )}
      <MenuButton
        label={t('more')}
        side="above"
        items={[
          { id: 'plain', label: t('plainText'), checked: !rich, onSelect: () => void switchFormat() },
          {
            id: 'important',
            label: t('important'),
            checked: draft.important === true,
            startsGroup: true,
            onSelect: () => session.change({ important: !draft.important }),
          },
          {
            id: 'receipt',
            label: t('readReceipt'),
            checked: draft.readReceipt === true,
            onSelect: () => session.change({ readReceipt: !draft.readReceipt }),
          },
          {
            id: 'delivery',
            label: t('deliveryReceipt'),
            checked: draft.deliveryReceipt === true,
            onSelect: () => session.change({ deliveryReceipt: !draft.deliveryReceipt }),
          },
          {
            id: 'requireTls',
            label: t('requireTls'),
            checked: draft.requireTls === true,
            onSelect: () => session.change({ requireTls: !draft.requireTls }),
          },
          {
            id: 'oneTime',
            label: t('oneTime'),
            disabledReason: view.identity ? undefined : t('opening'),
            onSelect: () => view.identity && session.change({ from: oneTimeAddress(view.identity) }),
          },
          {
            id: 'replyTo',
            label: t('replyToOther'),
            checked: draft.replyTo !== undefined,
            onSelect: () => session.change({ replyTo: draft.replyTo ? undefined : [] }),
          },
          {
            id: 'templates',
            label: t('templatesMenu'),
            startsGroup: true,
            onSelect: () => setTemplates(true),
          },
          {
            id: 'quote',
            label: t('quoteInText'),
            disabledReason: draft.quote === '' ? t('noQuote') : undefined,
            onSelect: () => void answerBetween(),
          },
        ]}
      >
        {(button) => <IconButton {...button} icon={MoreVertical} label={t('more')} />}
      </MenuButton>
      <span className="min-w-0 flex-1 truncate text-end text-row text-text-3">
        <span className="max-md:hidden">
          <SavedState kept={view.kept} />
        </span>
      </span>
      <IconButton
        icon={Trash2}
        label={t('discard')}
        onClick={() => {
          discard();
          onDiscarded();
        }}
      />
      {losing && (
        <FormatQuestion onKeep={() => setLosing(false)} onLose={() => void switchFormat({ asked: true })} />
      )}
      {templates && <TemplatesDialog session={session} onClose={() => setTemplates(false)} />}
      {later && (
        <SendLater
          onClose={() => setLater(false)}
          onChoose={(moment) => {
            setLater(false);
            send.at(moment);
          }}
        />
      )}
    </div>
  );
}
