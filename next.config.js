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
};

/** The empty document that mail HTML is put into: its own policy, stricter than any page's (security.md S1). */
config.headers = async () => [
  {
    source: '/frame.html',
    headers: [
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
