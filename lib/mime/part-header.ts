/** One part's own header read into a `MimePart`, as a BODYSTRUCTURE would tell it. */
import { headerValues } from './header';
import { displayName } from './names';
import { parseStructured } from './params';
import type { MimePart } from './types';
import { decodeWords } from './words';

/** `inDigest`: the default type in a multipart/digest is message/rfc822 (RFC 2046 §5.1.5). */
export function readPartHeader(block: Buffer, path: string, inDigest: boolean): MimePart {
  const first = new Map<string, string>();
  for (const { name, value } of headerValues(block, (name) => name.startsWith('content-'))) {
    if (!first.has(name)) first.set(name, value);
  }
  const unfolded = (name: string) => first.get(name)?.replace(/\r?\n/g, '') ?? null;
  const { type, params } = contentType(unfolded('content-type'), inDigest);
  const disposition = parseStructured(unfolded('content-disposition') ?? '');
  return {
    path,
    type,
    params,
    encoding: parseStructured(unfolded('content-transfer-encoding') ?? '').value || '7bit',
    size: 0,
    disposition: disposition.value || null,
    name: partName(params, disposition.params),
    cid: contentId(unfolded('content-id')),
    language: list(unfolded('content-language')),
    location: unfolded('content-location')?.replace(/\s+/g, '') || null,
    parts: null,
  };
}

function contentType(header: string | null, inDigest: boolean): Pick<MimePart, 'type' | 'params'> {
  const { value, params } = parseStructured(header ?? (inDigest ? 'message/rfc822' : 'text/plain'));
  // RFC 2045 §5.2: what cannot be read is text/plain.
  const type = /^[!-.0-~]{1,127}\/[!-.0-~]{1,127}$/.test(value) ? value : 'text/plain';
  if (type.startsWith('text/')) params.charset ??= 'us-ascii';
  return { type, params };
}

/** The file name from the parameters of disposition and type, for show; null if there is none. */
export function partName(type: Record<string, string>, disposition: Record<string, string>): string | null {
  const name = disposition.filename ?? type.name;
  return name === undefined ? null : displayName(name) || null;
}

export function contentId(header: string | null): string | null {
  const id = decodeWords(header ?? '').trim();
  return (/^<([^>]*)>/.exec(id)?.[1] ?? id).trim() || null;
}

function list(header: string | null): string[] | null {
  const items = (header ?? '')
    .replace(/\([^()]*\)/g, '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length > 0 ? items : null;
}
