'use client';
/** A folder as a file, files into a folder, and how much mail is kept here. */
import { useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useFileSize } from '@/components/email/file-size';
import { useMailboxName } from '@/components/shell/use-place-name';
import { Button, buttonClass } from '@/components/ui/button';
import { Progress } from '@/components/ui/progress';
import { Select } from '@/components/ui/select';
import { type ImportResult, importMail } from '@/lib/client/control/import-mail';
import type { Account, StoredMail } from '@/lib/client/control/types';
import { useMailboxTree } from '@/lib/client/hooks';
import { accountPath } from './account-part';
import { ChangeResult } from './change-result';
import { Loaded } from './loaded';
import { useChange } from './use-change';
import { useResource } from './use-resource';

export function MailFiles({ account: { id, kind } }: { account: Account }) {
  const t = useTranslations('settings.files');
  const nameOf = useMailboxName();
  const folders = useMailboxTree(id).map(({ mailbox, depth }) => ({
    value: mailbox.id,
    label: '\u2003'.repeat(depth) + nameOf(mailbox),
  }));
  const [chosen, setChosen] = useState('');
  const mailboxId = chosen || folders[0]?.value;
  return (
    <>
      {kind !== 'imap' && <Kept id={id} />}
      {mailboxId !== undefined && (
        <>
          <Select
            label={t('folder')}
            hint={t('folderHint')}
            value={mailboxId}
            options={folders}
            onChange={setChosen}
          />
          <ExportLinks id={id} mailboxId={mailboxId} />
          <ImportFile id={id} mailboxId={mailboxId} />
        </>
      )}
    </>
  );
}

function Kept({ id }: { id: string }) {
  const t = useTranslations('settings.files');
  const fileSize = useFileSize();
  const stored = useResource<StoredMail>(`${accountPath(id)}/storage`);
  return (
    <Loaded resource={stored}>
      {({ messages, bytes, used, limit }) => (
        <p>
          {t('kept', { n: messages, size: fileSize(bytes) })}
          {limit !== null && ` ${t('limit', { used: fileSize(used), limit: fileSize(limit) })}`}
        </p>
      )}
    </Loaded>
  );
}

function ExportLinks({ id, mailboxId }: { id: string; mailboxId: string }) {
  const t = useTranslations('settings.files');
  const link = (format: 'mbox' | 'zip') =>
    `${accountPath(id)}/export?${new URLSearchParams({ mailbox: mailboxId, format })}`;
  return (
    <p className="flex flex-wrap gap-2">
      {(['mbox', 'zip'] as const).map((format) => (
        <a key={format} href={link(format)} download className={buttonClass()}>
          {t(format)}
        </a>
      ))}
    </p>
  );
}

function ImportFile({ id, mailboxId }: { id: string; mailboxId: string }) {
  const t = useTranslations('settings.files');
  const change = useChange();
  const input = useRef<HTMLInputElement>(null);
  const [share, setShare] = useState(0);
  const [result, setResult] = useState<ImportResult | null>(null);
  const abort = useRef<AbortController | null>(null);
  const counts = result && t('imported', counted(result));
  const take = (file: File) => {
    const controller = new AbortController();
    abort.current = controller;
    setShare(0);
    setResult(null);
    return change.run(async () => {
      const { signal } = controller;
      try {
        const imported = await importMail({ accountId: id, mailboxId, file }, setShare, signal);
        setResult(imported);
        if (imported.fault) throw imported.fault;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    });
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".eml,.mbox,.zip,message/rfc822,application/mbox,application/zip"
        aria-label={t('import')}
        className="sr-only"
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          target.value = '';
          if (file) void take(file);
        }}
      />
      <div className="flex gap-2">
        <Button busy={change.busy} onClick={() => input.current?.click()}>
          {t('import')}
        </Button>
        {change.busy && (
          <Button look="plain" onClick={() => abort.current?.abort()}>
            {t('stop')}
          </Button>
        )}
      </div>
      <p className="text-row text-text-2">{t('importHint')}</p>
      {change.busy && <Progress label={t('import')} value={share < 1 ? share : null} />}
      <ChangeResult change={change} doneText={counts ?? t('stopped')} />
      {change.fault && counts && <p>{counts}</p>}
    </>
  );
}

function counted({ imported, skipped, failed }: ImportResult): Record<string, number> {
  return { imported, skipped, failed };
}
