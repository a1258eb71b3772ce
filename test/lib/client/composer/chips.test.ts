import { expect, test } from 'vitest';
import { added, chipText, committed, leftIn, pasted, removed, typed } from '@/lib/client/composer/chips';

const at = (email: string, name: string | null = null) => ({ name, email });
const none = { addresses: [], text: '' };

test('a comma, a semicolon or a space after a whole address makes a chip', () => {
  expect(typed(none, 'anna@example.org,')).toEqual({ addresses: [at('anna@example.org')], text: '' });
  expect(typed(none, 'anna@example.org ').addresses).toHaveLength(1);
  expect(typed(none, 'Anna ')).toEqual({ addresses: [], text: 'Anna ' });
});

test('a comma inside a quoted name ends nothing', () => {
  expect(typed(none, '"Lindqvist,').addresses).toEqual([]);
  expect(typed(none, '"Lindqvist, Anna" <anna@example.org>,').addresses).toEqual([
    at('anna@example.org', 'Lindqvist, Anna'),
  ]);
});

test('what is typed is never lost, malformed or not', () => {
  expect(committed({ addresses: [], text: 'broken' }).addresses).toEqual([at('broken')]);
});

test('of a list that is too long for a line the rest stays in the field, and is counted', () => {
  const people = Array.from({ length: 620 }, (_, n) => `p${n}@example.org`);
  const next = pasted({ addresses: [], text: '' }, people.join('\n'));
  expect(next?.addresses).toHaveLength(500);
  expect(leftIn(next?.text ?? '')).toBe(120);
  const later = committed({ addresses: next?.addresses ?? [], text: next?.text ?? '' });
  expect([later.addresses.length, leftIn(later.text)]).toEqual([500, 120]);
  expect(committed({ addresses: [], text: next?.text ?? '' })).toMatchObject({ text: '' });
});

test('a pasted list becomes chips, a pasted word stays to be edited', () => {
  const list = 'a@b.co; "C" <c@d.co>\ne@f.co';
  expect(pasted({ addresses: [at('a@b.co')], text: '' }, list)?.addresses.map(({ email }) => email)).toEqual([
    'a@b.co',
    'c@d.co',
    'e@f.co',
  ]);
  expect(pasted(none, 'Anna')).toBeNull();
});

test('nobody stands twice, and one goes without the others', () => {
  expect(added([at('a@b.co')], [at('A@B.co'), at('c@d.co')])).toHaveLength(2);
  expect(removed([at('a@b.co'), at('c@d.co')], 0)).toEqual([at('c@d.co')]);
});

test('a chip edited again reads the same', () => {
  const one = at('anna@example.org', 'Lindqvist, Anna "A"');
  expect(committed({ addresses: [], text: chipText(one) }).addresses).toEqual([one]);
});
