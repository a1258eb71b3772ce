/** Answers Cyrus' questions for passwords: saslauthd's protocol, four counted strings in, `OK` or `NO` out. */
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';

export async function startSaslauthd(path: string, passwords: ReadonlyMap<string, string>): Promise<Server> {
  const server = createServer((socket) => {
    let pending = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      const words = countedStrings(pending);
      if (words.length < 4) return;
      const [login = '', password = '', , realm = ''] = words;
      const known = passwords.get(login) ?? passwords.get(`${login}@${realm}`);
      const verdict = known === password ? 'OK' : 'NO';
      socket.end(Buffer.concat([Buffer.from([0, verdict.length]), Buffer.from(verdict)]));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  await chmod(path, 0o777);
  return server;
}

function countedStrings(bytes: Buffer): string[] {
  const words: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at);
    if (at + 2 + length > bytes.length) break;
    words.push(bytes.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return words;
}
