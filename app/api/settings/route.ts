import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { mergeUserSettings, userSettings } from '@/lib/account/settings';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';

const byUser = async (userId: string): Promise<string> => {
  const { db } = await control();
  const row = await db
    .selectFrom('user')
    .select('settings')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  return row.settings;
};

export const GET = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  return answer(userSettings(await byUser(userId)));
});

export const PATCH = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  const patch = await bodyOf(request, z.record(z.string(), z.unknown()));
  const { db } = await control();
  // Two tabs that change one thing each change two.
  for (;;) {
    const before = await byUser(userId);
    const settings = mergeUserSettings(before, patch);
    const { numUpdatedRows } = await db
      .updateTable('user')
      .set({ settings })
      .where('id', '=', userId)
      .where('settings', '=', before)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) return answer(userSettings(settings));
  }
});
