'use client';
/** A message that was sent on as it came (RFC 5322 §3.6.6): its From is still the writer's, so who sent it on is said. */
import { useTranslations } from 'use-intl';
import { parseAddresses } from '@/lib/client/draft/address-input';
import type { EmailContent } from '@/lib/client/state';

export function ResentNote({ content }: { content: EmailContent }) {
  const t = useTranslations('read');
  // The newest block stands first.
  const people = (wanted: string) =>
    parseAddresses(content.headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? '')
      .map(({ email }) => email)
      .join(', ');
  const [by, to] = [people('resent-from'), people('resent-to')];
  if (by === '') return null;
  return (
    <p className="break-words px-4 pb-2 text-row text-text-2 md:px-6">{t('resent', { by, to: to || '?' })}</p>
  );
}
