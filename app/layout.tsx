import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { DeviceClock } from '@/components/ui/device-clock';
import { requestPreferences } from '@/lib/i18n/request';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Gatepost', template: '%s - Gatepost' },
  robots: { index: false, follow: false },
  referrer: 'no-referrer',
  formatDetection: { telephone: false, address: false, email: false, date: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f9' },
    { media: '(prefers-color-scheme: dark)', color: '#171a20' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { language, theme, contrast, timeZone } = await requestPreferences();
  return (
    <html
      lang={language}
      dir="ltr"
      data-theme={theme === 'system' ? undefined : theme}
      data-contrast={contrast === 'system' ? undefined : contrast}
    >
      <body>
        {children}
        <DeviceClock known={timeZone} />
      </body>
    </html>
  );
}
