/** What providers take in one message, by the name of their outgoing server, and as the server has told by itself. */
import type { Identity } from '@/lib/jmap/types';

interface ProviderLimits {
  recipients?: number;
  /** Of the message as it travels. */
  bytes?: number;
  /** Endings of file names that it refuses. */
  refused?: RegExp;
}

const MB = 1_000_000;
const PROGRAMS =
  /\.(?:ade|adp|bat|chm|cmd|com|cpl|exe|hta|ins|isp|jse|lib|mde|msc|msp|mst|pif|scr|sct|shb|sys|vb|vbe|vbs|vxd|wsc|wsf|wsh)$/i;

const PROVIDERS: readonly (ProviderLimits & { host: RegExp })[] = [
  { host: /(?:^|\.)mail\.ru$/i, recipients: 30, bytes: 30 * MB },
  { host: /(?:^|\.)yandex\.(?:ru|com|net)$/i, recipients: 35, bytes: 30 * MB },
  { host: /(?:^|\.)rambler\.ru$/i, bytes: 20 * MB },
  { host: /(?:^|\.)(?:gmail|googlemail)\.com$/i, recipients: 100, bytes: 25 * MB, refused: PROGRAMS },
];

/** By which server a sender's mail goes out, and what that one told. */
export interface Outgoing {
  host: string;
  sender: Pick<Identity, 'gatepost:maxRecipients' | 'gatepost:maxSize'> | null;
}

export function limitsOf({ host: name, sender }: Outgoing): ProviderLimits {
  const known: ProviderLimits = PROVIDERS.find(({ host }) => host.test(name)) ?? {};
  const recipients = sender?.['gatepost:maxRecipients'] ?? known.recipients;
  const sizes = [known.bytes, sender?.['gatepost:maxSize']].filter((size) => size != null);
  return {
    ...(known.refused ? { refused: known.refused } : {}),
    ...(recipients === undefined ? {} : { recipients }),
    ...(sizes.length > 0 ? { bytes: Math.min(...sizes) } : {}),
  };
}

/** Domains where strangers are neighbours: to be in one says nothing of belonging together. */
const PUBLIC =
  /^(?:gmail|googlemail|outlook|hotmail|live|yahoo|icloud|me|gmx|web|aol|proton|protonmail|fastmail|zoho|mail|inbox|bk|list|yandex|ya|narod|rambler|ro|lenta|myrambler|autorambler)\.[a-z.]{2,6}$/i;

export const isPublicDomain = (domain: string): boolean => PUBLIC.test(domain);

/** Base64 in lines of 76 (RFC 2045 §6.8): what a file weighs on its way. */
export const encodedSize = (size: number): number => Math.ceil((size * 78) / 57);
