/**
 * Which process holds a lease, so that one on the same machine that finds it dead need not wait until the lease runs out.
 * Only what is certain counts: the machine since it was started, its table of processes, and no such process in it.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const TABLE = tableOfProcesses();

/** A token that nobody else has. */
export function ownToken(): string {
  return [randomUUID(), process.pid, TABLE ?? ''].join(' ');
}

/** False also where nobody can tell from here. */
export function isOfTheDead(token: string): boolean {
  const [, pid, ...table] = token.split(' ');
  if (TABLE === null || table.join(' ') !== TABLE) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

/** Containers of one machine have tables of their own, and the first of each machine has the same number. */
function tableOfProcesses(): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux: leases run out.
    return null;
  }
}
