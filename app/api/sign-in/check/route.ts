import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { requireOwnPage } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { credentialsSchema } from '@/lib/auth/servers-input';
import { admit, admitDemo, checkCredentials } from '@/lib/auth/sign-in';
import { createTicket } from '@/lib/auth/tickets';
import { clientAddress } from '@/lib/net/peer';

const body = z.union([z.strictObject({ demo: z.literal(true) }), credentialsSchema]);

export const POST = route(async (request) => {
  const on = await control();
  requireOwnPage(request, on);
  const client = clientAddress(request.headers, on.config);
  const credentials = await bodyOf(request, body);
  if ('demo' in credentials) {
    await enterRequest(on.db, on.config, 'demo', client);
    return answer({ ticket: await createTicket(on.db, (await admitDemo(on)).id), steps: [] });
  }
  const checked = await checkCredentials(on, credentials, client);
  const account = await admit(on, checked, credentials.password);
  return answer({ ticket: await createTicket(on.db, account.id), steps: checked.steps });
});
