import { sql } from 'kysely';
import { answer, route } from '@/app/api/respond';
import { control } from '@/lib/auth/control';
import { errorFields, log } from '@/lib/log';

export const dynamic = 'force-dynamic';

/** Ready: the database answers. No mail server is asked; theirs is another trouble. */
export const GET = route(async () => {
  try {
    const { db } = await control();
    await sql`select 1`.execute(db);
    return answer({ status: 'ok' });
  } catch (error) {
    log.error('health.failed', errorFields(error));
    return answer({ status: 'unavailable' }, 503);
  }
});
