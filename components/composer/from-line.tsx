'use client';
/** Who it is from: shown only where there is a choice, or something to be seen. */
import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import { flushSync } from 'react-dom';
import { useTranslations } from 'use-intl';
import { withCleaner } from '@/components/email/cleaner';
import { chipText } from '@/lib/client/composer/chips';
import type { ComposerSession } from '@/lib/client/composer/session';
import { withoutDoubles } from '@/lib/client/draft/address-input';
import type { Draft } from '@/lib/client/draft/draft';
import { isWildcard, localPart, senderOf, withAddress } from '@/lib/client/draft/sender';
import { useClient, useStore } from '@/lib/client/hooks';
import type { Identity } from '@/lib/jmap/types';

/** The value of the line that is no identity's own address. */
const AS_IT_IS = '';

export function FromLine({ session, draft }: { session: ComposerSession; draft: Draft }) {
  const t = useTranslations('composer');
  const id = useId();
  const { transport } = useClient();
  const identities = useStore((store) => store.view(draft.accountId)?.identities) ?? [];
  const current = identities.find((one) => one.id === draft.identityId);
  const domain = current && isWildcard(current) ? current.email.slice(1) : null;
  if (identities.length < 2 && domain === null && draft.from === undefined) return null;
  const choose = async (identityId: string) => {
    const after = identities.find((one) => one.id === identityId);
    if (!after) return;
    const change = await fromNowOn(session.current() ?? draft, current, after, identities);
    const { withPictures } = await import('./signature-pictures');
    const { body, attachments } = await withPictures(transport, draft.accountId, change.body ?? '');
    // The editor shows pictures that the message has.
    flushSync(() => session.changeAttachments((all) => [...all, ...attachments]));
    session.change({ ...change, body });
  };
  const special = domain === null && draft.from !== undefined && current;
  return (
    <div className="relative flex shrink-0 items-center gap-2 border-line border-b px-4">
      <label htmlFor={id} className="min-w-14 shrink-0 whitespace-nowrap text-text-3 text-ui max-md:min-w-8">
        {t('from')}
      </label>
      {domain !== null && (
        <input
          aria-label={t('fromName', { domain: domain.slice(1) })}
          value={localPart(draft.from ?? domain)}
          maxLength={64}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => session.change({ from: event.target.value.replace(/[\s@<>"]/g, '') + domain })}
          className="target input-text ring-inside w-32 min-w-16 rounded-control border border-control bg-raised px-2 py-1 text-text"
        />
      )}
      <select
        id={id}
        value={special ? AS_IT_IS : (draft.identityId ?? '')}
        onChange={(event) => void choose(event.target.value)}
        className="target input-text ring-inside min-w-0 flex-1 appearance-none truncate bg-raised py-2 pe-6 text-text"
      >
        {special && <option value={AS_IT_IS}>{chipText(senderOf(draft, special))}</option>}
        {identities.map((identity) => (
          <option key={identity.id} value={identity.id}>
            {identity.id === current?.id && domain !== null ? domain : chipText(identity)}
          </option>
        ))}
      </select>
      <ChevronDown
        size={16}
        strokeWidth={1.75}
        aria-hidden="true"
        className="pointer-events-none absolute end-4 text-text-2"
      />
    </div>
  );
}

/** With another sender come another signature and other copies to oneself. */
async function fromNowOn(
  draft: Draft,
  before: Identity | undefined,
  after: Identity,
  identities: readonly Identity[],
): Promise<Partial<Draft>> {
  const { replaceSignature, signatureHtml, signatureText } = await withCleaner(import('./signature'));
  const sign = draft.format === 'html' ? signatureHtml : signatureText;
  const body = before ? replaceSignature(draft.body, sign(before), sign(after)) : draft.body;
  const old = (before?.bcc ?? []).map(({ email }) => email);
  const bcc = withoutDoubles([
    ...draft.bcc.filter(({ email }) => !old.includes(email)),
    ...(after.bcc ?? []),
  ]);
  return { identityId: after.id, from: withAddress(after, identities).from, body, bcc };
}
