/** The paper clip (RFC 8621 §4.1.4 `hasAttachment`): there is something to save beyond the text, its pictures and signatures. */
import type { MimePart } from '@/lib/mime/types';

const SIGNATURES = ['application/pgp-signature', 'application/pkcs7-signature'];

export function hasAttachment(root: MimePart): boolean {
  return offers(root, 0, 'multipart/mixed');
}

function offers(part: MimePart, index: number, within: string): boolean {
  if (part.parts) return part.parts.some((child, at) => offers(child, at, part.type));
  const { type, disposition, name, cid } = part;
  if (disposition === 'attachment') return true;
  // A text is the body, unless it has a name and is not the first of its multipart.
  if (type === 'text/plain' || type === 'text/html')
    return index > 0 && (within === 'multipart/related' || name !== null);
  if (SIGNATURES.includes(type)) return false;
  return disposition !== 'inline' && !(cid !== null && type.startsWith('image/'));
}
