/** Files inside of a part that no MIME tells of: winmail.dat (TNEF), and uuencoded ones in a plain text. */
import { isTnef, tnefFiles } from './tnef';
import type { FoundFile } from './types';
import { uuFiles } from './uudecode';

/** Of one part (security.md S28). */
const MAX_FILES = 100;
/** A larger part, as it is stored, is not opened: it can be downloaded. */
export const MAX_OPENED = 25_000_000;

/** What is said about them elsewhere is less than their names. */
const TYPES: Record<string, string> = {
  ...{ pdf: 'application/pdf', png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif' },
  ...{ webp: 'image/webp', txt: 'text/plain', csv: 'text/csv', ics: 'text/calendar', zip: 'application/zip' },
};

/** @param bytes decoded */
export function filesIn(bytes: Buffer): FoundFile[] {
  const files = isTnef(bytes) ? tnefFiles(bytes, MAX_FILES) : uuFiles(bytes, MAX_FILES);
  return files.map((file) =>
    file.type === 'application/octet-stream' ? { ...file, type: typeByName(file.name) } : file,
  );
}

export function mayBeTnef(part: { type: string; name: string | null }): boolean {
  return /^application\/(vnd\.)?ms-tnef$/.test(part.type) || /^winmail\.dat$/i.test(part.name ?? '');
}

function typeByName(name: string | null): string {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name ?? '')?.[1]?.toLowerCase() ?? '';
  return new Map(Object.entries(TYPES)).get(ending) ?? 'application/octet-stream';
}
