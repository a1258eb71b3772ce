import type { NetConfig } from '@/lib/net/guard';

/** Loopback servers are inside hosts: the operator allows them. */
export function netConfig(tlsCaFile: string | null = null): NetConfig {
  return {
    allowHosts: ['localhost', '127.0.0.1'],
    allowPorts: [],
    fixed: null,
    dnsServers: [],
    tlsCaFile,
    tlsPins: new Map(),
  };
}
