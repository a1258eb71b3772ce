/** Parsers of single configuration values: text in, value out, or a zod issue that says what was expected. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Endpoint, Security } from '@/lib/net/types';

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/i;
const SIZE = /^(\d{1,12})\s*(b|kb|mb|gb)?$/i;
const UNITS = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

export const isHostName = (text: string): boolean => HOST_NAME.test(text) && !/^[\d.]+$/.test(text);
export const isAddressOrRange = (text: string): boolean => isIP(text) !== 0 || ipaddr.isValidCIDR(text);

/** True for hosts that only this machine can reach. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return isIP(host) !== 0 && ipaddr.parse(host).range() === 'loopback';
}

export const words = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** Makes a zod schema of a parser that throws a RangeError with the expectation. */
export function parsed<T>(parse: (text: string) => T) {
  return z.string().transform((text, context): T => {
    try {
      return parse(text.trim());
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
}

export function listOf(expected: string, valid: (word: string) => boolean) {
  return parsed((text) => {
    const bad = words(text).find((word) => !valid(word));
    if (bad !== undefined)
      throw new RangeError(`must be a list of ${expected}, and ${JSON.stringify(bad)} is not one`);
    return words(text.toLowerCase());
  });
}

export const port = parsed((text) => portNumber(text));

function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65_535) {
    throw new RangeError(`must be a port from 1 to 65535, and ${JSON.stringify(text)} is not one`);
  }
  return value;
}

export const ports = parsed((text) => words(text).map(portNumber));

export const onOff = parsed((text) => {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new RangeError(`must be "on" or "off", not ${JSON.stringify(text)}`);
});

export const byteSize = parsed((text) => {
  const match = SIZE.exec(text);
  if (!match) throw new RangeError(`must be a size such as "50 MB", not ${JSON.stringify(text)}`);
  const unit = (match[2] ?? 'b').toLowerCase() as keyof typeof UNITS;
  const bytes = Number(match[1]) * UNITS[unit];
  if (bytes < UNITS.mb || !Number.isSafeInteger(bytes)) throw new RangeError('must be at least 1 MB');
  return bytes;
});

export const secretKey = parsed((text) => keyBytes(text));
export const secretKeys = parsed((text) => words(text).map(keyBytes));

/** 32 random bytes, base64. A text someone typed repeats its bytes; random bytes hardly do (security.md S24). */
function keyBytes(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (!/^[\w+/-]+={0,2}$/.test(text) || key.length !== 32)
    throw new RangeError('must be 32 random bytes in base64');
  if (new Set(key).size < 16 || /^[\x20-\x7e]+$/.test(key.toString('latin1'))) {
    throw new RangeError('must be random: make one with "openssl rand -base64 32"');
  }
  return key;
}

/** `host=fingerprint`, fingerprint = SHA-256 of the certificate in hex, colons allowed. */
export const pins = parsed((text) => {
  const entries = words(text).map((word): [string, string] => {
    const [host = '', print = ''] = word.split('=', 2);
    const hex = print.replaceAll(':', '').toLowerCase();
    if (!(isHostName(host) || isIP(host)) || !/^[0-9a-f]{64}$/.test(hex)) {
      throw new RangeError('must be a list of host=fingerprint with the SHA-256 of the certificate in hex');
    }
    return [host.toLowerCase(), hex];
  });
  return new Map(entries);
});

const DEFAULT_PORTS = { imap: [143, 993], pop3: [110, 995], smtp: [587, 465], sieve: [4190, 4190] } as const;

/** `imaps://host:993`, `imap://host:143?security=starttls` and the like. */
export function endpoint(protocol: keyof typeof DEFAULT_PORTS) {
  const expected = `must be a URL such as ${protocol}s://mail.example.org or ${protocol}://mail.example.org?security=starttls`;
  return parsed((text): Endpoint => {
    const url = URL.canParse(text) ? new URL(text) : null;
    const implicit = url?.protocol === `${protocol}s:`;
    if (!url?.hostname || !(implicit || url.protocol === `${protocol}:`)) throw new RangeError(expected);
    if (url.username || url.password || !['', '/'].includes(url.pathname)) {
      throw new RangeError(`${expected}, without user, password or path`);
    }
    const security = url.searchParams.get('security') ?? (implicit ? 'tls' : 'starttls');
    if (!isSecurity(security) || (implicit && security !== 'tls')) {
      throw new RangeError(
        `cannot have security=${security}: ${protocol}s is "tls", ${protocol} takes "tls", "starttls" or "none"`,
      );
    }
    const [plainPort, tlsPort] = DEFAULT_PORTS[protocol];
    const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
    return { host, port: Number(url.port) || (security === 'tls' ? tlsPort : plainPort), security };
  });
}

function isSecurity(text: string): text is Security {
  return text === 'tls' || text === 'starttls' || text === 'none';
}
