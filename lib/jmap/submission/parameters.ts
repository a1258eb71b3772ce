/**
 * What may stand beside the addresses of an envelope (RFC 8621 §7): what is carried out here (FUTURERELEASE, RFC 4865) and
 * what is handed on to a server that can (DSN, RFC 3461; REQUIRETLS, RFC 8689). Anything else is refused: to leave it out in silence would promise it.
 */
import { invalidProperties } from '@/lib/jmap/method-error';
import type { SubmissionEnvelope } from '@/lib/jmap/types';

type Parameters = Record<string, string | null>;
type Rules = Record<string, (value: string | null) => boolean>;

const OF_SENDER: Rules = {
  HOLDFOR: () => true,
  HOLDUNTIL: () => true,
  RET: (value) => /^(full|hdrs)$/i.test(value ?? ''),
  REQUIRETLS: (value) => value === null,
  ENVID: (value) => /^[!-~]{1,100}$/.test(value ?? ''),
};
const OF_RECIPIENT: Rules = {
  NOTIFY: (value) => /^(never|(success|failure|delay)(,(success|failure|delay)){0,2})$/i.test(value ?? ''),
};

/** @throws invalidProperties */
export function checkParameters({ mailFrom, rcptTo }: SubmissionEnvelope): void {
  check(mailFrom.parameters, OF_SENDER);
  for (const { parameters } of rcptTo) check(parameters, OF_RECIPIENT);
}

function check(parameters: Parameters | null, rules: Rules): void {
  for (const [name, value] of Object.entries(parameters ?? {})) {
    const holds = new Map(Object.entries(rules)).get(name.toUpperCase());
    if (!holds) throw invalidProperties(['envelope'], `${name} is not supported`);
    if (!holds(value)) throw invalidProperties(['envelope'], `${name} has no such value`);
  }
}
