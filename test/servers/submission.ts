/** The outgoing server of the end-to-end tests: implicit TLS, sign-in, and delivery into the Maildirs of a Dovecot. */
import { readFile } from 'node:fs/promises';
import { SMTPServer } from 'smtp-server';
import type { DovecotServer } from './dovecot';
import { freePorts } from './ports';

export interface Submission {
  port: number;
  /** Messages taken, in order. */
  accepted: { from: string; to: string[]; raw: string }[];
  stop(): Promise<void>;
}

/** `users`: name -> password; only they may send, and only to each other. */
export async function startSubmission(
  dovecot: DovecotServer,
  users: Record<string, string>,
): Promise<Submission> {
  const [port = 0] = await freePorts(1);
  const accepted: Submission['accepted'] = [];
  const server = new SMTPServer({
    secure: true,
    cert: await readFile(dovecot.tls.certFile),
    key: await readFile(dovecot.tls.keyFile),
    disableReverseLookup: true,
    size: 60 * 1024 * 1024,
    onAuth(auth, _session, done) {
      const known = auth.username !== undefined && users[auth.username] === auth.password;
      done(known ? null : new Error('Authentication failed'), known ? { user: auth.username } : undefined);
    },
    onRcptTo(address, _session, done) {
      const known = address.address in users;
      done(known ? null : Object.assign(new Error('5.1.1 No such user here'), { responseCode: 550 }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks);
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        await Promise.all(to.map((user) => dovecot.deliver(user, raw)));
        accepted.push({ from, to, raw: raw.toString('latin1') });
        done(null, 'OK: queued');
      });
    },
  });
  // A client that does not trust the certificate breaks the handshake: no error of the test.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { port, accepted, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}
