/** What a careful friend would say before sending (page.md §6). */
import { type Draft, isBlank, recipientsOf } from './draft';
import { encodedSize, isPublicDomain, limitsOf, type Outgoing } from './provider-limits';

export type Warning =
  | { kind: 'noRecipient' | 'noAttachment' | 'noSubject' | 'empty' }
  | { kind: 'manyPeople'; n: number }
  | { kind: 'leftOver'; n: number; max: number }
  | { kind: 'outsider'; address: string; domain: string }
  | { kind: 'tooManyFor'; host: string; n: number; max: number }
  | { kind: 'tooLargeFor'; host: string; bytes: number; max: number }
  | { kind: 'fileRefused'; host: string; name: string }
  | { kind: 'limited'; host: string; until: number };

export interface Circumstances {
  /** As a reader without HTML gets it. */
  plainBody: string;
  replyAll: boolean;
  /** The sender's address. */
  from: string;
  outgoingHost: string;
  sender?: Outgoing['sender'];
  /** Epoch ms until which the provider takes no more, as it said itself. */
  limitedUntil?: number | null;
}

/** English and Russian words that promise an attachment. */
const PROMISES =
  /\b(?:attach(?:ed|ment|ments|ing)?|enclosed)\b|(?<!\p{L})(?:вложен|прилож|прикреп|прилага|во вложении)/iu;
/** Only what was written now counts, and only so much of it is looked through. */
const MAX_LOOKED_AT = 20_000;
/** An answer to more than a room full of people is worth a second look. */
const MANY = 20;

export function warningsOf(draft: Draft, circumstances: Circumstances): Warning[] {
  return [
    ...fieldWarnings(draft, circumstances),
    ...peopleWarnings(draft, circumstances),
    ...providerWarnings(draft, circumstances),
  ];
}

function fieldWarnings(draft: Draft, { plainBody }: Circumstances): Warning[] {
  const found: Warning[] = [];
  if (recipientsOf(draft).length === 0) found.push({ kind: 'noRecipient' });
  const files = draft.attachments.filter((attachment) => attachment.cid === null);
  const written = `${draft.subject}\n${plainBody.slice(0, MAX_LOOKED_AT)}`;
  if (files.length === 0 && PROMISES.test(written)) found.push({ kind: 'noAttachment' });
  if (draft.subject.trim() === '') {
    const empty = isBlank({ ...draft, to: [], cc: [], bcc: [] });
    found.push({ kind: empty ? 'empty' : 'noSubject' });
  }
  return found;
}

function peopleWarnings(draft: Draft, { replyAll, from }: Circumstances): Warning[] {
  const people = recipientsOf(draft);
  const many: Warning[] = replyAll && people.length > MANY ? [{ kind: 'manyPeople', n: people.length }] : [];
  const domain = domainOf(from);
  const outside = people.filter(({ email }) => domainOf(email) !== domain);
  // One stranger among colleagues is perhaps a slip of completion.
  const [only] = outside;
  const slip = only && outside.length === 1 && people.length > 2 && !isPublicDomain(domain);
  return slip ? [...many, { kind: 'outsider', address: only.email, domain }] : many;
}

function providerWarnings(
  draft: Draft,
  { outgoingHost: host, sender = null, plainBody, limitedUntil: until = null }: Circumstances,
): Warning[] {
  const { recipients, bytes, refused } = limitsOf({ host, sender });
  const found: Warning[] = [];
  const n = recipientsOf(draft).length;
  if (recipients !== undefined && n > recipients)
    found.push({ kind: 'tooManyFor', host, n, max: recipients });
  const weight = draft.attachments.reduce((sum, { size }) => sum + encodedSize(size), plainBody.length);
  if (bytes !== undefined && weight > bytes)
    found.push({ kind: 'tooLargeFor', host, bytes: weight, max: bytes });
  const file = draft.attachments.find(({ name }) => refused?.test(name));
  if (file) found.push({ kind: 'fileRefused', host, name: file.name });
  if (until !== null) found.push({ kind: 'limited', host, until });
  return found;
}

const domainOf = (email: string) => email.slice(email.lastIndexOf('@') + 1).toLowerCase();
