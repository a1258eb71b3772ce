/** A file of mail into a mailbox, streamed; what became of it comes line by line while it goes on. */
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { type PathOf, route } from '@/app/api/respond';
import type { Account } from '@/lib/account/account';
import { type ImportPlaces, importMail, importSpool } from '@/lib/account/import';
import { runtime } from '@/lib/account/runtime';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { MailError, RequestError } from '@/lib/errors';
import { pullStream } from '@/lib/jmap/http/pull-stream';
import { errorFields, log } from '@/lib/log';

export const POST = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticatePerson(request);
  const { accounts, blobs, config } = await runtime();
  const account = await accounts.openOwned(userId, (await params).id);
  const mailbox = await account.index.mailbox(new URL(request.url).searchParams.get('mailbox') ?? '');
  if (!mailbox) throw new RequestError('notFound', 'there is no such mailbox');
  const body = request.body ? Readable.fromWeb(request.body as NodeReadableStream) : Readable.from([]);
  const places = { blobs, spoolDirectory: importSpool(config.dataDir) };
  const lines = Readable.from(linesOf(account, mailbox.id, body, places), { objectMode: false });
  return new Response(pullStream(lines), {
    headers: { 'Content-Type': 'application/x-ndjson', 'Cache-Control': 'private, no-store, no-transform' },
  });
});

/** The last line has `finished`, or the code of what ended it. */
async function* linesOf(account: Account, mailboxId: string, body: Readable, places: ImportPlaces) {
  let last = { imported: 0, skipped: 0, failed: 0, bytes: 0 };
  try {
    for await (const progress of importMail(account, mailboxId, body, places)) {
      last = progress;
      yield line(progress);
    }
    yield line({ ...last, finished: true });
  } catch (error) {
    log.warn('import.failed', { accountId: account.id, ...errorFields(error) });
    const code = error instanceof MailError ? error.code : 'serverFail';
    yield line({ ...last, finished: true, code });
  }
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
