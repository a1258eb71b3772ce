import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { runtime } from '@/lib/account/runtime';
import { type AppPassword, createAppPassword, listAppPasswords } from '@/lib/auth/app-passwords';
import { audit } from '@/lib/auth/audit';
import { authenticatePerson, requireConfirmed } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { tellOwner } from '@/lib/auth/notice';

const body = z.strictObject({ name: z.string().trim().min(1).max(100) });

const shown = ({ id, name, createdAt, lastUsedAt }: AppPassword) => ({
  id,
  name,
  createdAt: new Date(createdAt).toISOString(),
  lastUsedAt: lastUsedAt && new Date(lastUsedAt).toISOString(),
});

export const GET = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  const { db } = await control();
  return answer({ appPasswords: (await listAppPasswords(db, userId)).map(shown) });
});

export const POST = route(async (request) => {
  const principal = await authenticatePerson(request);
  await requireConfirmed(principal);
  const { name } = await bodyOf(request, body);
  const { db } = await control();
  const made = await createAppPassword(db, principal.userId, name);
  await audit(db, principal.userId, 'app-password-created', { id: made.id, name });
  tellOwner(await runtime(), principal.userId, { kind: 'appPassword', name });
  return answer({ ...shown(made), username: principal.username, password: made.password }, 201);
});
