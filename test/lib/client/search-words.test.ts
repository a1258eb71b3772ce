import { describe, expect, it } from 'vitest';
import { searchFilter } from '@/lib/client/search-words';

const utc = (...date: [number, number, number]) => new Date(...date).toISOString().replace('.000Z', 'Z');

describe('what is typed into the search', () => {
  it('is words', () => {
    expect(searchFilter('Договор  на 2025 год')).toEqual({ text: 'Договор на 2025 год' });
  });

  it('narrows by sender, attachment and year', () => {
    expect(searchFilter('from:lena has:file 2025')).toEqual({
      from: 'lena',
      hasAttachment: true,
      after: utc(2025, 0, 1),
      before: utc(2026, 0, 1),
    });
  });

  it('takes quoted names, Russian words, and words besides', () => {
    expect(searchFilter('от:"Лена Иванова" есть:вложения смета')).toEqual({
      from: 'Лена Иванова',
      hasAttachment: true,
      text: 'смета',
    });
  });

  it('knows marks and dates', () => {
    expect(searchFilter('is:unread after:2025-03 before:2025-04-09')).toEqual({
      notKeyword: '$seen',
      after: utc(2025, 2, 1),
      before: utc(2025, 3, 9),
    });
  });

  it('leaves what only looks like a condition as words', () => {
    expect(searchFilter('re: hello at 12:30 http://example.com has:fun')).toEqual({
      text: 're: hello at 12:30 http://example.com has:fun',
    });
  });

  it('S32: is linear in its input', () => {
    const started = performance.now();
    searchFilter('from:"'.repeat(20_000));
    searchFilter('a:'.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
