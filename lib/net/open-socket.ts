/** A socket to a judged address, open or refused by the step that failed. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectionError } from '@/lib/errors';
import { connectionError } from './errors';
import type { Route } from './guard';

/** TLS at once when the route says so. @throws ConnectionError */
export function openSocket(route: Route, milliseconds: number): Promise<Socket> {
  const target = { host: route.address, port: route.port };
  if (route.security === 'tls')
    return settled(connectTls({ ...target, ...route.tls }), 'secureConnect', route, milliseconds);
  return settled(connectPlain(target), 'connect', route, milliseconds);
}

/** After the server's yes to STARTTLS. @throws ConnectionError */
export function secureSocket(plain: Socket, route: Route, milliseconds: number): Promise<Socket> {
  return settled(connectTls({ socket: plain, ...route.tls }), 'secureConnect', route, milliseconds);
}

async function settled(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  route: Route,
  milliseconds: number,
): Promise<Socket> {
  const params = { host: route.host, port: route.port };
  const late = new ConnectionError('connectionTimeout', 'no connection', { params });
  const timer = setTimeout(() => socket.destroy(late), milliseconds);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(event, resolve);
      socket.once('error', reject);
      socket.once('close', () =>
        reject(new ConnectionError('connectionLost', 'closed while connecting', { params })),
      );
    });
    return socket;
  } catch (error) {
    // A late error of a socket that nobody waits for must not end the process.
    socket.on('error', () => undefined).destroy();
    throw error instanceof ConnectionError || !(error instanceof Error)
      ? error
      : connectionError(error, route);
  } finally {
    clearTimeout(timer);
    socket.removeAllListeners('error').removeAllListeners('close').removeAllListeners(event);
  }
}
