import { answer, route } from '@/app/api/respond';
import { control } from '@/lib/auth/control';

export const dynamic = 'force-dynamic';

/** What the sign-in page asks for. */
export const GET = route(async () => {
  const { config } = await control();
  return answer({ fixed: config.fixed !== null, demo: config.demo, mailDomain: config.mailDomain });
});
