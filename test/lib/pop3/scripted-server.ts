/** A POP3 server that says what no real one would: each command's answer is given by the test. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

/** An answer may be cut into packets; `drop` ends the connection after the bytes. */
export type Answer = string | { packets: string[]; drop?: boolean };

export interface ScriptedServer {
  port: number;
  commands: string[];
  close(): Promise<void>;
}

export async function scriptedServer(
  answer: (command: string, session: number) => Answer,
  greeting: Answer = '+OK ready\r\n',
  tls?: { cert: Buffer; key: Buffer },
  port = 0,
): Promise<ScriptedServer> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let sessions = 0;
  const serve = (socket: Socket) => {
    const session = ++sessions;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let rest = '';
    let turn = say(socket, greeting);
    socket.on('data', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        commands.push(line);
        turn = turn.then(() => say(socket, answer(line, session)));
      }
    });
  };
  const options = { noDelay: true };
  const server = tls ? createTlsServer({ ...options, ...tls }, serve) : createServer(options, serve);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was bound');
  return {
    port: address.port,
    commands,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

async function say(socket: Socket, answer: Answer): Promise<void> {
  const packets = typeof answer === 'string' ? [answer] : answer.packets;
  for (const packet of packets) {
    if (socket.destroyed) return;
    await new Promise<void>((sent) => socket.write(packet, 'latin1', () => sent()));
    // The next packet leaves only after the client's side had a turn to read this one.
    await new Promise((turn) => setTimeout(turn, packets.length > 1 ? 5 : 0));
  }
  if (typeof answer !== 'string' && answer.drop) socket.destroy();
}
