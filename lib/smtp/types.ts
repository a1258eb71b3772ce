import type { MailError } from '@/lib/errors';
import type { ServerTakes } from './server-takes';
import type { WireLine } from './transcript';

export interface SmtpEnvelope {
  from: string;
  to: string[];
  /** Bytes of the message, for SIZE. */
  size: number;
  /** Left out where the server has no DSN (RFC 3461). */
  dsn?: DeliveryNotice | null;
  /** Only over TLS, all the way (RFC 8689); a server that cannot promise that gets nothing. */
  requireTls?: boolean;
}

/** Which notices the sender wants, of success, failure, delay. */
export interface DeliveryNotice {
  /** How much of the message a notice gives back: `FULL`, `HDRS`. */
  ret: string | null;
  /** Comes back in the notices. */
  envid: string | null;
  notify: string[];
}

export interface RecipientReply {
  address: string;
  accepted: boolean;
  /** `250 2.1.5 Ok` or the refusal, one line. */
  reply: string;
}

/** `uncertain`: the connection ended after 354 without a final reply. */
export type SubmitOutcome = (
  | { kind: 'accepted'; reply: string; recipients: RecipientReply[] }
  | { kind: 'refused'; temporary: boolean; error: MailError; recipients: RecipientReply[] }
  | { kind: 'uncertain'; error: MailError; recipients: RecipientReply[] }
) & {
  /** What was said of it; missing when it never came to that. */
  said?: WireLine[];
  /** What the server announced; missing as above. */
  takes?: ServerTakes;
};
