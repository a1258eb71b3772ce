'use client';
/** Who answers mail of this account. */
import { useTranslations } from 'use-intl';
import { Select } from '@/components/ui/select';
import { isWildcard } from '@/lib/client/draft/sender';
import type { AccountPartProps } from './account-part';
import { ChangeResult } from './change-result';
import { loadSenders } from './identity-calls';
import { useAccountPatch } from './use-account-patch';
import { useLoaded } from './use-resource';

const ADDRESSED = '';

export function AnswerIdentity({ account, onChange }: AccountPartProps) {
  const t = useTranslations('settings.account');
  const { change, patch } = useAccountPatch(account, onChange);
  const senders = useLoaded(loadSenders);
  const all = senders.value?.accounts.find(({ id }) => id === account.id)?.identities ?? [];
  const own = all.filter((identity) => !isWildcard(identity));
  const { answerIdentityId } = account.settings;
  // Of one there is nothing to choose.
  if (own.length < 2 && answerIdentityId === null) return null;
  return (
    <>
      <Select
        label={t('answerAs')}
        hint={t('answerAsHint')}
        value={own.some(({ id }) => id === answerIdentityId) ? (answerIdentityId ?? ADDRESSED) : ADDRESSED}
        options={[
          { value: ADDRESSED, label: t('answerAsAddressed') },
          ...own.map(({ id, name, email }) => ({ value: id, label: name ? `${name} <${email}>` : email })),
        ]}
        onChange={(id) => void patch({ settings: { answerIdentityId: id === ADDRESSED ? null : id } })}
      />
      <ChangeResult change={change} />
    </>
  );
}
