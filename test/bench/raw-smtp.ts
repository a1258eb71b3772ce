/** A submission (RFC 6409) with nothing around it. */
import { Wire } from './wire';

interface RawSubmission {
  port: number;
  ca: Buffer;
  user: string;
  password: string;
}

/** Connects, signs in, sends and leaves: what one mail costs without Gatepost. */
export async function submit(
  { port, ca, user, password }: RawSubmission,
  to: string,
  message: Buffer,
): Promise<void> {
  const wire = await Wire.connect({ port, ca });
  const say = async (bytes: Buffer | string, wanted: string) => {
    const answer = await wire.exchange(bytes, (tail) => /\r\n\d{3} [^\r\n]*\r\n$/.test(tail));
    const last = answer.toString('latin1').trim().split('\r\n').at(-1) ?? '';
    if (!last.startsWith(wanted)) throw new Error(`SMTP: ${last}`);
  };
  await say('', '220');
  await say('EHLO localhost\r\n', '250');
  await say(`AUTH PLAIN ${Buffer.from(`\0${user}\0${password}`).toString('base64')}\r\n`, '235');
  await say(`MAIL FROM:<${user}>\r\n`, '250');
  await say(`RCPT TO:<${to}>\r\n`, '250');
  await say('DATA\r\n', '354');
  // The generated mail has no line that begins with a dot.
  await say(Buffer.concat([message, Buffer.from('\r\n.\r\n')]), '250');
  await say('QUIT\r\n', '221');
  wire.close();
}
