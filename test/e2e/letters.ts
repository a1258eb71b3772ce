/** Letters that tests deliver; small, and each a whole message. */
import { ANNA } from './world';

interface Letter {
  subject: string;
  from?: string;
  /** Default now. */
  date?: Date;
  headers?: string[];
  /** Content headers, an empty line, and the body. */
  content?: string;
}

const CRLF = '\r\n';
/** RFC 2047, so that any letters may stand in a subject or a name. */
const word = (text: string) => {
  const chunks = text.match(/.{1,14}/gsu) ?? [];
  return /^[\x20-\x7e]*$/.test(text)
    ? text
    : chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(`${CRLF} `);
};

export function letter({
  subject,
  from = 'Lena Example <lena@example.com>',
  date,
  headers,
  content,
}: Letter) {
  return [
    ...(headers ?? []),
    `From: ${from}`,
    `To: ${ANNA}`,
    `Subject: ${word(subject)}`,
    `Message-ID: <${Buffer.from(subject).toString('hex').slice(0, 120)}@example.com>`,
    `Date: ${(date ?? new Date()).toUTCString()}`,
    'MIME-Version: 1.0',
    content ?? plain('Hello there'),
  ].join(CRLF);
}

export const named = (name: string, address: string) => `${word(name)} <${address}>`;

export const plain = (text: string) =>
  ['Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: 8bit', '', text, ''].join(CRLF);

export const html = (body: string) =>
  ['Content-Type: text/html; charset=utf-8', '', `<html><body>${body}</body></html>`, ''].join(CRLF);

export interface File {
  name: string;
  type: string;
  bytes: Buffer;
  /** Shown in the text, by this Content-ID. */
  cid?: string;
}

export function withFiles(text: string, files: readonly File[], kind: 'mixed' | 'related' = 'mixed'): string {
  const parts = files.map(({ name, type, bytes, cid }) =>
    [
      `Content-Type: ${type}; name="${name}"`,
      'Content-Transfer-Encoding: base64',
      ...(cid ? [`Content-ID: <${cid}>`] : []),
      `Content-Disposition: ${cid ? 'inline' : 'attachment'}; filename="${name}"`,
      '',
      bytes.toString('base64').replace(/.{76}/g, `$&${CRLF}`),
    ].join(CRLF),
  );
  return [
    `Content-Type: multipart/${kind}; boundary="parts"`,
    '',
    ...[text, ...parts].map((part) => `--parts${CRLF}${part}`),
    `--parts--${CRLF}`,
  ].join(CRLF);
}

/** One dot. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** One page with words on it, as short as pdf.js takes it. */
export const PDF = Buffer.from(
  [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj',
    '4 0 obj<</Length 41>>stream',
    'BT /F1 24 Tf 20 40 Td (Figures) Tj ET    ',
    'endstream endobj',
    'trailer<</Root 1 0 R>>',
    '',
  ].join('\n'),
);
