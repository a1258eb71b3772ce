/**
 * Looks at the certificate that a server shows, without trusting it and without sending it anything: for telling a person
 * what is wrong with it, and for the operator's pins (security.md S15).
 */
import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { ProtocolError } from '@/lib/errors';
import { connectionError } from './errors';
import type { Route } from './guard';

const TIMEOUT = 10_000;
const LONGEST_ANSWER = 16 * 1024;
const NAMES = 10;

export interface ShownCertificate {
  names: string[];
  /** ISO dates. */
  validFrom: string;
  validTo: string;
  /** Lower-case hex SHA-256. */
  fingerprint: string;
  pem: string;
}

/** @throws ConnectionError, ProtocolError when the server offers no STARTTLS */
export async function certificateAt(route: Route): Promise<ShownCertificate> {
  const plain = connectPlain({ host: route.address, port: route.port });
  plain.setTimeout(TIMEOUT, () =>
    plain.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })),
  );
  // Between two waits nobody else listens, and an unheard error would end the process.
  plain.on('error', () => plain.destroy());
  try {
    await once(plain, 'connect');
    if (route.security === 'starttls') await askForTls(plain);
    return shown(await handshake(plain, route));
  } catch (error) {
    plain.destroy();
    throw connectionError(error, route);
  }
}

/** Nothing is sent over this connection, so an untrusted certificate does no harm. */
async function handshake(plain: Socket, route: Route): Promise<PeerCertificate> {
  const socket = connectTls({ socket: plain, servername: route.tls.servername, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  // Not `destroy`: the server would take the cut handshake for an attack.
  socket.destroySoon();
  return certificate;
}

/** The greeting tells the protocol: `* OK` IMAP, `+OK` POP3, `220` SMTP. */
async function askForTls(socket: Socket): Promise<void> {
  const greeting = await answer(socket, /^[^\r\n]*\r?\n/);
  if (greeting.startsWith('*')) {
    socket.write('a STARTTLS\r\n');
    await answer(socket, /^a OK[^\n]*\n/im);
  } else if (greeting.startsWith('+OK')) {
    socket.write('STLS\r\n');
    await answer(socket, /^\+OK[^\n]*\n/im);
  } else {
    socket.write('EHLO [127.0.0.1]\r\n');
    await answer(socket, /^250 [^\n]*\n/im);
    socket.write('STARTTLS\r\n');
    await answer(socket, /^220 [^\n]*\n/im);
  }
}

/** Reads until the expected line. @throws ProtocolError at a refusal or too much text */
async function answer(socket: Socket, expected: RegExp): Promise<string> {
  let text = '';
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  while (!expected.test(text)) {
    const [chunk] = (await once(socket, 'data', { signal: closed.signal })) as [Buffer];
    text += chunk.toString('latin1');
    if (text.length > LONGEST_ANSWER || /^(a (NO|BAD)|-ERR|5\d\d )/im.test(text)) {
      throw new ProtocolError('protocolViolation', 'no STARTTLS');
    }
  }
  return text;
}

function shown(certificate: PeerCertificate): ShownCertificate {
  const alternatives = (certificate.subjectaltname ?? '')
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''));
  const commonName = [certificate.subject?.CN ?? ''].flat();
  return {
    names: [...new Set([...alternatives, ...commonName])].filter((name) => name !== '').slice(0, NAMES),
    validFrom: new Date(certificate.valid_from).toISOString(),
    validTo: new Date(certificate.valid_to).toISOString(),
    fingerprint: (certificate.fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
    pem: `-----BEGIN CERTIFICATE-----\n${certificate.raw.toString('base64')}\n-----END CERTIFICATE-----\n`,
  };
}
