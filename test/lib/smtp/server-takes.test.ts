import { expect, test } from 'vitest';
import { announcedIn, takenOf } from '@/lib/smtp/server-takes';

test('what a server announces of its limits is read from EHLO (RFC 1870, RFC 9422)', () => {
  expect(announcedIn(['localhost', 'SIZE 35882577', 'LIMITS MAILMAX=5 RCPTMAX=20'])).toEqual({
    bytes: 35_882_577,
    recipients: 20,
  });
  expect(announcedIn(['SIZE 0', 'SIZES 5', 'LIMITS RCPTDOMAINMAX=3'])).toEqual({
    bytes: null,
    recipients: null,
  });
});

test.each([
  ['those accepted before the refusal are as many as it takes', 30, 50, '452 4.5.3 Too many recipients', 30],
  ['552 is meant so too', 10, 20, '552 5.5.3 Too many recipients', 10],
  ['a number that it names', 0, 50, '554 5.5.3 Too many recipients: at most 30', 30],
  ['no number: half of them is tried', 0, 51, '554 5.5.3 Too many recipients', 25],
  ['one recipient alone tells nothing', 0, 1, '452 4.5.3 Too many recipients', null],
  ['another reason tells nothing', 1, 2, '550 5.1.1 No such user', null],
])('R6: %s', (_why, accepted, asked, reply, most) => {
  const replies = Array.from({ length: asked }, (_, n) => ({
    address: `p${n}@example.org`,
    accepted: n < accepted,
    reply: n < accepted ? '250 2.1.5 Ok' : reply,
  }));
  expect(takenOf(replies)).toBe(most);
});
