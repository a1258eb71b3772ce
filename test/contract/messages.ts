/** Messages for the contract suite: CRLF, as they come from the wire. */

export function plainMessage(subject: string, text: string, headers: string[] = []): Buffer {
  const lines = [
    'From: Ann Example <ann@example.org>',
    'To: Bob Example <bob@example.com>',
    `Subject: ${subject}`,
    'Date: Tue, 03 Nov 2026 10:00:00 +0100',
    `Message-ID: <${crypto.randomUUID()}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    ...headers,
    '',
    ...text.split('\n'),
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

export const PDF = Buffer.from('%PDF-1.4 not really\r\nbut bytes: \x00\xff\xfe', 'latin1');

/** Text, HTML and one attachment. */
export function mixedMessage(subject: string): Buffer {
  const lines = [
    'From: Ann Example <ann@example.org>',
    'To: bob@example.com',
    `Subject: ${subject}`,
    `Message-ID: <${crypto.randomUUID()}@example.org>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary="outer"',
    '',
    '--outer',
    'Content-Type: multipart/alternative; boundary="inner"',
    '',
    '--inner',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'The plain words.',
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    '<p>The <b>rich</b> words.</p>',
    '--inner--',
    '--outer',
    'Content-Type: application/pdf; name="plan.pdf"',
    'Content-Disposition: attachment; filename="plan.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    PDF.toString('base64'),
    '--outer--',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}
