/**
 * A mail to the owner about what outlives a break-in (security.md S22). It is put into the inbox, not sent: no outgoing server is
 * needed for it, and none can hold it back.
 */
import { createTranslator } from 'use-intl/core';
import { listAccounts } from '@/lib/account/records';
import type { Runtime } from '@/lib/account/runtime';
import { userSettings } from '@/lib/account/settings';
import { negotiateLocale } from '@/lib/i18n/locales';
import { type Catalogue, messagesOf } from '@/lib/i18n/messages';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import { composeEmail } from '@/lib/mime/compose';

type NoticeKind = 'appPassword' | 'servers' | 'signIn' | 'forwarding' | 'filters';

export interface Notice {
  kind: NoticeKind;
  /** What it is about, and where it is told; else the user's first account. */
  accountId?: Id;
  name?: string;
}

type Host = Pick<Runtime, 'accounts' | 'databases' | 'config'>;

/** Behind the answer. */
export function tellOwner(host: Host, userId: string, notice: Notice): void {
  tell(host, userId, notice).catch((error) => log.warn('notice.untold', errorFields(error)));
}

async function tell(
  { accounts, databases, config }: Host,
  userId: string,
  { kind, accountId, name = '' }: Notice,
): Promise<void> {
  const records = (await listAccounts(databases.main, userId)).filter((record) => record.kind !== 'demo');
  const record = records.find(({ id }) => id === accountId) ?? records[0];
  if (!record) return;
  const user = await databases.main
    .selectFrom('user')
    .select('settings')
    .where('id', '=', userId)
    .executeTakeFirst();
  const locale = negotiateLocale(userSettings(user?.settings ?? '{}').language ?? undefined, null);
  const t = createTranslator<Catalogue, 'notice'>({
    locale,
    messages: messagesOf(locale),
    namespace: 'notice',
  });
  const values = { kind, name, address: record.address, url: `${config.baseUrl.origin}/settings` };
  const raw = await composeEmail({
    hostname: record.address.split('@').at(-1) || 'localhost',
    headers: [
      { name: 'From', form: 'addresses', value: [{ name: 'Gatepost', email: record.address }] },
      { name: 'To', form: 'addresses', value: [{ name: null, email: record.address }] },
      { name: 'Subject', form: 'text', value: t('subject', values) },
      { name: 'Auto-Submitted', form: 'raw', value: ' auto-generated' },
    ],
    body: { type: 'text/plain', content: t('text', values) },
  });
  const account = await accounts.open(record.id);
  const inbox = (await account.mailboxes()).find(({ role }) => role === 'inbox');
  if (!inbox) return;
  const email = { raw, mailboxIds: [inbox.id], keywords: [], receivedAt: Date.now() };
  await account.write((source) => source.append(email));
}
