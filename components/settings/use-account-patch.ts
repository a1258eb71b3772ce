'use client';
import { control } from '@/lib/client/control/request';
import type { Account, AccountPatch } from '@/lib/client/control/types';
import { accountPath } from './account-part';
import { useChange } from './use-change';

export function useAccountPatch(account: Account, onChange: (account: Account) => void) {
  const change = useChange();
  const patch = (part: AccountPatch) =>
    change.run(async () => onChange(await control<Account>('PATCH', accountPath(account.id), part)));
  return { change, patch };
}
