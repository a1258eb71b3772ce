/** The rows about single messages: open, mark, move, download. */
import { contentsRequest } from '@/lib/client/requests';
import type { EmailFilterCondition, Id, JsonObject, JsonValue } from '@/lib/jmap/types';
import { compare, type Figures, figures, type Row } from './measure';
import { mailboxId, type Stage } from './stage';

const OPENED = 40;
const CHANGED = 30;
const DOWNLOADED = 6;
const LETTERS = { minSize: 18_000, maxSize: 24_000 };
const LARGE = { minSize: 4_000_000 };

export async function openRows(stage: Stage): Promise<Row[]> {
  const { jmap, imap, accountId } = stage;
  const ids = (await emails(stage, LETTERS, 2 * OPENED)).filter(isEven);
  const uids = (await imap.search('LARGER 17999 SMALLER 24000')).filter(isOdd);
  const visits = () =>
    compare(
      OPENED,
      (i) => jmap.call(contentsRequest(accountId, [at(ids, i)])),
      (i) => imap.command(`UID FETCH ${at(uids, i)} BODY.PEEK[]`),
    );
  return [
    { what: 'open a 20 KB message, first time', budget: '< 10 ms', p50: 10, unit: 'ms', ...(await visits()) },
    { what: 'open a 20 KB message, again', budget: '< 3 ms', p50: 3, unit: 'ms', ...(await visits()) },
  ];
}

export async function changeRows(stage: Stage): Promise<Row[]> {
  const { imap } = stage;
  const [inbox, archive] = [mailboxId(stage, 'inbox'), mailboxId(stage, 'archive')];
  const unread = (await emails(stage, { notKeyword: '$seen' }, 4 * CHANGED)).filter(isEven);
  const uids = (await imap.search('UNSEEN')).slice(0, 4 * CHANGED).filter(isOdd);
  const mark = await compare(
    CHANGED,
    (i) => update(stage, at(unread, i), { 'keywords/$seen': true }),
    (i) => imap.command(`UID STORE ${at(uids, i)} +FLAGS (\\Seen)`),
  );
  const move = await compare(
    CHANGED,
    (i) =>
      update(stage, at(unread, CHANGED + i), {
        [`mailboxIds/${inbox}`]: null,
        [`mailboxIds/${archive}`]: true,
      }),
    (i) => imap.command(`UID MOVE ${at(uids, CHANGED + i)} Archive`),
  );
  return [
    { what: 'mark read', budget: '< 10 ms', p50: 10, unit: 'ms', ...mark },
    { what: 'move', budget: '< 80 ms', p50: 80, unit: 'ms', ...move },
  ];
}

export async function downloadRows(stage: Stage): Promise<Row[]> {
  const { jmap, imap, accountId } = stage;
  const found = await emails(stage, LARGE, 2 * DOWNLOADED);
  const ids = found.filter(isEven);
  const { list } = await jmap.ask('Email/get', { accountId, ids, properties: ['blobId'] });
  const blobIds = (list as { blobId: Id }[]).map(({ blobId }) => blobId);
  const uids = (await imap.search(`LARGER ${LARGE.minSize}`)).filter(isOdd);
  const firstByte: number[] = [];
  let bytes = 0;
  const visits = async () => {
    const times = await compare(
      DOWNLOADED,
      async (i) => {
        const download = await jmap.download(accountId, at(blobIds, i));
        bytes = download.bytes;
        firstByte.push(download.firstByteMs);
      },
      (i) => imap.command(`UID FETCH ${at(uids, i)} BODY.PEEK[]`),
    );
    return { gatepost: perSecond(times.gatepost, bytes), raw: perSecond(times.raw, bytes) };
  };
  const first = await visits();
  const firstBytes = figures(firstByte);
  return [
    { what: 'download 5 MB, first time', budget: '> 60 MB/s', least: 60, unit: 'MB/s', ...first },
    { what: 'download 5 MB, first byte', budget: '< 20 ms', p50: 20, unit: 'ms', gatepost: firstBytes },
    { what: 'download 5 MB, again', budget: '> 150 MB/s', least: 150, unit: 'MB/s', ...(await visits()) },
  ];
}

/** p95 stays the bad end: here the slowest. */
function perSecond({ p50, p95, samples }: Figures, bytes: number): Figures {
  const rate = (ms: number) => bytes / 1000 / ms;
  return { p50: rate(p50), p95: rate(p95), samples };
}

async function emails(stage: Stage, condition: EmailFilterCondition, limit: number): Promise<Id[]> {
  const filter = { ...condition, inMailbox: mailboxId(stage, 'inbox') } as JsonValue;
  const sort = [{ property: 'receivedAt', isAscending: true }];
  const { accountId } = stage;
  const { ids } = await stage.jmap.ask('Email/query', { accountId, filter, sort, limit, position: 0 });
  return ids as Id[];
}

async function update({ jmap, accountId }: Stage, id: Id, patch: JsonObject): Promise<void> {
  const { notUpdated } = await jmap.ask('Email/set', { accountId, update: { [id]: patch } });
  if (notUpdated) throw new Error(`not updated: ${JSON.stringify(notUpdated)}`);
}

/** What Gatepost and the bare protocol read are neighbours, never the same message. */
const isEven = (_: unknown, i: number) => i % 2 === 0;
const isOdd = (_: unknown, i: number) => i % 2 === 1;

function at<T>(list: readonly T[], i: number): T {
  const found = list[i];
  if (found === undefined) throw new Error(`the mailbox has only ${list.length} such messages, not ${i + 1}`);
  return found;
}
