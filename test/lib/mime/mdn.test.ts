/** RFC 8098: what is written is read back, and what others write is read. */
import { expect, it } from 'vitest';
import { composeMdn, parseMdn } from '@/lib/mime/mdn';
import { walkMime } from '@/lib/mime/walk';

const MDN = {
  from: { name: 'Zoë', email: 'zoe@example.org' },
  to: [{ name: null, email: 'asker@example.net' }],
  subject: 'Прочитано: Plan',
  textBody: 'Your mail was displayed.\nНичего больше.',
  reportingUA: 'mail.example.org; Gatepost',
  mdnGateway: null,
  originalRecipient: 'rfc822; alias@example.org',
  finalRecipient: 'rfc822; zoe@example.org',
  originalMessageId: '<1@example.net>',
  disposition: { actionMode: 'manual-action', sendingMode: 'mdn-sent-manually', type: 'displayed' },
  error: null,
  extensionFields: { 'X-Odd': 'yes' },
  original: null,
};

const parse = (raw: Buffer) => parseMdn(raw, walkMime(raw));

it('a notification is written as a report of three parts at most, and read back as it was', async () => {
  const original = Buffer.from('Subject: Plan\r\n\r\nsecret\r\n');
  const raw = await composeMdn({ ...MDN, original });
  const text = raw.toString();
  expect(text).toMatch(/Content-Type: multipart\/report;[\s\S]*report-type="?disposition-notification/);
  expect(text).toMatch(/\r\nDisposition: manual-action\/MDN-sent-manually; displayed\r\n/);
  expect(text).toMatch(/\r\nIn-Reply-To: <1@example.net>\r\n/);
  expect(text).toContain('secret');
  const { from, to, original: _original, ...fields } = MDN;
  expect(parse(raw)).toEqual({ ...fields, includeOriginalMessage: true });
  expect([from.email, to.length]).toEqual(['zoe@example.org', 1]);
  expect((await composeMdn(MDN)).toString()).not.toContain('message/rfc822');
});

it('what other programs write is read, and what is no notification is none', () => {
  const report = [
    'Subject: Return Receipt (displayed) - Plan',
    'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=iso-8859-1',
    '',
    'Displayed, caf\xe9.',
    '--b',
    'Content-Type: message/disposition-notification; name="MDNPart2.txt"',
    '',
    'Reporting-UA: host; Other 1.0',
    'Final-Recipient: rfc822;zoe@example.org',
    'Original-Message-ID: <1@example.net>',
    'Disposition: automatic-action/MDN-sent-automatically;',
    ' processed/error',
    'Error: first',
    'Error: second',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    'Subject: Plan',
    '--b--',
    '',
  ];
  expect(parse(Buffer.from(report.join('\r\n'), 'latin1'))).toMatchObject({
    subject: 'Return Receipt (displayed) - Plan',
    textBody: 'Displayed, café.',
    includeOriginalMessage: false,
    reportingUA: 'host; Other 1.0',
    disposition: { actionMode: 'automatic-action', sendingMode: 'mdn-sent-automatically', type: 'processed' },
    error: ['first', 'second'],
    extensionFields: null,
  });
  expect(parse(Buffer.from('Subject: x\r\n\r\nDisposition: a/b; c\r\n'))).toBeNull();
  expect(
    parse(Buffer.from(report.filter((line) => !line.startsWith('Disposition')).join('\r\n'))),
  ).toBeNull();
});
