'use client';
import {
  Code,
  CornerUpRight,
  Download,
  Forward,
  MailOpen,
  MoreVertical,
  Paperclip,
  Printer,
  Reply,
  ReplyAll,
  Route,
  Rows3,
  SquarePen,
  Users,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useKeys } from '@/components/shell/keys';
import { IconButton } from '@/components/ui/icon-button';
import { MenuButton } from '@/components/ui/menu';
import { onDemand } from '@/components/ui/on-demand';
import { roleMailbox } from '@/lib/client/actions';
import type { ComposeIntent } from '@/lib/client/compose';
import { listAddress } from '@/lib/client/draft/answer';
import { useClient } from '@/lib/client/hooks';
import type { EmailContent, EmailRow } from '@/lib/client/state';
import { downloadUrl } from '@/lib/client/urls';
import { HeadersDialog } from './headers-dialog';
import { SourceDialog } from './source-dialog';

const DeliveryDialog = onDemand(() =>
  import('@/components/composer/delivery-dialog').then((module) => module.default),
);
const RedirectDialog = onDemand(() =>
  import('@/components/composer/redirect-dialog').then((module) => module.default),
);

type Answer = Exclude<ComposeIntent['kind'], 'new' | 'draft'>;

interface Props {
  accountId: string;
  email: EmailRow;
  content: EmailContent | undefined;
  /** Keys of the reading pane mean this message. */
  keys: boolean;
}

export function EmailMenu({ accountId, email, content, keys }: Props) {
  const t = useTranslations();
  const client = useClient();
  const [dialog, setDialog] = useState<'headers' | 'source' | 'redirect' | 'delivery' | null>(null);
  useKeys(keys ? { 'i h': () => setDialog('headers') } : {});
  const answer = (kind: Answer) => () => client.write({ kind, accountId, emailId: email.id });
  const list = content && listAddress(content.headers);
  const sent = roleMailbox(client.store.view(accountId), 'sent');
  const isSent = sent !== undefined && email.mailboxIds[sent.id] === true;
  const close = () => setDialog(null);
  const raw = { blobId: email.blobId, name: 'message.eml', type: 'message/rfc822' };
  return (
    <>
      <MenuButton
        label={t('read.more')}
        align="end"
        items={[
          { id: 'reply', label: t('action.reply'), icon: Reply, shortcut: 'r', onSelect: answer('reply') },
          {
            id: 'replyAll',
            label: t('action.replyAll'),
            icon: ReplyAll,
            shortcut: 'a',
            onSelect: answer('replyAll'),
          },
          ...(list
            ? [{ id: 'list', label: t('read.replyList'), icon: Users, onSelect: answer('replyList') }]
            : []),
          {
            id: 'forward',
            label: t('action.forward'),
            icon: Forward,
            shortcut: 'f',
            onSelect: answer('forward'),
          },
          {
            id: 'attached',
            label: t('read.forwardAttached'),
            icon: Paperclip,
            onSelect: answer('forwardAttached'),
          },
          {
            id: 'redirect',
            label: t('read.redirect'),
            icon: CornerUpRight,
            onSelect: () => setDialog('redirect'),
          },
          { id: 'asNew', label: t('read.editAsNew'), icon: SquarePen, onSelect: answer('editAsNew') },
          {
            id: 'unread',
            label: t('mail.markUnread'),
            icon: MailOpen,
            startsGroup: true,
            onSelect: () => client.actions.markRead([{ accountId, ids: [email.id] }], false),
          },
          ...(isSent
            ? [
                {
                  id: 'delivery',
                  label: t('outbox.timeline'),
                  icon: Route,
                  onSelect: () => setDialog('delivery'),
                },
              ]
            : []),
          { id: 'print', label: t('read.print'), icon: Printer, onSelect: () => window.print() },
          {
            id: 'headers',
            label: t('read.headers'),
            icon: Rows3,
            shortcut: keys ? 'i h' : undefined,
            onSelect: () => setDialog('headers'),
          },
          { id: 'source', label: t('read.source'), icon: Code, onSelect: () => setDialog('source') },
          {
            id: 'download',
            label: t('read.download'),
            icon: Download,
            onSelect: () => window.location.assign(downloadUrl(client.store.session, accountId, raw)),
          },
        ]}
      >
        {(button) => <IconButton {...button} icon={MoreVertical} label={t('read.more')} />}
      </MenuButton>
      {dialog === 'headers' && <HeadersDialog headers={content?.headers ?? []} onClose={close} />}
      {dialog === 'redirect' && <RedirectDialog accountId={accountId} email={email} onClose={close} />}
      {dialog === 'delivery' && <DeliveryDialog accountId={accountId} emailId={email.id} onClose={close} />}
      {dialog === 'source' && (
        <SourceDialog href={downloadUrl(client.store.session, accountId, raw)} onClose={close} />
      )}
    </>
  );
}
