/** Enough to know where to look; the mail server decides about the rest. */
export const domainOf = (address: string): string | null =>
  /^[^\s@]+@([^\s@.]+(?:\.[^\s@.]+)+)$/u.exec(address.trim())?.[1] ?? null;

/** `anna` becomes `anna@example.org` where the operator named a domain. */
export function fullAddress(typed: string, mailDomain: string | null): string {
  const text = typed.trim();
  return mailDomain && text !== '' && !text.includes('@') ? `${text}@${mailDomain}` : text;
}
