import { expect, test } from 'vitest';
import { sendingLimitOf } from '@/lib/smtp/sending-limit';

test.each([
  ['550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to', 4],
  ['451 4.7.1 Ratelimit exceeded for mailbox', 1],
  ['554 5.2.0 STOREDRV.Submission.Exception:SendQuotaExceeded', 1],
  ['550 Domain example.org has exceeded the max emails per hour (102/100) allowed. Message discarded.', 1],
  ['553 5.7.1 Hourly quota reached, try again in 2 hours', 2],
  ['450 4.7.0 Too many messages, wait 5 minutes', 1 / 12],
  ['421 4.7.0 Sending rate exceeded, retry after 10 seconds', 1 / 60],
])('%s', (reply, hours) => {
  expect(sendingLimitOf(reply)).toBe(hours * 3_600);
});

test.each([
  '552 5.2.2 Mailbox quota exceeded, message rejected',
  '450 4.2.1 The recipient is receiving mail at a rate that exceeds the hourly limit',
  '552 5.3.4 Message size exceeds fixed limit',
  '550 5.1.1 No such user',
  '451 4.7.1 Greylisted, come again in 5 minutes',
])('is no limit of the sender: %s', (reply) => {
  expect(sendingLimitOf(reply)).toBeNull();
});
