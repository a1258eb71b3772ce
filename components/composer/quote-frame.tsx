'use client';
/** The quoted original, shown like a mail: in its frame, nothing remote loaded (security.md S1, S8). */
import { useMemo } from 'react';
import { cleanHtml } from '@/components/email/cleaner';
import { HtmlFrame } from '@/components/email/html-frame';
import { useDark } from '@/components/email/use-dark';
import type { InlineImages } from '@/lib/client/composer/inline-images';

interface Props {
  html: string;
  images: InlineImages;
  title: string;
}

export default function QuoteFrame({ html, images, title }: Props) {
  const dark = useDark();
  const cleaned = useMemo(
    () => cleanHtml(html, { inline: images.urlOf, proxied: () => null }),
    [html, images],
  );
  return (
    <HtmlFrame
      html={cleaned}
      title={title}
      dark={dark}
      foldLabel={null}
      onMailto={() => undefined}
      onKey={() => undefined}
    />
  );
}
