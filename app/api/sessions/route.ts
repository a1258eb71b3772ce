import { answer, done, route } from '@/app/api/respond';
import { audit } from '@/lib/auth/audit';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { revocations } from '@/lib/auth/revocation';
import { endSessions, listSessions } from '@/lib/auth/sessions';
import { signedOutHeaders } from '@/lib/auth/token';

export const GET = route(async (request) => {
  const { userId, sessionId } = await authenticatePerson(request);
  const { db } = await control();
  const sessions = (await listSessions(db, userId)).map((session) => ({
    id: session.id,
    current: session.id === sessionId,
    createdAt: new Date(session.created_at).toISOString(),
    lastSeenAt: new Date(session.last_seen_at).toISOString(),
    userAgent: session.user_agent,
  }));
  return answer({ sessions });
});

/** Everywhere; `?keep=current` everywhere else. */
export const DELETE = route(async (request) => {
  const { userId, sessionId } = await authenticatePerson(request);
  const { db, config } = await control();
  const keeps = new URL(request.url).searchParams.get('keep') === 'current';
  await endSessions(db, userId, keeps ? sessionId : null);
  await audit(db, userId, 'sessions-ended');
  await revocations().check(db);
  return done(keeps ? {} : signedOutHeaders(config));
});
