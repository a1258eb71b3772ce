/** Our walker against the BODYSTRUCTURE of a real server: both sides of gateway.md 2.7 must agree, for partId is the section. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mimeTree } from '@/lib/imap/body-structure';
import { atom, type Node, quoted } from '@/lib/imap/tokens';
import { walkMime } from '@/lib/mime/walk';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';

let server: DovecotServer;
beforeAll(async () => {
  server = await startDovecot({ users: { 'alice@example.org': 'secret' } });
});
afterAll(() => server?.stop());

/** `("text" "plain" NIL 12)` as imapflow's tokens. */
function readTokens(source: string): Node {
  const root: Node[] = [];
  const stack: Node[][] = [root];
  for (const [token] of source.matchAll(/\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+/g)) {
    const list = stack.at(-1) as Node[];
    if (token === '(') {
      const child: Node[] = [];
      list.push(child);
      stack.push(child);
    } else if (token === ')') stack.pop();
    else if (token === 'NIL') list.push(null);
    else if (token.startsWith('"')) list.push(quoted(token.slice(1, -1).replace(/\\(.)/g, '$1')));
    else list.push(atom(token));
  }
  return root;
}

async function structureOf(user: string): Promise<string[]> {
  const output = await server.doveadm(
    '-f',
    'tab',
    'fetch',
    '-u',
    user,
    'imap.bodystructure',
    'mailbox',
    'INBOX',
  );
  return output.trim().split('\n').slice(1);
}

const mixed = 'Content-Type: multipart/mixed; boundary="b"';
const MAILS: Record<string, string[]> = {
  'no header': ['', 'text', ''],
  'no MIME header': ['Subject: x', '', 'text', 'more', ''],
  'html with parameters': [
    'Content-Type: TEXT/Html; charset="KOI8-R"; format=flowed',
    'Content-Transfer-Encoding: Base64',
    '',
    'AAAA',
    '',
  ],
  'disposition, id, language, location': [
    'Content-Type: application/pdf; name="a b.pdf"',
    'Content-Disposition: attachment; filename="c.pdf"; size=3',
    'Content-ID: <x@y>',
    'Content-Language: en, de',
    'Content-Location: http://x/y',
    '',
    'body',
    '',
  ],
  'RFC 2231 name': [
    'Content-Type: image/png',
    "Content-Disposition: attachment; filename*0*=utf-8''%D0%B0; filename*1=b.png",
    '',
    'x',
    '',
  ],
  'name in an encoded word': ['Content-Type: image/png; name="=?utf-8?B?0LA=?="', '', 'x', ''],
  'two parts': [
    mixed,
    '',
    'pre',
    '--b',
    '',
    'one',
    '--b',
    'Content-Type: text/html',
    '',
    'two',
    '',
    '--b--',
    'post',
    '',
  ],
  nested: [
    mixed,
    '',
    '--b',
    'Content-Type: multipart/alternative; boundary=c',
    '',
    '--c',
    '',
    'p',
    '--c',
    'Content-Type: text/html',
    '',
    'h',
    '--c--',
    '',
    '--b',
    'Content-Type: image/png',
    '',
    'i',
    '--b--',
    '',
  ],
  'words behind the delimiter': [
    mixed,
    '',
    '--b x',
    '',
    'one',
    '--b; y',
    '',
    'two',
    '--b-- z',
    'epilogue',
    '',
  ],
  'boundaries that begin alike': [
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: multipart/mixed; boundary=part1',
    '',
    '--part1',
    '',
    'x',
    '--part1',
    '',
    'y',
    '--part1--',
    '--part',
    '',
    'z',
    '--part--',
    '',
  ],
  'words behind parameters': [
    'Content-Type: multipart/mixed; boundary="b"',
    ' and more',
    '',
    '--b',
    'Content-Type: text/plain; charset=koi8-r',
    ' and more',
    'Content-Language: en (English), de',
    '',
    'x',
    '--b--',
    '',
  ],
  'no closing delimiter': [mixed, '', '--b', '', 'one', '--b', '', 'two', ''],
  'inner never closed': [
    mixed,
    '',
    '--b',
    'Content-Type: multipart/mixed; boundary=c',
    '',
    '--c',
    '',
    'x',
    '--b',
    '',
    'y',
    '--b--',
    '',
  ],
  'blanks after the delimiter': [mixed, '', '--b  ', '', 'x', '--b-- ', ''],
  'empty parts': [mixed, '', '--b', '', '--b', '', '', '--b--', ''],
  'no parts': [mixed, '', 'only a preamble', ''],
  'a message inside': [
    mixed,
    '',
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Subject: inner',
    'Content-Type: multipart/mixed; boundary=z',
    '',
    '--z',
    '',
    'x',
    '--z--',
    '',
    '--b',
    '',
    'after',
    '--b--',
    '',
  ],
  digest: [
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    'Subject: a',
    '',
    'x',
    '',
    '--b--',
    '',
  ],
  'comments and folding': ['Content-Type: text/plain (a comment);', '\tcharset=utf-8 (another)', '', 'x', ''],
  'header without a body': ['Subject: x', 'Content-Type: text/html', ''],
  related: [
    'Content-Type: multipart/related; boundary=b; type="text/html"',
    '',
    '--b',
    'Content-Type: text/html',
    '',
    '<p>',
    '--b--',
    '',
  ],
};

test('the tree is the one that Dovecot tells', async () => {
  const user = 'alice@example.org';
  const raws = Object.entries(MAILS).map(([name, lines]) => ({ name, raw: Buffer.from(lines.join('\r\n')) }));
  for (const { raw } of raws) await server.deliver(user, raw);
  const structures = await structureOf(user);
  expect(structures).toHaveLength(raws.length);
  const ours = raws.map(({ name, raw }) => ({ name, root: walkMime(raw).root }));
  const theirs = raws.map(({ name }, i) => ({ name, root: mimeTree(readTokens(structures[i] ?? '')) }));
  expect(ours).toEqual(theirs);
});
