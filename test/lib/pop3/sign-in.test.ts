/** Ways of signing in, on a server that says what the RFCs' examples say. */
import { createHash, createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Pop3Client } from '@/lib/pop3/client';
import type { SignInMethod } from '@/lib/pop3/sign-in';
import { type Certificate, createCertificate } from '@/test/servers/tls';
import { netConfig } from './net-config';
import { type ScriptedServer, scriptedServer } from './scripted-server';

const TIMESTAMP = '<1896.697170952@dbc.mtview.ca.us>';
const PASSWORD = 'tanstaaf';
let server: ScriptedServer;

afterEach(() => server?.close());

let directory: string;
let certificate: Certificate;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gatepost-sign-in-'));
  certificate = await createCertificate(directory);
});
afterAll(() => rm(directory, { recursive: true }));

interface Offer {
  capabilities: string[];
  tls?: boolean;
  greeting?: string;
  /** Server lines to what is neither CAPA nor known. */
  answer?: (line: string) => string;
}

async function signIn(offer: Offer, secret: object, method?: SignInMethod): Promise<string[]> {
  const { caFile, certFile, keyFile } = certificate;
  const tls = offer.tls ? { cert: await readFile(certFile), key: await readFile(keyFile) } : undefined;
  const answer = (line: string) => {
    if (line === 'CAPA') return `+OK\r\n${offer.capabilities.map((name) => `${name}\r\n`).join('')}.\r\n`;
    return offer.answer?.(line) ?? '+OK\r\n';
  };
  server = await scriptedServer(answer, offer.greeting ?? '+OK ready\r\n', tls);
  const security = tls ? 'tls' : 'none';
  const client = await Pop3Client.connect(
    { host: '127.0.0.1', port: server.port, security },
    netConfig(caFile),
  );
  try {
    await client.signIn('mrose', { password: PASSWORD, ...secret }, method);
  } finally {
    client.close();
  }
  return server.commands.filter((line) => line !== 'CAPA');
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('signing in to POP3', () => {
  it('APOP: the digest of RFC 1939 §7, where nothing hides the password', async () => {
    const sent = await signIn(
      { capabilities: ['USER'], greeting: `+OK POP3 server ready ${TIMESTAMP}\r\n` },
      {},
    );
    expect(sent).toEqual(['APOP mrose c4c9334bac560ecc979e58001b3e22fb']);
  });

  it('CRAM-MD5 before APOP and before anything that shows the password', async () => {
    const challenge = '<1896.697170952@postoffice.reston.mci.net>';
    const answer = (line: string) => (line.startsWith('AUTH') ? `+ ${base64(challenge)}\r\n` : '+OK\r\n');
    const greeting = `+OK ${TIMESTAMP}\r\n`;
    const sent = await signIn({ capabilities: ['SASL PLAIN CRAM-MD5', 'USER'], greeting, answer }, {});
    const digest = createHmac('md5', PASSWORD).update(challenge).digest('hex');
    expect(sent).toEqual(['AUTH CRAM-MD5', base64(`mrose ${digest}`)]);
  });

  it.each([
    ['CRAM-MD5', '+OK ready\r\n', 'AUTH CRAM-MD5'],
    ['SCRAM-SHA-1', `+OK ${TIMESTAMP}\r\n`, 'APOP mrose c4c9334bac560ecc979e58001b3e22fb'],
  ])('inside TLS, too, where nothing simpler is offered: %s', async (mechanism, greeting, first) => {
    const answer = (line: string) => (line.startsWith('AUTH') ? `+ ${base64('<1@x>')}\r\n` : '+OK\r\n');
    const sent = await signIn({ capabilities: [`SASL ${mechanism}`], tls: true, greeting, answer }, {});
    expect(sent[0]).toBe(first);
  });

  it('LOGIN: name, then password, whatever the server asks with', async () => {
    const answer = (line: string) => (line === base64(PASSWORD) ? '+OK\r\n' : '+ VXNlcm5hbWU6\r\n');
    const sent = await signIn({ capabilities: ['SASL LOGIN'], answer }, {});
    expect(sent).toEqual(['AUTH LOGIN', base64('mrose'), base64(PASSWORD)]);
  });

  it('LOGIN: the password is not sent once the name was refused', async () => {
    const answer = (line: string) => (line === 'AUTH LOGIN' ? '+ VXNlcm5hbWU6\r\n' : '-ERR [AUTH] no\r\n');
    await expect(signIn({ capabilities: ['SASL LOGIN'], answer }, {})).rejects.toMatchObject({
      code: 'wrongPassword',
    });
    expect(server.commands).not.toContain(base64(PASSWORD));
  });

  it('OAUTHBEARER where the server has no XOAUTH2 (RFC 7628)', async () => {
    const sent = await signIn({ capabilities: ['SASL OAUTHBEARER'] }, { accessToken: 'token' });
    const response = `n,a=mrose,\x01host=127.0.0.1\x01port=${server.port}\x01auth=Bearer token\x01\x01`;
    expect(sent).toEqual([`AUTH OAUTHBEARER ${base64(response)}`]);
  });

  it.each([
    ['plain', `AUTH PLAIN ${base64(`\0mrose\0${PASSWORD}`)}`],
    ['user', 'USER mrose'],
    ['apop', `APOP mrose ${createHash('md5').update(`${TIMESTAMP}${PASSWORD}`).digest('hex')}`],
  ] as const)('%s where the user wants it so', async (method, first) => {
    const greeting = `+OK ${TIMESTAMP}\r\n`;
    const sent = await signIn({ capabilities: ['SASL PLAIN CRAM-MD5'], greeting }, {}, method);
    expect(sent[0]).toBe(first);
  });

  it('says UTF8 first where it is offered (RFC 6856)', async () => {
    expect((await signIn({ capabilities: ['UTF8', 'USER'] }, {}))[0]).toBe('UTF8');
  });

  it('APOP on a server without it is refused before the password leaves', async () => {
    await expect(signIn({ capabilities: ['USER'] }, {}, 'apop')).rejects.toMatchObject({
      code: 'unsupported',
    });
    expect(server.commands).toEqual(['CAPA']);
  });
});
