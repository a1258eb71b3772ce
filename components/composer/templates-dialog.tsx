'use client';
/** Texts kept for use again: put in where the cursor is, or made of what stands here now. */
import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { IconButton } from '@/components/ui/icon-button';
import { Notice } from '@/components/ui/notice';
import type { ComposerSession } from '@/lib/client/composer/session';
import { listTemplates, removeTemplate, saveTemplate, type Template } from '@/lib/client/composer/templates';
import { emptyDraft } from '@/lib/client/draft/draft';
import { textToHtml } from '@/lib/client/draft/quote';
import { useClient } from '@/lib/client/hooks';
import { faultOf, type JmapFault } from '@/lib/client/jmap';
import { errorSentence } from '@/lib/i18n/error-sentence';
import { plainText } from './clean-quote';
import { load, resumed } from './prepare-from';

interface Props {
  session: ComposerSession;
  onClose: () => void;
}

export default function TemplatesDialog({ session, onClose }: Props) {
  const t = useTranslations('composer');
  const mail = useTranslations('mail');
  const tError = useTranslations('error');
  const client = useClient();
  const { accountId } = session.opened.intent;
  const [templates, setTemplates] = useState<readonly Template[] | null>(null);
  const [fault, setFault] = useState<JmapFault | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    listTemplates(client, accountId).then(setTemplates, (error) => setFault(faultOf(error)));
  }, [client, accountId]);
  const run = (work: () => Promise<void>) => () => {
    setFault(null);
    setBusy(true);
    work()
      .catch((error) => setFault(faultOf(error)))
      .finally(() => setBusy(false));
  };
  const use = (emailId: string) =>
    run(async () => {
      const draft = session.current();
      if (!draft) return;
      const template = resumed(
        emptyDraft(accountId, draft.identityId),
        await load(client, { accountId, emailId }),
      );
      onClose();
      session.change({
        ...(draft.subject.trim() === '' ? { subject: template.subject } : {}),
        ...(draft.to.length + draft.cc.length + draft.bcc.length === 0
          ? { to: template.to, cc: template.cc, bcc: template.bcc }
          : {}),
      });
      session.changeAttachments((all) => [...all, ...template.attachments]);
      const { format, body } = template;
      if (draft.format === 'html') session.insert(format === 'html' ? body : textToHtml(body));
      else session.insert(format === 'html' ? plainText(body) : body);
    });
  const save = run(async () => {
    const [draft, { identity }] = [session.current(), session.view()];
    if (!draft || !identity) return;
    await saveTemplate(client, draft, { identity, plainText, folderName: t('templatesFolder') });
    setTemplates(await listTemplates(client, accountId));
  });
  const remove = (id: string) =>
    run(async () => {
      await removeTemplate(client, accountId, id);
      setTemplates((templates ?? []).filter((one) => one.id !== id));
    });
  return (
    <Dialog
      wide
      title={t('templates')}
      onClose={onClose}
      actions={
        <Button busy={busy} onClick={save}>
          {t('saveTemplate')}
        </Button>
      }
    >
      {templates?.length === 0 && <p className="py-2 text-text-2 text-ui">{t('noTemplates')}</p>}
      <ul>
        {templates?.map(({ id, subject, preview }) => {
          const name = subject?.trim() || mail('noSubject');
          return (
            <li key={id} className="flex items-center gap-2 border-line border-b py-1 last:border-b-0">
              <button
                type="button"
                onClick={use(id)}
                className="target ring-inside min-w-0 flex-1 rounded-control px-2 py-1 text-start hover:bg-hover"
              >
                <span className="block truncate font-medium text-ui">{name}</span>
                <span className="block truncate text-row text-text-2">{preview}</span>
              </button>
              <IconButton
                icon={Trash2}
                size={16}
                label={t('removeTemplate', { name })}
                onClick={remove(id)}
              />
            </li>
          );
        })}
      </ul>
      {fault && (
        <Notice tone="danger" live className="mt-3">
          {errorSentence(tError, { code: fault.code, params: fault.params })}
        </Notice>
      )}
    </Dialog>
  );
}
