import { expect, test } from 'vitest';
import { Suggestions } from '@/lib/client/composer/suggest';
import { scripted } from '@/test/lib/client/fixture';

test('an answer is kept, and that nobody is known is asked again', async () => {
  const boris = { name: 'Boris', email: 'boris@example.org' };
  let known = [] as (typeof boris)[];
  const transport = scripted({ 'Address/suggest': () => ({ list: known }) });
  const suggestions = new Suggestions(transport, 'a');
  const { signal } = new AbortController();
  expect(await suggestions.of('bor', signal)).toEqual([]);
  known = [boris];
  expect(await suggestions.of('bor', signal)).toEqual([boris]);
  expect(await suggestions.of('Bor', signal)).toEqual([boris]);
  expect(suggestions.now('bori')).toEqual([boris]);
  expect(transport.log).toHaveLength(2);
});
