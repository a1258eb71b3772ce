import type { MetadataRoute } from 'next';

/** Installs as an app of its own; the shell keeps the theme of the page. */
export default function manifest(): MetadataRoute.Manifest {
  return {
    name: 'Gatepost',
    short_name: 'Gatepost',
    id: '/',
    start_url: '/mail',
    display: 'standalone',
    background_color: '#f6f7f9',
    theme_color: '#f6f7f9',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png' },
    ],
  };
}
