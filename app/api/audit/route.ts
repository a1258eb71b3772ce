import { answer, route } from '@/app/api/respond';
import { listAudit } from '@/lib/auth/audit';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';

/** What was done with the user's ways in (security.md S22). */
export const GET = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  const { db } = await control();
  const events = (await listAudit(db, userId)).map(({ at, event, detail }) => ({
    at: new Date(at).toISOString(),
    event,
    accountId: detail.accountId ?? null,
    name: detail.name ?? null,
    userAgent: detail.userAgent ?? null,
  }));
  return answer({ events });
});
