/** The work that may be given to a worker: pure functions, arguments and results that can be cloned. */
import { packedDigests } from './digest';
import { filesIn } from './files';
import { type HtmlTextOptions, htmlToText } from './html-text';
import { previewOf } from './preview';
import type { FoundFile, MimePart, MimeTree } from './types';
import { walkMime } from './walk';

export interface Tasks {
  walk(raw: Uint8Array): MimeTree;
  htmlToText(html: string, options?: HtmlTextOptions): string;
  files(bytes: Uint8Array): FoundFile[];
  /** `unpackDigests` reads it. */
  digests(messages: Uint8Array, ends: number[]): string;
  preview(part: Pick<MimePart, 'type' | 'encoding' | 'params'>, bytes: Uint8Array): string;
}

export const tasks: Tasks = {
  walk: (raw) => walkMime(asBuffer(raw)),
  htmlToText,
  files: (bytes) => filesIn(asBuffer(bytes)),
  digests: (messages, ends) => packedDigests(asBuffer(messages), ends),
  preview: previewOf,
};

/** A Buffer comes out of the thread's mail as its plain parent. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
