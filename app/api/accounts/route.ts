import { accountView } from '@/app/api/accounts/view';
import { answer, bodyOf, route } from '@/app/api/respond';
import { listAccounts } from '@/lib/account/records';
import { addAccount, newAccount } from '@/lib/auth/accounts';
import { authenticate, authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { clientAddress } from '@/lib/net/peer';

export const GET = route(async (request) => {
  const { userId } = await authenticate(request);
  const { db } = await control();
  return answer({ accounts: await Promise.all((await listAccounts(db, userId)).map(accountView)) });
});

export const POST = route(async (request) => {
  const principal = await authenticatePerson(request);
  const on = await control();
  const input = await bodyOf(request, newAccount);
  const account = await addAccount(on, principal, input, clientAddress(request.headers, on.config));
  return answer(await accountView(account), 201);
});
