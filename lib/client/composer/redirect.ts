/** A message sent on to others as it came (RFC 5322 §3.6.6); the server makes a draft of it that is sent like any other. */
import type { Transport } from '@/lib/client/jmap';
import type { EmailAddress, Id } from '@/lib/jmap/types';
import { destroyDrafts } from './save-draft';
import { type SendTime, submit } from './submit';

export interface Redirect {
  accountId: Id;
  emailId: Id;
  identityId: Id;
  from: EmailAddress;
  to: readonly EmailAddress[];
}

export interface Redirected {
  ids: Id[];
  /** The draft of it: nobody goes on writing that one. */
  draftId: Id;
}

export async function redirect(
  transport: Transport,
  { accountId, emailId, identityId, from, to }: Redirect,
  when: SendTime,
): Promise<Redirected> {
  const people = { from: { ...from }, to: to.map((one) => ({ ...one })) };
  const answers = await transport.call([['Email/redirect', { accountId, emailId, ...people }, 'redirect']]);
  const { emailId: draftId } = answers.of<{ emailId: Id }>('redirect');
  const outgoing = {
    accountId,
    emailId: draftId,
    identityId,
    from: from.email,
    to: to.map(({ email }) => email),
  };
  try {
    return { ids: await submit(transport, outgoing, when), draftId };
  } catch (error) {
    await destroyDrafts(transport, accountId, [draftId]);
    throw error;
  }
}
