import type { Id, SubmissionEnvelope } from '@/lib/jmap/types';
import type { DeliveryNotice } from '@/lib/smtp/types';

/**
 * The delivery notices that the envelope asks for (RFC 3461). A bounce of a server that knows them says what it is about: nobody
 * else has the submission's id.
 */
export function deliveryNotice({ mailFrom, rcptTo }: SubmissionEnvelope, id: Id): DeliveryNotice {
  const ret = parameter(mailFrom.parameters, 'RET');
  const envid = parameter(mailFrom.parameters, 'ENVID') ?? id;
  // The library has one NOTIFY for all: each gets at least what was asked for it.
  const notify = new Set(
    rcptTo.flatMap(({ parameters }) => parameter(parameters, 'NOTIFY')?.toUpperCase().split(',') ?? []),
  );
  if (notify.size > 1) notify.delete('NEVER');
  return { ret, envid, notify: [...notify] };
}

/** RFC 8689. */
export function requiresTls({ mailFrom }: SubmissionEnvelope): boolean {
  return Object.keys(mailFrom.parameters ?? {}).some((name) => name.toUpperCase() === 'REQUIRETLS');
}

function parameter(parameters: Record<string, string | null> | null, name: string): string | null {
  const found = Object.entries(parameters ?? {}).find(([key]) => key.toUpperCase() === name);
  return found?.[1] ?? null;
}
