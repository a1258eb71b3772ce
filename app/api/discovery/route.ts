import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { requireOwnPage } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { discover } from '@/lib/discovery/discover';
import { clientAddress } from '@/lib/net/peer';

const body = z.strictObject({ address: z.string().max(320) });

/** Open to strangers, as sign-in needs it: bounded by address of the client, and nobody else's page may use it. */
export const POST = route(async (request) => {
  const on = await control();
  requireOwnPage(request, on);
  const { address } = await bodyOf(request, body);
  await enterRequest(on.db, on.config, 'discovery', clientAddress(request.headers, on.config));
  return answer(await discover(address, on.config));
});
