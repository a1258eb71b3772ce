import { describe, expect, it } from 'vitest';
import { command, saslPlain, saslResponse, saslXoauth2 } from '@/lib/pop3/serializer';

describe('POP3 serializer', () => {
  it('writes commands with their arguments', () => {
    expect(command('TOP', 3, 0).toString()).toBe('TOP 3 0\r\n');
    expect(command('PASS', 'two words').toString()).toBe('PASS two words\r\n');
  });

  it.each(['\r', '\n', '\0', 'x\r\nDELE 1'])('S16: refuses %j in an argument', (bad) => {
    expect(() => command('USER', bad)).toThrow(expect.objectContaining({ code: 'invalidArguments' }));
  });

  it('counts bytes, not characters: 255 octets are a line, 256 are not', () => {
    const room = 255 - 'USER \r\n'.length;
    expect(command('USER', 'x'.repeat(room))).toHaveLength(255);
    expect(() => command('USER', `${'x'.repeat(room - 1)}é`)).toThrow(/too long/);
  });

  it('S16: base64 keeps line breaks of a password off the wire, NUL is refused', () => {
    const response = saslResponse(saslPlain('ann', 'a\r\nb')).toString();
    expect(response).toBe(`${Buffer.from('\0ann\0a\r\nb').toString('base64')}\r\n`);
    expect(() => saslPlain('ann', 'a\0b')).toThrow(/NUL/);
  });

  it('writes XOAUTH2 and refuses its separator in the parts', () => {
    expect(saslXoauth2('ann', 't0ken').toString()).toBe('user=ann\x01auth=Bearer t0ken\x01\x01');
    expect(() => saslXoauth2('a\x01auth=Bearer x', 't')).toThrow(/\^A/);
  });
});
