/** A name server on loopback with a few records, for DNS_SERVERS (RFC 1035 §4). UDP only; unknown names do not exist. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

export interface SrvRecord {
  port: number;
  target: string;
  priority?: number;
}

export interface Zone {
  a?: Record<string, string>;
  mx?: Record<string, string[]>;
  srv?: Record<string, SrvRecord[]>;
}

export interface NameServer {
  /** For DNS_SERVERS. */
  address: string;
  stop(): Promise<void>;
}

const TYPE = { a: 1, mx: 15, srv: 33 };

export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => socket.send(reply(query, zone), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function reply(query: Buffer, zone: Zone): Buffer {
  const { name, end } = question(query);
  const type = query.readUInt16BE(end);
  const records = answers(name, type, zone).map((data) => record(type, data));
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(records.length > 0 ? 0x8180 : 0x8183, 2);
  head.writeUInt16BE(records.length, 6);
  head.fill(0, 8, 12);
  return Buffer.concat([head, query.subarray(12, end + 4), ...records]);
}

function question(query: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function answers(name: string, type: number, { a = {}, mx = {}, srv = {} }: Zone): Buffer[] {
  const address = a[name];
  if (type === TYPE.a && address) return [Buffer.from(address.split('.').map(Number))];
  if (type === TYPE.mx) return (mx[name] ?? []).map((host, at) => Buffer.concat([words(at), domain(host)]));
  if (type !== TYPE.srv) return [];
  return (srv[name] ?? []).map(({ port, target, priority = 0 }) =>
    Buffer.concat([words(priority, 1, port), domain(target)]),
  );
}

/** The name is a pointer to the question (RFC 1035 §4.1.4). */
function record(type: number, data: Buffer): Buffer {
  return Buffer.concat([words(0xc00c, type, 1, 0, 60, data.length), data]);
}

function domain(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.of(0),
  ]);
}

function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, at * 2);
  return bytes;
}
