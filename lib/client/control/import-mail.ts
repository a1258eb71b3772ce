/** A file of mail on its way into a mailbox. XMLHttpRequest, because fetch does not tell how much was sent. */
import { ControlFault } from './request';

export interface ImportResult {
  imported: number;
  skipped: number;
  failed: number;
  /** What ended it early; what is counted stays. */
  fault: ControlFault | null;
}

interface LastLine extends Omit<ImportResult, 'fault'> {
  finished?: true;
  code?: string;
}

/** `onProgress`: the share that was taken, 0 to 1. @throws ControlFault */
export function importMail(
  { accountId, mailboxId, file }: { accountId: string; mailboxId: string; file: File },
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<ImportResult> {
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    const query = new URLSearchParams({ mailbox: mailboxId });
    request.open('POST', `/api/accounts/${accountId}/import?${query}`);
    request.setRequestHeader('x-gatepost', '1');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 1);
    request.onload = () => {
      try {
        resolve(resultOf(request));
      } catch (error) {
        reject(error);
      }
    };
    request.onerror = () => reject(new ControlFault('network'));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

function resultOf({ status, responseText }: XMLHttpRequest): ImportResult {
  const last = JSON.parse(responseText.trim().split('\n').at(-1) ?? '{}') as LastLine;
  if (status !== 200) throw new ControlFault(last.code ?? 'serverFail');
  if (!last.finished) throw new ControlFault('network');
  return { ...last, fault: last.code ? new ControlFault(last.code) : null };
}
