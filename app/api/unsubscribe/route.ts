import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { Answers, request as jmap } from '@/lib/client/jmap';
import { wayOut } from '@/lib/client/unsubscribe';
import { RequestError } from '@/lib/errors';
import { dispatch } from '@/lib/jmap/dispatch';
import type { EmailHeader } from '@/lib/jmap/types';
import { unsubscribeAt } from '@/lib/net/unsubscribe';

export const dynamic = 'force-dynamic';

const body = z.strictObject({ accountId: z.string().max(255), emailId: z.string().max(255) });

/** The address is read from the message itself: nobody has us post to an address of their choice. */
export const POST = route(async (request) => {
  const principal = await authenticatePerson(request);
  const { db, config } = await control();
  const { accountId, emailId } = await bodyOf(request, body);
  await enterRequest(db, config, 'unsubscribe', principal.userId);
  const asked = { accountId, ids: [emailId], properties: ['headers'] };
  const answers = new Answers(await dispatch(principal, jmap([['Email/get', asked, 'email']])));
  const [email] = answers.of<{ list: { headers?: EmailHeader[] }[] }>('email').list;
  if (!email) throw new RequestError('notFound', 'no such message');
  const way = wayOut(email.headers ?? []);
  if (way?.by !== 'post') throw new RequestError('unsupported', 'the list offers no one-click way out');
  return answer({ done: await unsubscribeAt(new URL(way.url), config) });
});
