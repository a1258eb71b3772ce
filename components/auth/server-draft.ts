/** The server settings as they stand in the form: ports are text while they are typed. */
import type { Security, Servers } from '@/lib/client/control/types';

export interface EndpointDraft {
  host: string;
  port: string;
  security: Security;
  user: string;
}

export interface ServersDraft {
  kind: Servers['kind'];
  incoming: EndpointDraft;
  outgoing: EndpointDraft;
}

export type Protocol = 'imap' | 'pop3' | 'smtp';

/** RFC 8314 and its clear-text siblings. */
const PORTS: Record<Protocol, Record<Security, string>> = {
  imap: { tls: '993', starttls: '143', none: '143' },
  pop3: { tls: '995', starttls: '110', none: '110' },
  smtp: { tls: '465', starttls: '587', none: '587' },
};

export const emptyServers = (address: string): ServersDraft => ({
  kind: 'imap',
  incoming: { host: '', port: PORTS.imap.tls, security: 'tls', user: address },
  outgoing: { host: '', port: PORTS.smtp.tls, security: 'tls', user: address },
});

export const draftOf = ({ kind, incoming, outgoing }: Servers): ServersDraft => ({
  kind,
  incoming: { ...incoming, port: String(incoming.port) },
  outgoing: { ...outgoing, port: String(outgoing.port) },
});

export const serversOf = ({ kind, incoming, outgoing }: ServersDraft): Servers => ({
  kind,
  incoming: loginOf(incoming),
  outgoing: loginOf(outgoing),
});

export const loginOf = (draft: EndpointDraft) => ({
  ...draft,
  host: draft.host.trim(),
  user: draft.user.trim(),
  port: Number(draft.port),
});

/** A new way of securing brings its own port, unless the user typed one of their own. */
export function withSecurity(draft: EndpointDraft, protocol: Protocol, security: Security): EndpointDraft {
  const usual = draft.port === '' || Object.values(PORTS[protocol]).includes(draft.port);
  return { ...draft, security, port: usual ? PORTS[protocol][security] : draft.port };
}

export function withKind(draft: ServersDraft, kind: Servers['kind']): ServersDraft {
  const usual = Object.values(PORTS[draft.kind]).includes(draft.incoming.port);
  const port = usual ? PORTS[kind][draft.incoming.security] : draft.incoming.port;
  return { ...draft, kind, incoming: { ...draft.incoming, port } };
}

export type DraftFault = 'required' | 'badPort';
export type EndpointFaults = Partial<Record<'host' | 'port' | 'user', DraftFault>>;

export function faultsOf(draft: EndpointDraft): EndpointFaults {
  const port = Number(draft.port);
  return {
    ...(draft.host.trim() === '' && { host: 'required' as const }),
    ...(draft.user.trim() === '' && { user: 'required' as const }),
    ...(!(Number.isInteger(port) && port > 0 && port < 65_536) && { port: 'badPort' as const }),
  };
}
