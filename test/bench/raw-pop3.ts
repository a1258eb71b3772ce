/** POP3 (RFC 1939) as fast as it goes: every message retrieved in pipelined windows (RFC 2449 §6.6), then thrown away. */
import { Wire } from './wire';

const WINDOW = 100;
const END_OF_MESSAGE = '\r\n.\r\n';

/** @returns how many messages came */
export async function retrieveAll(port: number, user: string, password: string): Promise<number> {
  const wire = await Wire.connect({ port });
  const line = async (text: string) => {
    const answer = await wire.exchange(text, (tail) => /\r\n[+-][^\r\n]*\r\n$/.test(tail));
    if (!answer.toString('latin1').startsWith('+OK')) throw new Error(`POP3: ${answer}`);
    return answer.toString('latin1');
  };
  await line('');
  await line(`USER ${user}\r\n`);
  await line(`PASS ${password}\r\n`);
  const total = Number((await line('STAT\r\n')).split(' ')[1]);
  for (let first = 1; first <= total; first += WINDOW) {
    const count = Math.min(WINDOW, total - first + 1);
    const commands = Array.from({ length: count }, (_, i) => `RETR ${first + i}\r\n`);
    await wire.exchange(commands.join(''), countsTo(count));
  }
  await line('QUIT\r\n');
  wire.close();
  return total;
}

function countsTo(count: number): (tail: string, chunk: Buffer) => boolean {
  let missing = count;
  let carried = '';
  return (_tail, chunk) => {
    const text = carried + chunk.toString('latin1');
    missing -= text.split(END_OF_MESSAGE).length - 1;
    carried = text.slice(-(END_OF_MESSAGE.length - 1));
    return missing <= 0;
  };
}
