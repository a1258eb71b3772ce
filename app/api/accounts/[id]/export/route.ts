/** A mailbox as one file, streamed. */
import { type PathOf, route } from '@/app/api/respond';
import { exportMailbox } from '@/lib/account/export';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';
import { RequestError } from '@/lib/errors';
import { downloadResponse } from '@/lib/jmap/http/download';

const TYPES = { mbox: 'application/mbox', zip: 'application/zip' } as const;

export const GET = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { searchParams } = new URL(request.url);
  const format = searchParams.get('format') ?? 'mbox';
  if (format !== 'mbox' && format !== 'zip') {
    throw new RequestError('invalidArguments', 'mbox or zip', { params: { properties: 'format' } });
  }
  const { accounts } = await runtime();
  const account = await accounts.openOwned(userId, (await params).id);
  const mailbox = await account.index.mailbox(searchParams.get('mailbox') ?? '');
  if (!mailbox) throw new RequestError('notFound', 'there is no such mailbox');
  const stream = await exportMailbox(account, mailbox.id, format);
  return downloadResponse(stream, `${mailbox.name}.${format}`, TYPES[format]);
});
