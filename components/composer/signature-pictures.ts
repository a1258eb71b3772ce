/** Pictures stand inside a signature's HTML; in a mail each is a part of its own, named by `cid:`: many programs show no others. */

import { newCid } from '@/lib/client/composer/inline-images';
import type { DraftAttachment } from '@/lib/client/draft/draft';
import type { Transport } from '@/lib/client/jmap';
import type { Id } from '@/lib/jmap/types';

const PICTURE = /"data:(image\/(png|jpe?g|gif|webp));base64,([A-Za-z0-9+/=]+)"/g;

export interface WithPictures {
  body: string;
  attachments: DraftAttachment[];
}

export async function withPictures(transport: Transport, accountId: Id, body: string): Promise<WithPictures> {
  const found = [...new Map([...body.matchAll(PICTURE)].map((match) => [match[0], match])).values()];
  if (found.length === 0) return { body, attachments: [] };
  const create = Object.fromEntries(
    found.map(([, type = '', , data = ''], n) => [`p${n}`, { data: [{ 'data:asBase64': data }], type }]),
  );
  const answers = await transport.call([['Blob/upload', { accountId, create }, 'pictures']]);
  const { created } = answers.of<{ created: Record<Id, { id: Id; size: number }> | null }>('pictures');
  let text = body;
  const attachments = found.flatMap(([whole, type = '', ending = ''], n) => {
    const blob = created?.[`p${n}`];
    if (!blob) return [];
    const cid = newCid();
    text = text.replaceAll(whole, `"cid:${cid}"`);
    const name = `signature-${n + 1}.${ending}`;
    return [{ key: crypto.randomUUID(), name, type, size: blob.size, blobId: blob.id, cid }];
  });
  return { body: text, attachments };
}
