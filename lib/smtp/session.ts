/** One signed-in submission session (RFC 6409); the only door to nodemailer's SMTP connection. */
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type NetConfig, routeTo } from '@/lib/net/guard';
import type { Secret, ServerLogin } from '@/lib/net/types';
import { smtpError } from './errors';
import { announcedIn, type ServerTakes } from './server-takes';
import { ehloLines, mechanismFor, offeredMechanisms, ownMechanisms } from './sign-in';
import { Transcript } from './transcript';

const CONNECT_TIMEOUT = 15_000;
const GREETING_TIMEOUT = 10_000;
/** RFC 5321 §4.5.3.2.6: at least 10 minutes for the reply to the final dot. */
const SILENCE_TIMEOUT = 10 * 60_000;
const MAX_RESPONSE = 64 * 1024;

export interface SmtpSession {
  connection: SMTPConnection;
  /** Rejects when the connection breaks; for racing with a command whose callback would never come. */
  broken: Promise<never>;
  /** Takes addresses with non-ASCII local parts (RFC 6531). */
  takesUtf8: boolean;
  /** Takes lines that are not ASCII (RFC 6152). */
  takesEightBit: boolean;
  /** What it announced. */
  takes: ServerTakes;
  transcript: Transcript;
  /** QUIT; only when no message is half sent. */
  quit(): void;
  /** Drops the connection: a message without its final dot is forgotten by the server (RFC 5321 §4.1.1.4). */
  drop(): void;
}

/** Steps of a sign-in, reported as they succeed, for the connection doctor. */
export type SmtpStep = 'connect' | 'signIn';

/** @throws ConnectionError, AuthenticationError, CommandError (tryLater) */
export async function openSmtp(
  server: ServerLogin,
  secret: Secret,
  config: NetConfig,
  onStep: (step: SmtpStep) => void = () => undefined,
): Promise<SmtpSession> {
  const route = await routeTo(server, config);
  const transcript = new Transcript();
  const connection = new SMTPConnection({
    logger: transcript.logger,
    transactionLog: true,
    host: route.address,
    port: route.port,
    secure: server.security === 'tls',
    // Without it a stripped STARTTLS means signing in in clear (security.md S14).
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    servername: route.tls.servername,
    tls: route.tls,
    connectionTimeout: CONNECT_TIMEOUT,
    greetingTimeout: GREETING_TIMEOUT,
    socketTimeout: SILENCE_TIMEOUT,
    maxResponseSize: MAX_RESPONSE,
    customAuth: ownMechanisms(server, secret),
    // The name of the inside host is nobody's business; a literal is what RFC 5321 §4.1.3 asks of clients without a name.
    name: '[127.0.0.1]',
  });
  const broken = new Promise<never>((_resolve, reject) => {
    connection.on('error', (error) => reject(smtpError(error, server)));
    connection.on('end', () => reject(smtpError(new Error('Connection closed'), server)));
  });
  broken.catch(() => connection.close());
  try {
    await Promise.race([
      broken,
      called((done) => connection.connect((error) => done(error ?? null)), server),
    ]);
    onStep('connect');
    await Promise.race([
      broken,
      called(
        (done) =>
          connection.login(
            {
              method: mechanismFor(offeredMechanisms(connection), server, secret),
              user: server.user,
              pass: secret.password,
              credentials: { user: server.user, pass: secret.password },
            },
            (error) => done(error ?? null),
          ),
        server,
      ),
    ]);
    onStep('signIn');
    return {
      connection,
      broken,
      transcript,
      takes: announcedIn(ehloLines(connection)),
      takesUtf8: extensionsOf(connection).includes('SMTPUTF8'),
      takesEightBit: extensionsOf(connection).includes('8BITMIME'),
      quit: () => connection.quit(),
      drop: () => connection.close(),
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** nodemailer keeps what EHLO offered to itself, and would send a non-ASCII address raw (gateway.md 2.10.5). */
function extensionsOf(connection: SMTPConnection): string[] {
  const inside = connection as unknown as { _supportedExtensions?: string[] };
  return inside._supportedExtensions ?? [];
}

function called(start: (done: (error: Error | null) => void) => void, server: ServerLogin): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error ? reject(smtpError(error, server)) : resolve()));
  });
}
