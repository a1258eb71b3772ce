/** The beginning of a message's bytes as text, read no further than it is shown. */
import { httpFault, LinkFault } from '@/lib/client/jmap';

/** S28: more than this of a source is not shown. */
const MAX_CHARACTERS = 500_000;

export interface SourceText {
  text: string;
  cut: boolean;
}

export async function sourceText(href: string, signal: AbortSignal): Promise<SourceText> {
  const response = await fetch(href, { credentials: 'same-origin', signal }).catch((cause) => {
    throw new LinkFault(cause);
  });
  if (!response.ok || !response.body) throw await httpFault(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text, cut: false };
    text += value;
    if (text.length < MAX_CHARACTERS) continue;
    await reader.cancel();
    return { text: text.slice(0, MAX_CHARACTERS), cut: true };
  }
}
