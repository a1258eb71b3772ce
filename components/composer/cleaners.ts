/** The cleaners of HTML come with the first focus of the text or the first HTML that was not typed: their weight is the sanitiser's. */
import { withCleaner } from '@/components/email/cleaner';
import type { InlineImages } from '@/lib/client/composer/inline-images';

interface Cleaners {
  editorFragment(html: string, images: InlineImages): DocumentFragment;
  plainText(html: string): string;
}

let loaded: Cleaners | null = null;

export const cleanersNow = (): Cleaners | null => loaded;

export async function cleaners(): Promise<Cleaners> {
  if (loaded) return loaded;
  const [{ editorFragment }, { plainText }] = await Promise.all([
    withCleaner(import('./clean-editor')),
    import('./clean-quote'),
  ]);
  loaded = { editorFragment, plainText };
  return loaded;
}
