import { expect, it } from 'vitest';
import { decodeMailboxName, encodeMailboxName } from '@/lib/imap/mailbox-name';

it.each([
  ['Entwürfe', 'Entw&APw-rfe'],
  ['R&D', 'R&-D'],
  ['~peter/mail/台北/日本語', '~peter/mail/&U,BTFw-/&ZeVnLIqe-'],
  ['📬', '&2D3c7A-'],
  ['&AOk-', '&-AOk-'],
])('%s is %s on the wire (RFC 3501 §5.1.3)', (name, wire) => {
  expect(encodeMailboxName(name)).toBe(wire);
  expect(decodeMailboxName(wire)).toBe(name);
});
