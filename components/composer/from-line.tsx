'use client';
/** Who it is from: shown only where there is a choice. */
import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import { useTranslations } from 'use-intl';
import { chipText } from '@/lib/client/composer/chips';
import type { ComposerSession } from '@/lib/client/composer/session';
import type { Draft } from '@/lib/client/draft/draft';
import { useStore } from '@/lib/client/hooks';

export function FromLine({ session, draft }: { session: ComposerSession; draft: Draft }) {
  const t = useTranslations('composer');
  const id = useId();
  const identities = useStore((store) => store.view(draft.accountId)?.identities) ?? [];
  if (identities.length < 2) return null;
  const choose = async (identityId: string) => {
    const { replaceSignature, signatureHtml, signatureText } = await import('./signature');
    const now = session.current() ?? draft;
    const before = identities.find((one) => one.id === now.identityId);
    const after = identities.find((one) => one.id === identityId);
    const sign = now.format === 'html' ? signatureHtml : signatureText;
    const body = before && after ? replaceSignature(now.body, sign(before), sign(after)) : now.body;
    session.change({ identityId, body });
  };
  return (
    <div className="relative flex shrink-0 items-center gap-2 border-line border-b px-4">
      <label htmlFor={id} className="min-w-14 shrink-0 whitespace-nowrap text-text-3 text-ui max-md:min-w-8">
        {t('from')}
      </label>
      <select
        id={id}
        value={draft.identityId ?? ''}
        onChange={(event) => void choose(event.target.value)}
        className="target input-text ring-inside min-w-0 flex-1 appearance-none truncate bg-raised py-2 pe-6 text-text"
      >
        {identities.map((identity) => (
          <option key={identity.id} value={identity.id}>
            {chipText(identity)}
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
