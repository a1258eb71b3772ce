import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Alive } from '@/components/ui/alive';
import { DeviceFacts } from '@/components/ui/device-facts';
import { HeadScripts } from '@/components/ui/head-scripts';
import { requestPreferences } from '@/lib/i18n/request';
import { Translated } from '@/lib/i18n/translated';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Gatepost', template: '%s - Gatepost' },
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
  formatDetection: { telephone: false, address: false, email: false, date: false },
};

/** The colour of the bars around the page: `pane`. */
const BARS = { light: '#f6f7f9', dark: '#171a20' };

export async function generateViewport(): Promise<Viewport> {
  const { theme } = await requestPreferences();
  return {
    width: 'device-width',
    initialScale: 1,
    viewportFit: 'cover',
    interactiveWidget: 'resizes-content',
    themeColor:
      theme === 'system'
        ? [
            { media: '(prefers-color-scheme: light)', color: BARS.light },
            { media: '(prefers-color-scheme: dark)', color: BARS.dark },
          ]
        : BARS[theme],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { language, theme, contrast, timeZone, screen } = await requestPreferences();
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html
      lang={language}
      dir="ltr"
      data-theme={theme === 'system' ? undefined : theme}
      data-contrast={contrast === 'system' ? undefined : contrast}
    >
      <head>
        <HeadScripts nonce={nonce} />
      </head>
      <body>
        <Translated>
          {children}
          <Alive />
        </Translated>
        <DeviceFacts known={{ timeZone, screen }} />
      </body>
    </html>
  );
}
