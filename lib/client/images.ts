/** Our proxy's signed addresses for remote images (docs/http.md, security.md S9). */
import { control } from '@/lib/client/control/request';

/** As many as the server signs at once; the rest of such a mail stays blocked. */
const MAX_URLS = 500;

export async function proxiedImages(urls: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (urls.length === 0) return new Map();
  const answer = await control<{ urls: Record<string, string> }>('POST', '/api/images', {
    urls: urls.slice(0, MAX_URLS),
  });
  return new Map(Object.entries(answer.urls));
}
