import { z } from 'zod';
import { answer, bodyOf, route } from '@/app/api/respond';
import { authenticatePerson } from '@/lib/auth/authenticate';
import { control } from '@/lib/auth/control';
import { enterRequest } from '@/lib/auth/rate-limit';
import { fetchImage, imageLink, imageTarget } from '@/lib/net/image-proxy';

const body = z.strictObject({ urls: z.array(z.string()).max(500) });
/** An image that opens as a document runs nothing (security.md S6). */
const INERT = {
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'private, no-store',
};

/** Signs; what cannot be fetched is left out. */
export const POST = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  const { config } = await control();
  const { urls } = await bodyOf(request, body);
  const links = urls.flatMap((url): [string, string][] => {
    const link = imageLink(url, userId, config);
    return link ? [[url, link]] : [];
  });
  return answer({ urls: Object.fromEntries(links) });
});

export const GET = route(async (request) => {
  const { userId } = await authenticatePerson(request);
  const { db, config } = await control();
  const target = imageTarget(new URL(request.url).searchParams, userId, config);
  await enterRequest(db, config, 'images', userId);
  const { type, bytes } = await fetchImage(target, config);
  return new Response(new Uint8Array(bytes), { headers: { ...INERT, 'Content-Type': type } });
});
