/** Uploads one blob (RFC 8620 §6.1) with progress, which fetch cannot tell. */
import { JmapFault, LinkFault, OWN_HEADER } from '@/lib/client/jmap';
import type { Id } from '@/lib/jmap/types';

export interface UploadedBlob {
  accountId: Id;
  blobId: Id;
  type: string;
  size: number;
}

export interface UploadOptions {
  /** 0 to 1. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

export function upload(
  url: string,
  file: Blob,
  { onProgress, signal }: UploadOptions = {},
): Promise<UploadedBlob> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    for (const [name, value] of Object.entries(OWN_HEADER)) xhr.setRequestHeader(name, value);
    xhr.responseType = 'json';
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress?.(event.loaded / event.total);
    };
    xhr.onload = () => (xhr.status < 300 ? resolve(xhr.response) : reject(uploadFault(xhr)));
    xhr.onerror = () => reject(new LinkFault());
    xhr.onabort = () => reject(new JmapFault('canceled'));
    signal?.addEventListener('abort', () => xhr.abort(), { once: true });
    if (signal?.aborted) xhr.abort();
    else xhr.send(file);
  });
}

/** Gatepost or what stands before it is restarting, or its store is away: as if the link had broken. */
const AWAY = [502, 503, 504];

function uploadFault(xhr: XMLHttpRequest): JmapFault {
  if (AWAY.includes(xhr.status)) return new LinkFault(xhr.status);
  if (xhr.status === 413) return new JmapFault('tooLarge');
  const problem = xhr.response as { code?: string; detail?: string } | null;
  return new JmapFault(problem?.code ?? (xhr.status === 401 ? 'notSignedIn' : 'serverFail'), problem?.detail);
}
