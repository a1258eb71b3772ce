/** Files that no MIME tells of are attachments like others: listed, downloaded, and in the zip. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Blobs } from '@/lib/account/blobs';
import { attachmentsZip } from '@/lib/jmap/http/attachments-zip';
import type { EmailBodyPart, Id } from '@/lib/jmap/types';
import { type Fixture, openFixture } from './fixture';

/** One attachment, `a.txt`, of the bytes `one`. */
const TNEF = 'eJ8+IgEAAgKQBgAOAAAAAAAAAAAAAAAAAAAAAAAAAAIQgAEABgAAAGEudHh0AAAAAg+ABgADAAAAb25lAAA=';

const MAIL = `From: ann@example.org
Subject: Old programs
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

Dear all,
begin 644 cat.txt
#0V%T
\`
end
Bye
--b
Content-Type: application/ms-tnef; name=winmail.dat
Content-Transfer-Encoding: base64

${TNEF}
--b--
`.replaceAll('\n', '\r\n');

describe.each(['local', 'imap'] as const)('%s', (kind) => {
  let jmap: Fixture;
  let emailId: Id;
  beforeAll(async () => {
    jmap = await openFixture(kind);
    emailId = await jmap.importEmail(Buffer.from(MAIL));
  });
  afterAll(() => jmap?.close());

  it('in winmail.dat and between the lines of a text', async () => {
    const [email] = (
      await jmap.call<{ list: { attachments: EmailBodyPart[]; hasAttachment: boolean }[] }>('Email/get', {
        ids: [emailId],
        properties: ['attachments', 'bodyValues', 'hasAttachment'],
        fetchTextBodyValues: true,
      })
    ).list;
    expect(email?.attachments.map(({ name, type, size }) => [name, type, size])).toEqual([
      ['a.txt', 'text/plain', 3],
      ['cat.txt', 'text/plain', 3],
    ]);
    const account = await jmap.runtime.accounts.open(jmap.accountId);
    const blobs = new Blobs(account, jmap.runtime.uploads);
    const bytes = (email?.attachments ?? []).map(({ blobId }) => blobs.read(blobId ?? ''));
    expect((await Promise.all(bytes)).map(String)).toEqual(['one', 'Cat']);
    const ids = new Set(email?.attachments.map(({ blobId }) => blobId));
    expect([...ids].every((id) => /^[A-Za-z0-9_-]{1,255}$/.test(id ?? ''))).toBe(true);
    const zip: Buffer[] = [];
    for await (const chunk of await attachmentsZip(account, blobs, emailId)) zip.push(chunk);
    expect(Buffer.concat(zip).toString('latin1')).toMatch(/a\.txt[\s\S]*cat\.txt/);
  });
});
