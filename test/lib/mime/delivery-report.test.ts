import { expect, test } from 'vitest';
import { parseDeliveryReport } from '@/lib/mime/delivery-report';
import { walkMime } from '@/lib/mime/walk';

const report = (status: string, returned = 'Message-ID: <1@x.org>') =>
  Buffer.from(
    [
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'Sorry.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      status,
      '--b',
      'Content-Type: message/rfc822',
      '',
      `${returned}\n\nbody`,
      '--b--',
      '',
    ]
      .join('\n')
      .replaceAll('\n', '\r\n'),
  );
const parse = (raw: Buffer) => parseDeliveryReport(raw, walkMime(raw));

test('each recipient has its own outcome (RFC 3464 §2.3)', () => {
  const status = [
    'Reporting-MTA: dns; mx.x.org',
    'Original-Envelope-Id: s123',
    '',
    'Original-Recipient: rfc822;anna+2Bshop@x.org',
    'Final-Recipient: rfc822; anna@y.org',
    'Action: Failed (really)',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 No such',
    '  user',
    '',
    'Final-Recipient: rfc822; b@x.org',
    'Action: delayed',
    'Status: 4.4.1',
    '',
    'Final-Recipient: rfc822; c@x.org',
    'Action: invented',
  ].join('\n');
  expect(parse(report(status))).toEqual({
    envelopeId: 's123',
    messageId: '1@x.org',
    recipients: [
      {
        action: 'failed',
        originalRecipient: 'anna+shop@x.org',
        finalRecipient: 'anna@y.org',
        diagnostic: '550 5.1.1 No such user',
      },
      { action: 'delayed', originalRecipient: null, finalRecipient: 'b@x.org', diagnostic: '4.4.1' },
    ],
  });
});

test('what is no report, or an empty one, says nothing', () => {
  expect(parse(Buffer.from('Content-Type: text/plain\r\n\r\nAction: failed\r\n'))).toBeNull();
  expect(parse(report('', 'Subject: x'))).toEqual({ envelopeId: null, messageId: null, recipients: [] });
});

test('S32: a report of many megabytes is read in linear time', () => {
  const block = 'Final-Recipient: rfc822; a@x.org\nAction: failed\nStatus: 5.0.0\n\n';
  const start = performance.now();
  const parsed = parse(report(`Reporting-MTA: dns; x\n\n${block.repeat(60_000)}${'\n'.repeat(500_000)}`));
  expect(parsed?.recipients.length).toBeLessThanOrEqual(1_000);
  expect(performance.now() - start).toBeLessThan(3_000);
});
