/** What an avatar shows of a person, and its colour: the same for the same address on every screen. */
const HUES = 10;

export function initialsOf(name: string | null, email: string): string {
  const words = (name ?? '')
    .replace(/[^\p{L}\p{N}\s]/gu, ' ')
    .trim()
    .split(/\s+/u)
    .filter(Boolean);
  const first = words[0];
  const last = words.length > 1 ? words.at(-1) : undefined;
  if (first === undefined) return letter(email);
  return letter(first) + (last ? letter(last) : '');
}

/** 1 to 10, for `--hue-n`. */
export function hueOf(email: string): number {
  let hash = 0;
  for (const char of email.trim().toLowerCase()) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return (hash % HUES) + 1;
}

const letter = (text: string): string => ([...text][0] ?? '?').toLocaleUpperCase();
