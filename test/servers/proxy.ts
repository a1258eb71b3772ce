/**
 * A TCP or TLS proxy in front of a real server that rewrites protocol lines (strips capabilities, response codes), cuts
 * sockets and goes silent: every tier of gateway.md 1 on one Dovecot. The way to the server is plain.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from './tls';
import { WireLines } from './wire-lines';

/** Sees each line without CRLF (literals pass untouched); gives it back, changed, or null to drop it. */
export type Rewrite = (line: string) => string | null;

export interface ProxyOptions {
  /** The plain port of the server. */
  upstreamPort: number;
  /** Given: clients speak TLS with the proxy; else plain. */
  tls?: Certificate;
  fromServer?: Rewrite;
  fromClient?: Rewrite;
}

export interface ImapProxy {
  port: number;
  /** Clients connected now, and ever. */
  open(): number;
  accepted(): number;
  /** Lines that clients sent, newest last. */
  sent(): string[];
  /** Breaks all connections without a goodbye. */
  cut(): void;
  /** Nothing passes any more in either direction, the sockets stay open. */
  freeze(frozen: boolean): void;
  /** New connections are closed at once. */
  refuse(refused: boolean): void;
  stop(): Promise<void>;
}

const KEPT_LINES = 2_000;

export async function startProxy(options: ProxyOptions): Promise<ImapProxy> {
  const pairs = new Set<[Socket, Socket]>();
  const lines: string[] = [];
  let accepted = 0;
  let frozen = false;
  let refused = false;

  const accept = (client: Socket) => {
    if (refused) return void client.destroy();
    accepted += 1;
    const server = connect(options.upstreamPort, '127.0.0.1');
    const pair: [Socket, Socket] = [client, server];
    pairs.add(pair);
    pump(server, client, options.fromServer ?? ((line) => line));
    pump(client, server, (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      return options.fromClient ? options.fromClient(line) : line;
    });
    for (const socket of pair) {
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
  };

  function pump(from: Socket, to: Socket, rewrite: Rewrite): void {
    const wire = new WireLines(rewrite);
    from.on('data', (chunk: Buffer) => {
      if (frozen) return;
      const bytes = wire.push(chunk);
      if (bytes.length > 0 && !to.write(bytes)) {
        from.pause();
        to.once('drain', () => from.resume());
      }
    });
    from.on('end', () => to.end());
  }

  const listener = options.tls
    ? createTlsServer(
        { cert: readFileSync(options.tls.certFile), key: readFileSync(options.tls.keyFile) },
        accept,
      )
    : createServer(accept);
  listener.on('tlsClientError', () => undefined);
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: address.port,
    open: () => pairs.size,
    accepted: () => accepted,
    sent: () => [...lines],
    cut,
    freeze: (value) => {
      frozen = value;
    },
    refuse: (value) => {
      refused = value;
    },
    async stop() {
      cut();
      await new Promise((done) => listener.close(done));
    },
  };
}

/** Takes words out of every capability list: `withoutCapabilities('MOVE', 'CONDSTORE')`. */
export function withoutCapabilities(...names: string[]): Rewrite {
  const gone = new Set(names.map((name) => name.toUpperCase()));
  return (line) => {
    if (!/^\* CAPABILITY |\[CAPABILITY /i.test(line)) return line;
    const keep = (list: string) =>
      list
        .split(' ')
        .filter((word) => !gone.has(word.toUpperCase()))
        .join(' ');
    return line.replace(/CAPABILITY [^\]]*/i, keep);
  };
}

/** A bare IMAP4rev1 server (gateway.md 1, tier E): no extensions, and no UIDs in the answers to APPEND and COPY. */
export const bareImap: Rewrite = (line) => {
  if (/^\* CAPABILITY |\[CAPABILITY /i.test(line)) {
    return line.replace(/CAPABILITY [^\]]*/i, 'CAPABILITY IMAP4rev1 AUTH=PLAIN');
  }
  return line.replace(/\[(?:APPENDUID|COPYUID|HIGHESTMODSEQ)[^\]]*\] ?/i, '');
};
