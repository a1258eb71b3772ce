import { expect, it } from 'vitest';
import { accountSettings, mergeAccountSettings } from '@/lib/account/settings';

it('roles by hand are given and taken back one by one', () => {
  const one = mergeAccountSettings('{}', { imap: { roles: { sent: 'b1', junk: 'b2' } } });
  const two = mergeAccountSettings(one, { imap: { roles: { junk: null }, windowDays: 90 } });
  expect(accountSettings(two).imap).toEqual({ roles: { sent: 'b1' }, windowDays: 90, watched: [] });
  expect(
    accountSettings(mergeAccountSettings(two, { imap: { windowDays: null, watched: ['b3'] } })).imap,
  ).toEqual({
    roles: { sent: 'b1' },
    windowDays: null,
    watched: ['b3'],
  });
});

it.each([
  { roles: { inbox: 'b1' } },
  { windowDays: 0 },
  { watched: Array.from({ length: 11 }, (_, n) => `b${n}`) },
])('refuses %j', (imap) => {
  expect(() => mergeAccountSettings('{}', { imap })).toThrow(
    expect.objectContaining({ code: 'invalidArguments' }),
  );
});

it('an account is in "All inboxes" and its mail is told, until that is switched off', () => {
  expect(accountSettings('{}')).toMatchObject({ inAllInboxes: true, notify: true });
  const off = mergeAccountSettings('{}', { inAllInboxes: false });
  expect(accountSettings(off)).toMatchObject({ inAllInboxes: false, notify: true });
  const silent = mergeAccountSettings(off, { notify: false });
  expect(accountSettings(silent)).toMatchObject({ inAllInboxes: false, notify: false });
  expect(() => mergeAccountSettings('{}', { notify: 'yes' })).toThrow(
    expect.objectContaining({ code: 'invalidArguments' }),
  );
});
