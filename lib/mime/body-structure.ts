/** Which parts are the body and which are attachments: the algorithm printed in RFC 8621 §4.1.4, on our tree. */
import type { MimePart } from './types';

export interface BodyParts {
  textBody: MimePart[];
  htmlBody: MimePart[];
  attachments: MimePart[];
}

type Lists = { textBody: MimePart[] | null; htmlBody: MimePart[] | null; attachments: MimePart[] };

export function bodyParts(root: MimePart): BodyParts {
  const textBody: MimePart[] = [];
  const htmlBody: MimePart[] = [];
  const attachments: MimePart[] = [];
  collect([root], 'mixed', false, { textBody, htmlBody, attachments });
  return { textBody, htmlBody, attachments };
}

function collect(parts: MimePart[], multipart: string, inAlternative: boolean, outer: Lists): void {
  // One side may end for the rest of this multipart (addInline), not for those around it.
  const lists = { ...outer };
  const textLength = lists.textBody?.length ?? -1;
  const htmlLength = lists.htmlBody?.length ?? -1;
  for (const [index, part] of parts.entries()) {
    if (part.parts) {
      const subtype = part.type.slice('multipart/'.length);
      collect(part.parts, subtype, inAlternative || subtype === 'alternative', lists);
    } else if (isInline(part, index, multipart)) {
      addInline(part, multipart, inAlternative, lists);
    } else {
      lists.attachments.push(part);
    }
  }
  if (multipart !== 'alternative' || !lists.textBody || !lists.htmlBody) return;
  // Only one of the two was found: it stands for both.
  if (textLength === lists.textBody.length && htmlLength !== lists.htmlBody.length) {
    lists.textBody.push(...lists.htmlBody.slice(htmlLength));
  } else if (htmlLength === lists.htmlBody.length && textLength !== lists.textBody.length) {
    lists.htmlBody.push(...lists.textBody.slice(textLength));
  }
}

function isInline(part: MimePart, index: number, multipart: string): boolean {
  if (part.disposition === 'attachment' || !(isText(part) || isMedia(part))) return false;
  // Text in the middle of a mail is inline only without a name; the first part of a multipart/related is its root.
  return index === 0 || (multipart !== 'related' && (isMedia(part) || part.name === null));
}

function addInline(part: MimePart, multipart: string, inAlternative: boolean, lists: Lists): void {
  if (multipart === 'alternative') {
    if (part.type === 'text/plain') lists.textBody?.push(part);
    else if (part.type === 'text/html') lists.htmlBody?.push(part);
    else lists.attachments.push(part);
    return;
  }
  // Inside an alternative the type of a text says which of the two sides this multipart stands for.
  if (inAlternative && part.type === 'text/plain') lists.htmlBody = null;
  if (inAlternative && part.type === 'text/html') lists.textBody = null;
  lists.textBody?.push(part);
  lists.htmlBody?.push(part);
  if ((!lists.textBody || !lists.htmlBody) && isMedia(part)) lists.attachments.push(part);
}

function isText(part: MimePart): boolean {
  return part.type === 'text/plain' || part.type === 'text/html';
}

function isMedia(part: MimePart): boolean {
  return /^(image|audio|video)\//.test(part.type);
}
