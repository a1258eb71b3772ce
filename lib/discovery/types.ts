import type { ServerLogin } from '@/lib/net/types';

export interface Servers {
  kind: 'imap' | 'pop3';
  incoming: ServerLogin;
  outgoing: ServerLogin;
}

/** Who named the servers; `guess`: a usual name that answered with a good certificate. */
export type ServersSource = 'fixed' | 'preset' | 'autoconfig' | 'srv' | 'mx' | 'guess';

export interface FoundServers extends Servers {
  source: ServersSource;
  /** A preset, the operator or a certificate-checked answer of the domain itself named the host (design decision 8). */
  confirmed: boolean;
}

/** What a person must know about a provider before the password is typed. */
export interface Provider {
  id: string;
  name: string;
  signIn: 'password' | 'appPassword' | 'oauthOnly';
  appPasswordUrl?: string;
  settingsUrl?: string;
  /** Keys of sentences. */
  notes?: 'enableImap'[];
}

export interface Discovered {
  address: string;
  provider: Provider | null;
  /** Best first. */
  servers: FoundServers[];
}
