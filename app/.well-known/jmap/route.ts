export const dynamic = 'force-dynamic';

/** RFC 8620 §2.2. Relative, so that a client that came by another name keeps its credentials. */
export function GET(): Response {
  return new Response(null, {
    status: 307,
    headers: { Location: '/jmap/session', 'Cache-Control': 'no-store' },
  });
}
