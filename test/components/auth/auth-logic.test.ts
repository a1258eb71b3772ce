import { describe, expect, it } from 'vitest';
import { domainOf, fullAddress } from '@/components/auth/address';
import { forgetServers, knownServers, rememberServers } from '@/components/auth/known-servers';
import { safePath } from '@/components/auth/safe-path';
import {
  draftOf,
  emptyServers,
  faultsOf,
  serversOf,
  withKind,
  withSecurity,
} from '@/components/auth/server-draft';
import type { Servers } from '@/lib/client/control/types';

describe('S29 safePath', () => {
  it.each([
    ['/mail/a/b?folders', '/mail/a/b?folders'],
    ['/settings', '/settings'],
    ['/mail/../settings', '/settings'],
  ])('%s leads there', (wish, path) => {
    expect(safePath(wish)).toBe(path);
  });

  it.each([
    null,
    '',
    'https://evil.example/',
    '//evil.example/',
    '/\\evil.example/',
    '/\t/evil.example/',
    '/.//evil.example',
    'javascript:alert(1)',
    'mail',
    '/sign-in?next=/sign-in',
    '/api/sessions',
  ])('%s leads to the mailbox', (wish) => {
    expect(safePath(wish)).toBe('/mail');
  });
});

describe('addresses', () => {
  it.each([
    ['anna@example.org', 'example.org'],
    [' anna@почта.рф ', 'почта.рф'],
    ['anna@localhost', null],
    ['anna@', null],
    ['@example.org', null],
    ['a b@example.org', null],
    ['anna@example..org', null],
  ])('%s has domain %s', (address, domain) => {
    expect(domainOf(address)).toBe(domain);
  });
  it('a bare name gets the operator’s domain', () => {
    expect(fullAddress(' anna ', 'example.org')).toBe('anna@example.org');
    expect(fullAddress('anna@other.org', 'example.org')).toBe('anna@other.org');
    expect(fullAddress('', 'example.org')).toBe('');
  });
});

const SERVERS: Servers = {
  kind: 'imap',
  incoming: { host: 'imap.example.org', port: 993, security: 'tls', user: 'anna' },
  outgoing: { host: 'smtp.example.org', port: 465, security: 'tls', user: 'anna' },
};

describe('server settings', () => {
  it('come back as they went in', () => {
    expect(serversOf(draftOf(SERVERS))).toEqual(SERVERS);
  });
  it('a new security brings its port, a port of one’s own stays', () => {
    const { incoming } = emptyServers('anna@example.org');
    expect(withSecurity(incoming, 'imap', 'starttls').port).toBe('143');
    expect(withSecurity({ ...incoming, port: '1993' }, 'imap', 'starttls').port).toBe('1993');
  });
  it('POP3 has its own port', () => {
    expect(withKind(emptyServers(''), 'pop3').incoming.port).toBe('995');
  });
  it.each(['0', '65536', '99x', '', '1.5'])('port %s is told', (port) => {
    expect(faultsOf({ host: 'a', user: 'b', security: 'tls', port })).toEqual({ port: 'badPort' });
  });
  it('what is empty is told', () => {
    expect(faultsOf({ host: ' ', user: '', security: 'tls', port: '993' })).toEqual({
      host: 'required',
      user: 'required',
    });
  });
});

class MemoryStorage implements Storage {
  #items = new Map<string, string>();
  get length() {
    return this.#items.size;
  }
  clear = () => this.#items.clear();
  key = (index: number) => [...this.#items.keys()][index] ?? null;
  getItem = (key: string) => this.#items.get(key) ?? null;
  removeItem = (key: string) => void this.#items.delete(key);
  setItem = (key: string, value: string) => void this.#items.set(key, value);
}

describe('known servers', () => {
  it('S35: keeps hosts and never a password', () => {
    const storage = new MemoryStorage();
    rememberServers('Anna@example.org', { ...SERVERS, password: 'secret' } as Servers, storage);
    expect(knownServers('anna@EXAMPLE.org', storage)).toEqual(SERVERS);
    expect(storage.getItem('gatepost-servers')).not.toContain('secret');
  });
  it('forgets one and keeps at most eight', () => {
    const storage = new MemoryStorage();
    for (let n = 0; n < 10; n++) rememberServers(`user${n}@example.org`, SERVERS, storage);
    expect(knownServers('user1@example.org', storage)).toBeUndefined();
    expect(knownServers('user9@example.org', storage)).toEqual(SERVERS);
    forgetServers('user9@example.org', storage);
    expect(knownServers('user9@example.org', storage)).toBeUndefined();
    expect(knownServers('user8@example.org', storage)).toEqual(SERVERS);
  });
  it.each(['', 'null', '[[', '[[1,2]]', '[["a@b.c",{}]]', '[["a@b.c",null]]'])(
    'takes %s for nothing',
    (text) => {
      const storage = new MemoryStorage();
      storage.setItem('gatepost-servers', text);
      expect(knownServers('a@b.c', storage)).toBeUndefined();
    },
  );
});
