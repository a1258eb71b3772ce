/** What no real server does on request: cuts, stalls, floods, lies. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Endpoint } from '@/lib/net/types';
import { Pop3Client } from '@/lib/pop3/client';
import type { ConnectOptions } from '@/lib/pop3/connection';
import { netConfig } from './net-config';
import { type Answer, type ScriptedServer, scriptedServer } from './scripted-server';

const secret = { password: 'p' };
let server: ScriptedServer;
afterEach(() => server?.close());

/** A server with `answers`; everything else gets a plain +OK, CAPA offers PIPELINING. */
async function start(answers: Record<string, Answer>, greeting?: Answer): Promise<void> {
  const all: Record<string, Answer> = { CAPA: '+OK\r\nUSER\r\nPIPELINING\r\n.\r\n', ...answers };
  server = await scriptedServer((line) => all[line] ?? '+OK\r\n', greeting);
}

async function connect(
  options: ConnectOptions = {},
  security: Endpoint['security'] = 'none',
): Promise<Pop3Client> {
  return Pop3Client.connect({ host: '127.0.0.1', port: server.port, security }, netConfig(), options);
}

async function read(client: Pop3Client, number: number): Promise<string> {
  let text = '';
  await client.retrieve(number, (bytes) => {
    text += bytes.toString('latin1');
  });
  return text;
}

describe('POP3 client, faults', () => {
  it('R24: reads a message whose final CRLF.CRLF comes in five packets', async () => {
    await start({ 'RETR 1': { packets: ['+OK\r\nbody', '\r', '\n', '.', '\r', '\n'] } });
    expect(await read(await connect(), 1)).toBe('body\r\n');
  });

  it('R24: a cut in the middle of RETR fails that message and those behind it', async () => {
    await start({ 'RETR 2': { packets: ['+OK\r\nhalf'], drop: true }, 'RETR 1': '+OK\r\nwhole\r\n.\r\n' });
    const client = await connect();
    const [first, second, third] = await Promise.allSettled([1, 2, 3].map((n) => read(client, n)));
    expect(first).toMatchObject({ value: 'whole\r\n' });
    expect(second).toMatchObject({ reason: { code: 'connectionLost' } });
    expect(third).toMatchObject({ reason: { code: 'connectionLost' } });
  });

  it('R24: a lost answer to QUIT is a failure', async () => {
    await start({ QUIT: { packets: [''], drop: true } });
    const client = await connect();
    await expect(client.quit()).rejects.toMatchObject({ code: 'connectionLost' });
  });

  it('R24: gives up on a server that stalls within a message', async () => {
    await start({ 'RETR 1': '+OK\r\nhalf' });
    const client = await connect({ limits: { idleMs: 80 } });
    await expect(read(client, 1)).rejects.toMatchObject({ code: 'connectionTimeout' });
  });

  it('a sink that takes its time is not a stalled server', async () => {
    await start({ 'RETR 1': { packets: ['+OK\r\na\r\n', 'b\r\n', '.\r\n'] } });
    const client = await connect({ limits: { idleMs: 60 } });
    let text = '';
    await client.retrieve(1, async (bytes) => {
      await new Promise((slow) => setTimeout(slow, 150));
      text += bytes.toString();
    });
    expect(text).toBe('a\r\nb\r\n');
  });

  it('gives up on a list that drips for ever', async () => {
    await start({ LIST: { packets: ['+OK\r\n', ...Array<string>(200).fill('1 1\r\n')] } });
    const client = await connect({ limits: { replyMs: 100 } });
    await expect(client.list()).rejects.toMatchObject({ code: 'connectionTimeout' });
  });

  it('gives up on a server that says nothing', async () => {
    await start({}, '');
    await expect(connect({ limits: { greetingMs: 50 } })).rejects.toMatchObject({
      code: 'connectionTimeout',
    });
  });

  it('ends the session at each limit', async () => {
    await start({
      'RETR 1': `+OK\r\n${'x'.repeat(200)}\r\n.\r\n`,
      UIDL: `+OK\r\n1 ${'u'.repeat(200)}\r\n.\r\n`,
      LIST: `+OK\r\n${'1 1\r\n'.repeat(20)}.\r\n`,
    });
    const limits = { message: 201, listLine: 100, listLines: 19 };
    for (const ask of [
      (client: Pop3Client) => read(client, 1),
      (client: Pop3Client) => client.uidl(),
      (client: Pop3Client) => client.list(),
    ]) {
      await expect(ask(await connect({ limits }))).rejects.toMatchObject({ code: 'limitExceeded' });
    }
    expect(await read(await connect({ limits: { message: 202 } }), 1)).toHaveLength(202);
  });

  it('sends one command at a time where PIPELINING is not offered', async () => {
    let open = 0;
    let most = 0;
    server = await scriptedServer((line) => {
      if (line === 'CAPA') return '-ERR unknown\r\n';
      most = Math.max(most, ++open);
      setTimeout(() => open--, 0);
      return '+OK\r\nx\r\n.\r\n';
    });
    const client = await connect();
    await Promise.all([1, 2, 3].map((n) => client.top(n, 0)));
    expect(server.commands.filter((line) => line.startsWith('TOP'))).toHaveLength(3);
    expect(most).toBe(1);
  });

  it.each([true, false])(
    'has patience with each answer, not with all together (pipelining: %s)',
    async (pipelining) => {
      server = await scriptedServer((line) => {
        if (line === 'CAPA') return pipelining ? '+OK\r\nPIPELINING\r\n.\r\n' : '-ERR unknown\r\n';
        // In four packets, 20 ms on their way.
        return line.startsWith('TOP')
          ? { packets: ['+OK\r\n', 'Subject: x\r\n', '\r\n', '.\r\n'] }
          : '+OK\r\n';
      });
      const client = await connect({ limits: { replyMs: 1_000 } });
      const all = await Promise.all(Array.from({ length: 80 }, (_, n) => client.top(n + 1, 0)));
      expect(all).toHaveLength(80);
    },
  );

  it('null, not an error, where the server has no UIDL', async () => {
    await start({ UIDL: '-ERR unknown command\r\n' });
    expect(await (await connect()).uidl()).toBeNull();
  });

  it('S14: does not go on in clear text where STLS is refused', async () => {
    await start({ STLS: '-ERR unknown command\r\n' });
    await expect(connect({}, 'starttls')).rejects.toMatchObject({ code: 'tlsRequired' });
    expect(server.commands).toEqual(['STLS']);
  });

  it('R24: a connection cut at STLS is lost, and nothing more is said in clear text', async () => {
    await start({ STLS: { packets: ['+O'], drop: true } });
    await expect(connect({}, 'starttls')).rejects.toMatchObject({ code: 'connectionLost' });
    expect(server.commands).toEqual(['STLS']);
  });

  it('S14: refuses bytes that were slipped in before TLS', async () => {
    await start({ STLS: '+OK go\r\n+OK injected\r\n' });
    await expect(connect({}, 'starttls')).rejects.toMatchObject({ code: 'protocolViolation' });
  });

  it('stops at once when it is cancelled', async () => {
    await start({ 'RETR 1': '+OK\r\nhalf' });
    const stop = new AbortController();
    const client = await connect({ signal: stop.signal });
    const reading = read(client, 1);
    stop.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it('answers the error challenge of XOAUTH2 with an empty line', async () => {
    server = await scriptedServer((line) => {
      if (line === 'CAPA') return '+OK\r\nSASL XOAUTH2\r\n.\r\n';
      return line === '' ? '-ERR [AUTH] token expired\r\n' : '+ eyJzdGF0dXMiOiI0MDAifQ==\r\n';
    });
    const client = await connect();
    await expect(client.signIn('ann', { password: '', accessToken: 't' })).rejects.toMatchObject({
      code: 'wrongPassword',
    });
    expect(server.commands.at(-1)).toBe('');
  });

  it.each([
    ['[IN-USE] Do you have another POP session running?', 'maildropInUse'],
    ['maildrop already locked', 'maildropInUse'],
    ['[LOGIN-DELAY] minimum time between mail checks violation', 'tryLater'],
    ['[SYS/TEMP] Temporary system problem', 'tryLater'],
    ['[AUTH] Application-specific password required', 'appPasswordNeeded'],
    ['[SYS/PERM] Your account is not enabled for POP access', 'protocolDisabled'],
    ['[AUTH] Invalid login or password', 'wrongPassword'],
    ['[AUTH] account locked, wrong password', 'wrongPassword'],
    ['Access denied', 'wrongPassword'],
  ])('understands the refusal "%s"', async (text, code) => {
    await start({ 'PASS p': `-ERR ${text}\r\n` });
    const client = await connect();
    await expect(client.signIn('ann', secret)).rejects.toMatchObject({ code });
  });
});
