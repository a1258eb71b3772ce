/** Names of the HTTP digest registry, and node's. */
export const DIGESTS: Record<string, string> = { sha: 'sha1', 'sha-256': 'sha256', 'sha-512': 'sha512' };
