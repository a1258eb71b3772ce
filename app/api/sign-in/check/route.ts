import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import type { AccountRecord } from '@/lib/account/record';
import { listAccounts } from '@/lib/account/records';
import { userSettings } from '@/lib/account/settings';
import { requireOwnPage } from '@/lib/auth/authenticate';
import { type Control, control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { credentialsSchema } from '@/lib/auth/servers-input';
import { admit, admitDemo, checkCredentials } from '@/lib/auth/sign-in';
import { createTicket } from '@/lib/auth/tickets';
import { csrfFor } from '@/lib/auth/token';
import { hrefOf, INBOX, mailboxRoute } from '@/lib/client/route';
import type { Step } from '@/lib/discovery/doctor';
import { clientAddress } from '@/lib/net/peer';

const body = z.union([z.strictObject({ demo: z.literal(true) }), credentialsSchema]);

export const POST = route(async (request) => {
  const on = await control();
  requireOwnPage(request, on);
  const client = clientAddress(request.headers, on.config);
  const credentials = await bodyOf(request, body);
  if ('demo' in credentials) {
    await enterRequest(on.db, on.config, 'demo', client);
    return admitted(on, await admitDemo(on), []);
  }
  const checked = await checkCredentials(on, credentials, client);
  return admitted(on, await admit(on, checked, credentials.password), checked.steps);
});

/** All that the page needs to go on: each thing asked for separately would be one more wait. */
async function admitted(on: Control, { id, userId }: AccountRecord, steps: Step[]): Promise<Response> {
  const [first] = await listAccounts(on.db, userId);
  const start = first?.id ?? id;
  // While the browser fetches the page.
  on.entered(start);
  const user = await on.db.selectFrom('user').select('settings').where('id', '=', userId).executeTakeFirst();
  const { theme, contrast, density, language } = userSettings(user?.settings ?? '{}');
  const { csrfToken, cookie } = csrfFor(on.config);
  const response = answer({
    ticket: await createTicket(on.db, id),
    csrfToken,
    steps,
    start: hrefOf(mailboxRoute(start, INBOX)),
    looks: { theme, contrast, density, language },
  });
  response.headers.set('Set-Cookie', cookie);
  return response;
}
