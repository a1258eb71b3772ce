/** Bounces among other mail: one that cannot be read keeps no other from being read. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { Reports } from '@/lib/account/reports';
import type { Outbox, Report } from '@/lib/outbox/types';
import { type Fixture, openFixture } from '@/test/lib/jmap/fixture';

let jmap: Fixture;
beforeAll(async () => {
  jmap = await openFixture('local');
});
afterAll(() => jmap?.close());

const bounce = (subject: string, minute: number, filling = '') =>
  Buffer.from(
    [
      `Received: from x by y; Tue, 03 Nov 2026 10:0${minute}:00 +0000`,
      `Subject: ${subject}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      `--b\r\nContent-Type: text/plain\r\n\r\nSorry.${filling}\r\n`,
      '--b\r\nContent-Type: message/delivery-status\r\n',
      'Reporting-MTA: dns; mx.example\r\n',
      'Final-Recipient: rfc822; bob@example.org',
      'Action: failed\r\nStatus: 5.1.1\r\n',
      '--b--\r\n',
    ].join('\r\n'),
  );

it('S28: a report beyond the limit is passed over, once, and those before it are joined', async () => {
  const account = await jmap.runtime.accounts.open(jmap.accountId);
  const inbox = (await jmap.mailbox('inbox')).id;
  const at = Date.parse('2026-11-03T10:00:00Z');
  const add = (raw: Buffer, receivedAt: number) =>
    account.write((source) => source.append({ raw, mailboxIds: [inbox], keywords: [], receivedAt }));
  const good = await add(bounce('good', 1), at + 1_000);
  await add(bounce('hostile', 2, '\r\nx'.repeat(2_000_000)), at + 2_000);
  const joined: Report[] = [];
  let after = at;
  const outbox = {
    reportsAfter: async () => after,
    setReportsAfter: async (_: string, seen: number) => {
      after = seen;
    },
    join: async (_: string, report: Report) => joined.push(report) > 0,
  };
  const reports = new Reports(outbox as unknown as Outbox, jmap.runtime.uploads);
  reports.changed(account);
  await vi.waitFor(() => expect(joined.map(({ blobId }) => blobId)).toEqual([`r${good}`]), 10_000);
  await vi.waitFor(() => expect(after).toBeGreaterThanOrEqual(at + 2_000), 10_000);
  reports.stop();
});
