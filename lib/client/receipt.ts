/** Read receipts (RFC 9007): who asks for one, and sending it as the one of us whom the mail was for. */
import { JmapFault, type Transport } from '@/lib/client/jmap';
import type { AccountState, EmailContent, EmailRow } from '@/lib/client/state';
import type { Id, Identity, SetError } from '@/lib/jmap/types';

/** Of what we sent ourselves nobody is told, and whoever sends spam learns nothing. */
const NEVER = new Set(['sent', 'drafts', 'junk', 'trash']);

/** null: nobody asks, or it was answered already, here or in another program. */
export function receiptAddress(
  account: AccountState | undefined,
  { keywords, mailboxIds }: EmailRow,
  { headers }: EmailContent,
): string | null {
  const asking = headers.find(({ name }) => name.toLowerCase() === 'disposition-notification-to');
  if (!asking || keywords.$mdnsent || keywords.$draft) return null;
  const roles = Object.keys(mailboxIds).map((id) => account?.mailboxes?.get(id)?.role ?? null);
  if (roles.some((role) => role !== null && NEVER.has(role))) return null;
  return /[^\s<>,;"]{1,200}@[^\s<>,;"]{1,200}/.exec(asking.value)?.[0] ?? null;
}

interface Receipt {
  email: EmailRow;
  content: EmailContent;
  subject: string;
  text: string;
}

/** @throws JmapFault */
export async function sendReceipt(
  transport: Transport,
  accountId: Id,
  { email, content, subject, text }: Receipt,
): Promise<void> {
  const answers = await transport.call([['Identity/get', { accountId, ids: null }, 'identities']]);
  const identityId = addressed(answers.of<{ list: Identity[] }>('identities').list, email, content);
  const receipt = {
    forEmailId: email.id,
    subject,
    textBody: text,
    disposition: {
      actionMode: 'manual-action',
      sendingMode: 'mdn-sent-manually',
      type: 'displayed',
    },
  };
  const onSuccessUpdateEmail = { '#receipt': { 'keywords/$mdnsent': true } };
  const sent = await transport.call([
    ['MDN/send', { accountId, identityId, send: { receipt }, onSuccessUpdateEmail }, 'mdn'],
  ]);
  const refused = sent.of<{ notSent: Record<Id, SetError> | null }>('mdn').notSent?.receipt;
  // Answered a moment ago, in another window: what was wanted is so.
  if (refused && refused.type !== 'mdnAlreadySent')
    throw new JmapFault(refused['gatepost:code'] ?? refused.type, refused['gatepost:serverText'], {
      ...refused['gatepost:params'],
    });
}

function addressed(identities: readonly Identity[], email: EmailRow, { cc }: EmailContent): Id {
  const whom = new Set([...(email.to ?? []), ...(cc ?? [])].map((each) => each.email.toLowerCase()));
  const own = identities.find((identity) => whom.has(identity.email.toLowerCase())) ?? identities[0];
  if (!own) throw new JmapFault('notFound');
  return own.id;
}
