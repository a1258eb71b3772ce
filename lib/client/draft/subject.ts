/** Reply and forward prefixes of the languages people meet; one prefix never piles on another. */
const PREFIX =
  /^\s*(?:(?:re|aw|sv|vs|antw|odp|ynt|rif|r|res|отв|на|fwd?|wg|vb|tr|rv|enc|i|пересл|fs)(?:\[\d+\])?\s*[:：]\s*)+/iu;

export function bareSubject(subject: string): string {
  return subject.replace(PREFIX, '').trim();
}

export const replySubject = (subject: string | null) => `Re: ${bareSubject(subject ?? '')}`.trim();
export const forwardSubject = (subject: string | null) => `Fwd: ${bareSubject(subject ?? '')}`.trim();
