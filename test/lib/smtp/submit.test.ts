import { afterEach, beforeEach, expect, test } from 'vitest';
import { SmtpSessions } from '@/lib/smtp/sessions';
import { submit } from '@/lib/smtp/submit';
import { type ScriptedSmtp, type SmtpScript, startScriptedSmtp } from '@/test/servers/smtp';

const message = Buffer.from('Subject: a\r\n\r\n.dot\r\nbody\r\n');
let server: ScriptedSmtp;
let sessions: SmtpSessions;
beforeEach(() => {
  sessions = new SmtpSessions({
    allowHosts: ['127.0.0.1'],
    allowPorts: [],
    fixed: null,
    dnsServers: [],
    tlsCaFile: null,
    tlsPins: new Map(),
  });
});
afterEach(async () => {
  sessions.close();
  await server.stop();
});

async function send(script: SmtpScript, to = ['b@example.org'], password = 'secret') {
  server = await startScriptedSmtp(script);
  return sendAgain(to, password);
}

async function sendAgain(to = ['b@example.org'], password = 'secret') {
  const events: string[] = [];
  const outcome = await submit(
    {
      server: { host: '127.0.0.1', port: server.port, security: 'none', user: 'a@example.org' },
      secret: { password },
      sessions,
    },
    { from: 'a@example.org', to, size: message.length },
    message,
    async () => {
      events.push('data');
    },
  );
  return { outcome, events };
}

test('an accepted message arrives byte for byte, dots and all', async () => {
  const { outcome, events } = await send({});
  expect(outcome).toMatchObject({ kind: 'accepted', reply: '250 2.0.0 queued as TEST' });
  expect(events).toEqual(['data']);
  expect(server.accepted).toEqual([
    { from: 'a@example.org', to: ['b@example.org'], raw: message.toString().slice(0, -2) },
  ]);
});

test.each([
  ['greeting', '421 4.3.2 later'],
  ['mail', '451 4.3.0 later'],
  ['rcpt', '450 4.2.0 greylisted'],
  ['data', '451 4.3.0 later'],
  ['dot', '452 4.3.1 disk full'],
] as const)('R4: a 4xx at %s is a temporary refusal', async (phase, answer) => {
  const { outcome } = await send({ answer: (at) => (at === phase ? answer : undefined) });
  expect(outcome).toMatchObject({ kind: 'refused', temporary: true });
  expect(server.accepted).toEqual([]);
});

test.each([
  ['mail', '553 5.7.1 Sender address rejected: not owned by auth user', 'senderRefused'],
  ['rcpt', '550 5.1.1 no such user', 'recipientsRefused'],
  ['mail', '552 5.3.4 Message size exceeds fixed limit', 'tooLarge'],
  ['rcpt', '552 5.5.3 Too many recipients', 'tooManyRecipients'],
  ['dot', '554 5.7.1 Message rejected under suspicion of SPAM', 'contentRefused'],
] as const)('R5: a 5xx at %s (%s) is final: %s', async (phase, answer, code) => {
  const { outcome } = await send({ answer: (at) => (at === phase ? answer : undefined) });
  expect(outcome).toMatchObject({ kind: 'refused', temporary: false, error: { code } });
  expect(JSON.stringify(outcome)).toContain(answer);
});

test.each(['greeting', 'ehlo', 'mail', 'rcpt', 'data'] as const)(
  'a connection lost at %s is before the border: it may be tried again',
  async (phase) => {
    const { outcome, events } = await send({ answer: (at) => (at === phase ? 'drop' : undefined) });
    expect(outcome).toMatchObject({ kind: 'refused', temporary: true });
    expect(events).toEqual([]);
  },
);

test('R2, pitfall 14: a connection lost after the final dot is uncertain, although the server has the message', async () => {
  const { outcome } = await send({ answer: (at) => (at === 'dot' ? 'drop' : undefined) });
  expect(outcome.kind).toBe('uncertain');
  expect(server.accepted).toHaveLength(1);
});

test('R6, pitfall 34: refused recipients are told beside the accepted ones', async () => {
  const { outcome } = await send(
    {
      answer: (at, address) =>
        at === 'rcpt' && address.startsWith('bad') ? '550 5.1.1 no such user' : undefined,
    },
    ['good@example.org', 'bad@example.org'],
  );
  expect(outcome.kind).toBe('accepted');
  expect(outcome.recipients).toEqual([
    { address: 'good@example.org', accepted: true, reply: '250 2.0.0 queued as TEST' },
    { address: 'bad@example.org', accepted: false, reply: '550 5.1.1 no such user' },
  ]);
});

test('R22: a wrong password asks for a new one and is not temporary', async () => {
  const { outcome } = await send({ users: { 'a@example.org': 'other' } });
  expect(outcome).toMatchObject({ kind: 'refused', temporary: false, error: { code: 'wrongPassword' } });
});

test('pitfall 34: a non-ASCII local part is refused here when the server has no SMTPUTF8', async () => {
  const { outcome } = await send({}, ['почта@example.org']);
  expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'recipientsRefused' } });
  expect(server.accepted).toEqual([]);
});

test('an IDN domain goes out in ASCII', async () => {
  await send({}, ['b@пример.рф']);
  expect(server.accepted[0]?.to).toEqual(['b@xn--e1afmkfd.xn--p1ai']);
});

test.each(['b@пример.рф', 'b@Example.ORG'])(
  'I5, R29: the reply for %s comes under the address that was asked for, or it would be sent to again',
  async (address) => {
    const { outcome } = await send({}, [address, 'bad@Example.org']);
    expect(outcome.recipients.map((each) => each.address)).toEqual([address, 'bad@Example.org']);
  },
);

test('R6: a refusal comes under the address that was asked for', async () => {
  const { outcome } = await send(
    {
      answer: (at, address) =>
        at === 'rcpt' && address.startsWith('bad') ? '550 5.1.1 no such user' : undefined,
    },
    ['good@Example.org', 'bad@Example.org'],
  );
  expect(outcome.recipients).toMatchObject([
    { address: 'good@Example.org', accepted: true },
    { address: 'bad@Example.org', accepted: false },
  ]);
});

test('the next mail of an account goes over the same session, with another password over its own', async () => {
  await send({});
  await sendAgain();
  expect(server.connections).toBe(1);
  await sendAgain(['b@example.org'], 'other');
  expect(server.connections).toBe(2);
  expect(server.accepted).toHaveLength(3);
});

test.each([
  ['drop', 'closed without a word'],
  ['421 4.4.2 idle for too long', 'ended with 421'],
])('a kept session that the server %s is replaced, nothing is lost or doubled', async (answer) => {
  await send({ answer: (at, _argument, visit) => (at === 'mail' && visit === 2 ? answer : undefined) });
  const { outcome, events } = await sendAgain();
  expect(outcome.kind).toBe('accepted');
  expect(events).toEqual(['data']);
  expect(server.accepted).toHaveLength(2);
  expect(server.connections).toBe(2);
});

test('R2: a kept session that ends after the final dot is not tried again', async () => {
  await send({ answer: (at, _argument, visit) => (at === 'dot' && visit === 2 ? 'drop' : undefined) });
  const { outcome } = await sendAgain();
  expect(outcome.kind).toBe('uncertain');
  expect(server.accepted).toHaveLength(2);
});

test('a session after which a recipient was refused carries the next mail', async () => {
  await send(
    { answer: (at, address) => (at === 'rcpt' && address.startsWith('no') ? '550 5.1.1 no' : undefined) },
    ['no@example.org', 'b@example.org'],
  );
  const { outcome } = await sendAgain();
  expect(outcome.kind).toBe('accepted');
  expect(server.accepted.map(({ to }) => to)).toEqual([['b@example.org'], ['b@example.org']]);
});

test('REQUIRETLS is asked of nobody who cannot promise it (RFC 8689)', async () => {
  server = await startScriptedSmtp({ extensions: ['PIPELINING', 'REQUIRETLS'] });
  const login = { host: '127.0.0.1', port: server.port, security: 'none' as const, user: 'a@example.org' };
  const envelope = { from: 'a@example.org', to: ['b@example.org'], size: message.length, requireTls: true };
  const target = { server: login, secret: { password: 'secret' }, sessions };
  const outcome = await submit(target, envelope, message, async () => undefined);
  expect(outcome).toMatchObject({ kind: 'refused', temporary: false, error: { code: 'tlsNotPromised' } });
  expect(server.accepted).toEqual([]);
});
