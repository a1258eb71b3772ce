import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { checkSmtp } from '@/lib/smtp/check';
import { type ScriptedSmtp, type SmtpScript, startScriptedSmtp } from '@/test/servers/smtp';

const config = {
  allowHosts: ['127.0.0.1'],
  allowPorts: [],
  fixed: null,
  dnsServers: [],
  tlsCaFile: null,
  tlsPins: new Map<string, string>(),
};
const USER = 'anna@example.org';
let server: ScriptedSmtp;
afterEach(() => server.stop());

async function check(sasl: SmtpScript['sasl'], secret: { password: string; accessToken?: string }) {
  server = await startScriptedSmtp({ sasl });
  const login = { host: '127.0.0.1', port: server.port, security: 'none' as const, user: USER };
  await checkSmtp(login, secret, config);
}

const encoded = (text: string) => Buffer.from(text).toString('base64');
const decoded = (text = '') => Buffer.from(text, 'base64').toString();

/** The server's side of RFC 7677, for one password. */
function scramServer(password: string) {
  const salt = Buffer.from('salt of the test');
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  let bare = '';
  let first = '';
  return (line: string): string => {
    if (line.startsWith('AUTH')) {
      bare = decoded(line.split(' ')[2]).slice(3);
      first = `r=${/r=(.*)$/.exec(bare)?.[1]}more,s=${salt.toString('base64')},i=4096`;
      return `334 ${encoded(first)}`;
    }
    if (line === '') return '235 2.7.0 Accepted';
    const [withoutProof = '', proof = ''] = decoded(line).split(',p=');
    const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256');
    const message = `${bare},${first},${withoutProof}`;
    const clientKey = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(clientKey).digest(), message);
    const wanted = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString('base64');
    if (proof !== wanted) return '535 5.7.8 Authentication failed';
    return `334 ${encoded(`v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`)}`;
  };
}

test('where nothing protects the connection the password is proven, not told', async () => {
  await check({ offered: 'PLAIN LOGIN SCRAM-SHA-256', reply: scramServer('pencil') }, { password: 'pencil' });
});

test('R22: a wrong password is one, by SCRAM too', async () => {
  const sasl = { offered: 'SCRAM-SHA-256', reply: scramServer('pencil') };
  await expect(check(sasl, { password: 'wrong' })).rejects.toMatchObject({ code: 'wrongPassword' });
});

test('a server that does not know the password is not believed', async () => {
  const honest = scramServer('pencil');
  const reply = (line: string) => {
    const answer = honest(line);
    return line.startsWith('AUTH') || line === '' ? answer : `334 ${encoded('v=AAAA')}`;
  };
  await expect(check({ offered: 'SCRAM-SHA-256', reply }, { password: 'pencil' })).rejects.toThrow();
});

test.each([
  ['OAUTHBEARER XOAUTH2', 'OAUTHBEARER', `n,a=${USER},\x01host=127.0.0.1\x01`],
  ['PLAIN XOAUTH2', 'XOAUTH2', `user=${USER}\x01auth=Bearer token\x01\x01`],
])('a token is given by what the server offers of %s', async (offered, mechanism, begins) => {
  const told: string[] = [];
  const reply = (line: string) => {
    told.push(line);
    return '235 2.7.0 Accepted';
  };
  await check({ offered, reply }, { password: '', accessToken: 'token' });
  expect(told[0]?.split(' ')[1]).toBe(mechanism);
  expect(decoded(told[0]?.split(' ')[2]).startsWith(begins)).toBe(true);
});

test('a token that is refused is told so, its reasons are read', async () => {
  const reply = (line: string) =>
    line === '' ? '535 5.7.8 Expired' : `334 ${encoded('{"status":"invalid_token"}')}`;
  const token = { password: '', accessToken: 'old' };
  await expect(check({ offered: 'OAUTHBEARER', reply }, token)).rejects.toMatchObject({
    code: 'wrongPassword',
    serverText: expect.stringContaining('Expired'),
  });
});
