import { accountView } from '@/app/api/accounts/view';
import { answer, type PathOf, route } from '@/app/api/respond';
import { getOwnAccount } from '@/lib/account/records';
import { runtime } from '@/lib/account/runtime';
import { authenticate } from '@/lib/auth/authenticate';

/** What is connected, what was slow, and the commands of the last minutes without their contents. */
export const GET = route<PathOf<'id'>>(async (request, { params }) => {
  const { userId } = await authenticate(request);
  const { accounts, databases, offers } = await runtime();
  const record = await getOwnAccount(databases.main, userId, (await params).id);
  const { state } = await accountView(record);
  const found = accounts.opened(record.id)?.source.diagnostics?.();
  const offer = await offers.of(record);
  const { watching = null, connections = [], slow = [], log = [] } = found ?? {};
  return answer({
    state,
    watching,
    server: offer && {
      ...{ announced: offer.announced, refused: Object.keys(offer.refused) },
      probedAt: toIso(offer.probedAt),
    },
    connections: connections.map((connection) => ({ ...connection, since: toIso(connection.since) })),
    slow: slow.map((note) => ({ ...note, at: toIso(note.at) })),
    log: log.map((note) => ({ ...note, at: toIso(note.at) })),
  });
});

const toIso = (ms: number) => new Date(ms).toISOString();
