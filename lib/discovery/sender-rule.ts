/** Whom a provider's outgoing server is known to take in From; where nothing is known the server decides. */
import { type Preset, presetForHost } from './presets';

export interface Sending {
  /** Of the outgoing server. */
  host: string;
  /** The address of the account that signs in there. */
  address: string;
}

export function takesSender({ host, address }: Sending, from: string): boolean {
  const preset = presetForHost(host);
  if (!preset?.from) return true;
  const [own, wanted] = [address.toLowerCase(), from.toLowerCase()];
  if (own === wanted) return true;
  return preset.from === 'mailbox' && isSameMailbox(preset, own, wanted);
}

function isSameMailbox({ domains }: Preset, own: string, wanted: string): boolean {
  const [a, b] = [parts(own), parts(wanted)];
  return (
    a.local === b.local && (a.domain === b.domain || [a, b].every(({ domain }) => domains.includes(domain)))
  );
}

/** Yandex reads a dot and a hyphen as the same. */
function parts(address: string): { local: string; domain: string } {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '-');
  return { local, domain: address.slice(at + 1) };
}
