/**
 * What the envelope is to ask for is no part of a message (RFC 3461, RFC 8689): in a draft on the server it stands in a field of our
 * own, which no server that it is sent to gets to see (lib/mime/private-fields).
 */
import type { Draft } from './draft';

export const SEND_FIELD = 'X-Gatepost-Send';

type Wishes = Pick<Draft, 'deliveryReceipt' | 'requireTls'>;

const WORDS = { deliveryReceipt: 'delivery-receipt', requireTls: 'require-tls' } as const;

export function sendWishes({ deliveryReceipt, requireTls }: Wishes): string {
  return [
    ...(deliveryReceipt ? [WORDS.deliveryReceipt] : []),
    ...(requireTls ? [WORDS.requireTls] : []),
  ].join(', ');
}

export function wishesIn(value: string): Required<Wishes> {
  const words = value.toLowerCase().split(/[\s,]+/);
  return {
    deliveryReceipt: words.includes(WORDS.deliveryReceipt),
    requireTls: words.includes(WORDS.requireTls),
  };
}
