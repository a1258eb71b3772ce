import { JmapFault } from '@/lib/client/jmap';
import type { SetError } from '@/lib/jmap/types';

/** Why one object of a /set was refused (RFC 8620 §5.3), with the server's words. */
export function setFault(error: SetError): JmapFault {
  return new JmapFault(
    error['gatepost:code'] ?? error.type,
    error['gatepost:serverText'] ?? error.description,
    error['gatepost:params'],
  );
}
