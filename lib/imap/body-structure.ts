/** BODYSTRUCTURE (RFC 3501 §7.4.2) as a MIME tree, the same that lib/mime's walker makes of the bytes. Hostile input. */
import { MAX_DEPTH, MAX_PARTS } from '@/lib/mime/limits';
import { decodeParams } from '@/lib/mime/params';
import { contentId, partName } from '@/lib/mime/part-header';
import type { MimePart } from '@/lib/mime/types';
import { cleanText, decodeWords, headerText } from '@/lib/mime/words';
import { bytesOf, isList, type Node, numberOf, type TokenList } from './tokens';

interface Budget {
  parts: number;
}

/** null when it cannot be read: the caller then walks the bytes (gateway.md 2.7). */
export function mimeTree(node: Node | undefined): MimePart | null {
  if (!isList(node) || node.length === 0) return null;
  return part(node, isMultipart(node) ? '' : '1', 0, { parts: MAX_PARTS });
}

function part(node: TokenList, path: string, depth: number, budget: Budget): MimePart | null {
  budget.parts -= 1;
  if (budget.parts < 0 || depth > MAX_DEPTH) return null;
  return isMultipart(node) ? multipart(node, path, depth, budget) : leaf(node, path);
}

function isMultipart(node: TokenList): boolean {
  return isList(node[0]);
}

/** `((child)(child) "mixed" (params) (disposition) (language) "location")` */
function multipart(node: TokenList, path: string, depth: number, budget: Budget): MimePart | null {
  const end = node.findIndex((child) => !isList(child));
  const children = end < 0 ? node : node.slice(0, end);
  const rest = end < 0 ? [] : node.slice(end);
  const parts: MimePart[] = [];
  for (const [index, child] of children.entries()) {
    const childPath = path === '' ? String(index + 1) : `${path}.${index + 1}`;
    const read = isList(child) ? part(child, childPath, depth + 1, budget) : null;
    if (!read) return null;
    parts.push(read);
  }
  const type = `multipart/${lower(rest[0]) || 'mixed'}`;
  return { ...described(path, type, rest[1], rest.slice(2)), parts };
}

/** `"text" "plain" (params) id description encoding size [lines] md5 (disposition) (language) location` */
function leaf(node: TokenList, path: string): MimePart | null {
  const [major, minor] = [lower(node[0]), lower(node[1])];
  if (!major || !minor) return null;
  const type = `${major}/${minor}`;
  const read = described(path, type, node[2], node.slice(extensions(node, major, minor) + 1));
  if (major === 'text') read.params.charset ??= 'us-ascii';
  return {
    ...read,
    cid: contentId(text(node[3])),
    encoding: lower(node[5]) || '7bit',
    size: numberOf(node[6]) ?? 0,
  };
}

/** Where the extension data begins (md5): after `lines` for text, after envelope, body and lines for a message. */
function extensions(node: TokenList, major: string, minor: string): number {
  if (major === 'text') return 8;
  const embedded = major === 'message' && (minor === 'rfc822' || minor === 'global');
  // Some servers send an embedded message like any other part (gateway.md pitfall 4).
  return embedded && (isList(node[7]) || numberOf(node[9]) !== null) ? 10 : 7;
}

/** @param after from the disposition on */
function described(path: string, type: string, params: Node | undefined, after: TokenList): MimePart {
  const [disposition, language, location] = after;
  const typeParams = decodeParams(pairs(params));
  const [dispositionValue, dispositionParams] = isList(disposition) ? disposition : [disposition, null];
  return {
    path,
    type,
    params: typeParams,
    encoding: '7bit',
    size: 0,
    disposition: lower(dispositionValue) || null,
    name: partName(typeParams, decodeParams(pairs(dispositionParams))),
    cid: null,
    language: languages(language),
    location: text(location)?.replace(/\s+/g, '') || null,
    parts: null,
  };
}

function pairs(node: Node | undefined): Record<string, string> {
  if (!isList(node)) return {};
  const out: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < node.length; i += 2) {
    const name = lower(node[i]);
    if (name && !(name in out)) out[name] = text(node[i + 1]) ?? '';
  }
  return out;
}

function languages(node: Node | undefined): string[] | null {
  const list = (isList(node) ? node : [node ?? null])
    .map(text)
    .filter((item) => item !== null && item !== '');
  return list.length > 0 ? (list as string[]) : null;
}

function text(node: Node | undefined): string | null {
  // What was no literal is text already.
  if (node && !isList(node) && typeof node.value === 'string') return node.value;
  const bytes = bytesOf(node);
  return bytes === null ? null : headerText(bytes, null);
}

function lower(node: Node | undefined): string {
  return cleanText(decodeWords(text(node) ?? ''))
    .toLowerCase()
    .slice(0, 127);
}
