/** What a careful friend would say before sending (page.md §6): only these three are asked. */
import { type Draft, isBlank, recipientsOf } from './draft';

export type Warning = 'noRecipient' | 'noAttachment' | 'empty';

/** English and Russian words that promise an attachment. */
const PROMISES =
  /\b(?:attach(?:ed|ment|ments|ing)?|enclosed)\b|(?<!\p{L})(?:вложен|прилож|прикреп|прилага|во вложении)/iu;
/** Only what was written now counts, and only so much of it is looked through. */
const MAX_LOOKED_AT = 20_000;

export function warningsOf(draft: Draft, plainBody: string): Warning[] {
  const found: Warning[] = [];
  if (recipientsOf(draft).length === 0) found.push('noRecipient');
  const files = draft.attachments.filter((attachment) => attachment.cid === null);
  const written = `${draft.subject}\n${plainBody.slice(0, MAX_LOOKED_AT)}`;
  if (files.length === 0 && PROMISES.test(written)) found.push('noAttachment');
  if (draft.subject.trim() === '' && isBlank({ ...draft, to: [], cc: [], bcc: [] })) found.push('empty');
  return found;
}
