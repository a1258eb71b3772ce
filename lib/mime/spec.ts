/** What `composeEmail` is given. */
import type { Readable } from 'node:stream';
import type { EmailAddress } from '@/lib/jmap/types';
import type { EmailAddressGroup } from './types';

export type HeaderValue =
  | { form: 'raw' | 'text' | 'date'; value: string }
  | { form: 'addresses'; value: EmailAddress[] }
  | { form: 'groupedAddresses'; value: EmailAddressGroup[] }
  | { form: 'messageIds' | 'urls'; value: string[] };

export type HeaderSpec = { name: string } & HeaderValue;

export interface PartSpec {
  /** `multipart/*` has `parts`, everything else has `content`. */
  type: string;
  parts?: PartSpec[];
  /** A string is text and gets a charset and a transfer encoding; bytes are sent as they are, in base64. */
  content?: string | Uint8Array | Readable;
  charset?: string | null;
  name?: string | null;
  disposition?: string | null;
  cid?: string | null;
  language?: string[] | null;
  location?: string | null;
  /** Further headers of this part; never Content-Transfer-Encoding. */
  headers?: HeaderSpec[];
  /** text/plain only: RFC 3676 format=flowed. */
  flowed?: boolean;
}

export interface EmailSpec {
  /** In the order in which they are written. Message-ID, Date and MIME-Version are added when absent. */
  headers: HeaderSpec[];
  body: PartSpec;
  /** Right side of a Message-ID that we make. */
  hostname: string;
  /** Bytes; MAX_COMPOSED if absent. */
  maxSize?: number;
}
