import type { Account } from '@/lib/client/control/types';

export const accountPath = (id: string): string => `/api/accounts/${encodeURIComponent(id)}`;

export interface AccountPartProps {
  account: Account;
  /** What the server answered. */
  onChange: (account: Account) => void;
}
