/** @type {import('next').NextConfig} */
const config = {
  output: 'standalone',
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  // npm run check judges the types; whoever only starts Gatepost need not wait for it.
  typescript: { ignoreBuildErrors: true },
  images: { unoptimized: true },
  serverExternalPackages: ['libsql', 'imapflow', 'nodemailer', 'pg'],
  turbopack: {
    // Messages are parsed at build; formatting the parts is all that is left to do.
    rules: {
      '*.json': {
        condition: { path: /messages\/(en|ru)\.json$/ },
        loaders: ['./lib/i18n/message-loader.cjs'],
        as: '*.js',
      },
    },
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
  experimental: {
    // With the cache of an older build Turbopack's chunking may panic and the build never end (16.4: "index out of bounds", production.rs).
    turbopackFileSystemCacheForBuild: false,
    // All routes at once are a third of the start; each comes with its first request, the sign-in page at once (scripts/start.mjs).
    preloadEntriesOnStart: false,
    // Whoever signs in reads mail next: few files for both, none of them fetched for one page alone.
    turbopackChunking: {
      clusters: [[/^\/sign-in/, /^\/mail/, /^\/search/]],
      minChunkSize: 1_000_000,
      requestCost: 2_000_000,
      maxMergeChunkSize: 10_000_000,
    },
  },
};

/**
 * Whoever takes Brotli gets what scripts/compress.mjs made of each file at build: a sixth less than Next's gzip, and no work at
 * every request. On Vercel its own network does the same; in development there is nothing made.
 */
const TAKES_BROTLI = [{ type: 'header', key: 'accept-encoding', value: '(?:.*,)?\\s*br\\s*(?:,.*)?' }];
const compressed =
  process.env.NODE_ENV === 'development' || process.env.VERCEL
    ? []
    : [
        ['js', 'application/javascript'],
        ['css', 'text/css'],
      ];

config.rewrites = async () => ({
  beforeFiles: compressed.map(([ending]) => ({
    source: `/_next/static/:file(.+\\.${ending})`,
    has: TAKES_BROTLI,
    destination: '/_next/static/:file.br',
  })),
});

/** The empty document that mail HTML is put into: its own policy, stricter than any page's (security.md S1). */
config.headers = async () => [
  ...compressed.map(([ending, type]) => ({
    source: `/_next/static/:file(.+\\.${ending})`,
    has: TAKES_BROTLI,
    headers: [
      { key: 'Content-Encoding', value: 'br' },
      { key: 'Content-Type', value: `${type}; charset=utf-8` },
      { key: 'Vary', value: 'Accept-Encoding' },
    ],
  })),
  // Pages of other sites may use JMAP with a token that they hold: `*` never goes with a cookie (Fetch, 3.3.5).
  ...['/jmap/:path*', '/.well-known/jmap'].map((source) => ({
    source,
    headers: [
      { key: 'Access-Control-Allow-Origin', value: '*' },
      { key: 'Access-Control-Allow-Methods', value: 'GET, POST' },
      {
        key: 'Access-Control-Allow-Headers',
        value: 'Authorization, Content-Type, Last-Event-ID, Range, If-Range, If-None-Match',
      },
      {
        key: 'Access-Control-Expose-Headers',
        value: 'Accept-Ranges, Content-Disposition, Content-Range, ETag, Retry-After',
      },
      { key: 'Access-Control-Max-Age', value: '86400' },
    ],
  })),
  // Its address carries a hash of the file.
  { source: '/icon.svg', headers: [{ key: 'Cache-Control', value: 'public, max-age=31536000, immutable' }] },
  {
    source: '/frame.html',
    headers: [
      // Asked for with every HTML mail; a release may change it, hence not for long.
      { key: 'Cache-Control', value: 'public, max-age=3600' },
      {
        key: 'Content-Security-Policy',
        value:
          "default-src 'none'; img-src 'self' data: blob:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
      },
      { key: 'Referrer-Policy', value: 'no-referrer' },
      { key: 'X-Content-Type-Options', value: 'nosniff' },
      { key: 'X-DNS-Prefetch-Control', value: 'off' },
      { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
    ],
  },
];

module.exports = config;
