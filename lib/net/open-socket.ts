/** A socket to a judged address, open or refused by the step that failed. */
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ConnectionError } from '@/lib/errors';
import { connectionError } from './errors';
import type { Route } from './guard';

/** TLS at once when the route says so. @throws ConnectionError, or what `signal` was aborted with */
export function openSocket(route: Route, milliseconds: number, signal?: AbortSignal): Promise<Socket> {
  const target = { host: route.address, port: route.port };
  if (route.security === 'tls')
    return opened(connectTls({ ...target, ...route.tls }), 'secureConnect', route, milliseconds, signal);
  return opened(connectPlain(target), 'connect', route, milliseconds, signal);
}

/** After the server's yes to STARTTLS. @throws ConnectionError */
export function secureSocket(plain: Socket, route: Route, milliseconds: number): Promise<Socket> {
  return opened(connectTls({ socket: plain, ...route.tls }), 'secureConnect', route, milliseconds);
}

function opened(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  route: Route,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      settle();
      // A late error of a socket that nobody waits for must not end the process.
      socket.on('error', () => undefined).destroy();
      reject(error);
    };
    const params = { host: route.host, port: route.port };
    const onError = (error: Error) => fail(connectionError(error, route));
    const onClose = () => fail(new ConnectionError('connectionLost', 'closed while connecting', { params }));
    const onAbort = () => fail(signal?.reason);
    const timer = setTimeout(
      () => fail(new ConnectionError('connectionTimeout', 'no connection', { params })),
      milliseconds,
    );
    const onOpen = () => {
      settle();
      resolve(socket);
    };
    const settle = () => {
      clearTimeout(timer);
      socket.off('error', onError).off('close', onClose).off(event, onOpen);
      signal?.removeEventListener('abort', onAbort);
    };
    socket.once('error', onError).once('close', onClose).once(event, onOpen);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
