import { expect, test } from 'vitest';
import { InlineImages } from '@/lib/client/composer/inline-images';
import { parseMailto } from '@/lib/client/composer/mailto';
import { inputValue, momentOf, suggestedMoments } from '@/lib/client/composer/send-times';

test('a mailto link fills the fields that are harmless, and no others', () => {
  const link =
    'mailto:a@b.co,%22C%22%20%3Cc@d.co%3E?subject=Hi%20you&body=one%0D%0Atwo&cc=e@f.co&attach=/etc/passwd';
  expect(parseMailto(link)).toEqual({
    to: [
      { name: null, email: 'a@b.co' },
      { name: 'C', email: 'c@d.co' },
    ],
    cc: [{ name: null, email: 'e@f.co' }],
    bcc: [],
    subject: 'Hi you',
    text: 'one\ntwo',
  });
});

test('S17 a mailto link cannot smuggle a line into the subject', () => {
  expect(parseMailto('mailto:?subject=a%0D%0ABcc:%20x@y.zz').subject).toBe('a Bcc: x@y.zz');
  expect(parseMailto('mailto:%zz').to).toEqual([{ name: null, email: '%zz' }]);
});

test('pictures are named by their id in the mail, wherever they are shown from', () => {
  const images = new InlineImages();
  images.add('c1', 'blob:x');
  images.add('c1', 'https://h/d?type=a&b=c');
  expect(images.stored('<img src="blob:x"><img src="https://h/d?type=a&amp;b=c">')).toBe(
    '<img src="cid:c1"><img src="cid:c1">',
  );
});

test('moments to send at lie ahead, in the clock of the device', () => {
  const sunday = new Date(2026, 10, 22, 19);
  expect(suggestedMoments(sunday).map(({ name }) => name)).toEqual(['tomorrow']);
  const friday = new Date(2026, 10, 20, 9);
  expect(suggestedMoments(friday).map(({ at }) => inputValue(at))).toEqual([
    '2026-11-20T18:00',
    '2026-11-21T08:00',
    '2026-11-23T08:00',
  ]);
  expect(momentOf('2026-11-23T08:00')?.getTime()).toBe(new Date(2026, 10, 23, 8).getTime());
  expect(momentOf('')).toBeNull();
});
