/**
 * Headers of every page (security.md S23, S8): a fresh nonce for the scripts of this answer, and nothing else may run. A convenience,
 * never the gate: who may see what is decided in lib/auth. Uploads must not pass here (Next cuts bodies at 10 MB), hence the matcher.
 */
import { type NextRequest, NextResponse } from 'next/server';

const DEVELOPMENT = process.env.NODE_ENV === 'development';

const PAGE_HEADERS: Record<string, string> = {
  'cache-control': 'private, no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-frame-options': 'DENY',
};

export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64');
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  // Next reads the nonce from here and puts it on every script it writes.
  headers.set('content-security-policy', policy);
  headers.set('x-nonce', nonce);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  for (const [name, value] of Object.entries(PAGE_HEADERS)) response.headers.set(name, value);
  return response;
}

function contentSecurityPolicy(nonce: string): string {
  const directives = [
    "default-src 'none'",
    // React's development build evaluates strings to show server stacks.
    `script-src 'nonce-${nonce}' 'strict-dynamic'${DEVELOPMENT ? " 'unsafe-eval'" : ''}`,
    // Positions of popovers and virtual rows are style attributes; CSS cannot load anything from elsewhere.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self' blob:",
    "media-src 'none'",
    // /frame.html, the empty document that shows mail under its own policy (S1).
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    ...(DEVELOPMENT
      ? []
      : ["require-trusted-types-for 'script'", `trusted-types ${TRUSTED_TYPES.join(' ')}`]),
  ];
  return directives.join('; ');
}

/**
 * Who may turn a string into markup or a script address: our own static files (components/ui/trusted-scripts), Next's loaders,
 * DOMPurify, and the one cleaner of ours. React's development build evaluates strings, so there they are not required.
 */
const TRUSTED_TYPES = ['default', 'nextjs', 'nextjs#bundler', 'dompurify', 'gatepost'];

export const config = {
  matcher: [
    '/((?!api/|jmap/|\\.well-known/|_next/static/|_next/image|frame\\.html$|[^/]*\\.(?:svg|png|ico|webmanifest|js|mjs|css|wasm)$).*)',
  ],
};
