/** File names out of mails: for show, for disks and archives, and for Content-Disposition (security.md S7). */

/** Bytes of the name before its extension. */
const MAX_BASE = 150;
const MAX_EXTENSION = 20;
/** Control characters, and those that turn the reading direction (`exe.gpj` shown for `gpj.exe`) or cannot be seen. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/** Device names on Windows, with or without an extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;

const EXTENSIONS = new Map<string, string>(
  Object.entries({
    'message/rfc822': 'eml',
    'text/plain': 'txt',
    'text/html': 'html',
    'text/calendar': 'ics',
    'application/pdf': 'pdf',
    'image/jpeg': 'jpg',
    'image/png': 'png',
    'image/gif': 'gif',
    'image/webp': 'webp',
  }),
);

/** For show on the page: everything visible kept, nothing hidden. */
export function displayName(name: string): string {
  return name.replace(HIDDEN, '').normalize('NFC').trim().slice(0, 1000);
}

/** A name that may be written to any disk. `type` gives the extension when there is no name at all. */
export function safeFileName(name: string | null, type = 'application/octet-stream'): string {
  const base = displayName(name ?? '')
    .replace(/^.*[/\\]/s, '')
    .replace(/[<>:"|?*]/g, '_')
    // Windows drops trailing dots and blanks; a leading dot hides the file.
    .replace(/^[.\s]+/, '')
    .replace(/[.\s]+$/, '');
  if (base === '') return `attachment.${EXTENSIONS.get(type) ?? 'bin'}`;
  return shorten(base.replace(RESERVED, '_$1'));
}

function shorten(name: string): string {
  const [base, extension] = splitExtension(name);
  return `${cutBytes(base, MAX_BASE)}${extension}`;
}

function splitExtension(name: string): [base: string, extension: string] {
  const dot = name.lastIndexOf('.');
  const usable = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAX_EXTENSION;
  return usable ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
}

/** Cuts at a character, never inside a surrogate pair. */
function cutBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let out = '';
  let bytes = 0;
  for (const char of text) {
    bytes += Buffer.byteLength(char);
    if (bytes > limit) break;
    out += char;
  }
  return out;
}

/** The names of files in one archive: equal ones (also up to case) get ` (2)`, ` (3)` before the extension. */
export function uniqueNames(names: string[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((name) => {
    const [base, extension] = splitExtension(name);
    let candidate = name;
    let count = counts.get(name.toLowerCase()) ?? 1;
    while (taken.has(candidate.toLowerCase())) {
      count += 1;
      candidate = `${base} (${count})${extension}`;
    }
    counts.set(name.toLowerCase(), count);
    taken.add(candidate.toLowerCase());
    return candidate;
  });
}

/** RFC 6266: a plain `filename` for all, `filename*` (RFC 8187) where the name is not ASCII. Takes a safe name. */
export function contentDisposition(
  name: string,
  disposition: 'attachment' | 'inline' = 'attachment',
): string {
  const ascii = name.replace(/[^\x20-\x7e]|[%"\\]/gu, '_');
  const plain = `${disposition}; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${encodeExtended(name)}`;
}

/** RFC 8187 attr-char; everything else percent-encoded. */
export function encodeExtended(text: string): string {
  const wellFormed = Buffer.from(text).toString();
  return encodeURIComponent(wellFormed).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
