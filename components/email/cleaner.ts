/** The cleaner of mail HTML: fetched once, beside whatever shows or takes up HTML, instead of being a part of each. */
import type * as Code from './clean-html';

type Clean = typeof Code.cleanHtml;

let clean: Clean | null = null;

/** What needs the cleaner is fetched together with it. */
export async function withCleaner<T>(needing: Promise<T>): Promise<T> {
  const [code, { cleanHtml: fetched }] = await Promise.all([needing, import('./clean-html')]);
  clean = fetched;
  return code;
}

export function cleanHtml(...args: Parameters<Clean>): ReturnType<Clean> {
  if (!clean) throw new Error('what cleans HTML is fetched by withCleaner');
  return clean(...args);
}
