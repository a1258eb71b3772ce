import { startPath } from './(mail)/start-path';

export const dynamic = 'force-dynamic';

/** No page: the redirect of one has a document of its own that nobody reads. */
export async function GET(): Promise<Response> {
  return new Response(null, { status: 307, headers: { Location: await startPath() } });
}
