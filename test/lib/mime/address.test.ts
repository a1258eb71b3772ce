import { describe, expect, test } from 'vitest';
import { asAddresses, asGroupedAddresses } from '@/lib/mime/address';
import { MAX_LIST } from '@/lib/mime/limits';

describe('one mailbox', () => {
  test.each([
    ['joe@x.org', null, 'joe@x.org'],
    ['<joe@x.org>', null, 'joe@x.org'],
    ['Joe Q. Public <joe@x.org>', 'Joe Q. Public', 'joe@x.org'],
    ['"Public, Joe \\"Q\\"" <joe@x.org>', 'Public, Joe "Q"', 'joe@x.org'],
    ['joe@x.org (Joe (the) Public)', 'Joe (the) Public', 'joe@x.org'],
    ['=?utf-8?Q?Jos=C3=A9?= <jose@x.org>', 'José', 'jose@x.org'],
    ['"=?utf-8?Q?Jos=C3=A9?=" <jose@x.org>', 'José', 'jose@x.org'],
    ['=?iso-8859-1?Q?M=FCller,_Hans_(x)?= <hans@x.org>', 'Müller, Hans (x)', 'hans@x.org'],
    ['=?utf-8?Q?a:_b;?= =?utf-8?Q?=C3=A9?= <a@x.org>', 'a: b;é', 'a@x.org'],
    ['Joe joe@x.org', 'Joe', 'joe@x.org'],
    ['<@relay,@b:joe@x.org>', null, 'joe@x.org'],
    ['"quoted local"@x.org', null, '"quoted local"@x.org'],
    ['Joe <joe@x.org', 'Joe', 'joe@x.org'],
    ['\r\n Joe\r\n\t<joe@x.org>', 'Joe', 'joe@x.org'],
    ['root', null, 'root'],
    ['Иван <иван@пример.рф>', 'Иван', 'иван@пример.рф'],
  ])('%s', (value, name, email) => expect(asAddresses(value)).toEqual([{ name, email }]));
});

test('lists and groups', () => {
  expect(asGroupedAddresses('a@x, A Group: b@x, C <c@x>;, d@x,, undisclosed-recipients:;')).toEqual([
    { name: null, addresses: [{ name: null, email: 'a@x' }] },
    {
      name: 'A Group',
      addresses: [
        { name: null, email: 'b@x' },
        { name: 'C', email: 'c@x' },
      ],
    },
    { name: null, addresses: [{ name: null, email: 'd@x' }] },
    { name: 'undisclosed-recipients', addresses: [] },
  ]);
  expect(asAddresses('')).toEqual([]);
});

test('S30: nothing is decoded inside an address, and an encoded name makes no second one', () => {
  expect(asAddresses('=?utf-8?Q?a=40evil.org=2C_?= <=?utf-8?Q?b?=@x.org>')).toEqual([
    { name: 'a@evil.org,', email: '=?utf-8?Q?b?=@x.org' },
  ]);
});

describe('S32: hostile lists take one pass and end at a limit', () => {
  test.each(['<', '"', '(', '()', 'a,', ':;', 'a:', '=?', ' a', '\\', 'a@b '])(
    '%j, 300,000 times',
    (piece) => {
      expect(asAddresses(piece.repeat(300_000)).length).toBeLessThanOrEqual(MAX_LIST);
    },
  );
});
