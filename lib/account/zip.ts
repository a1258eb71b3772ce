/** Files as one zip archive, each opened when its turn comes, while what is before it is written (the one door to yazl). */
import { PassThrough, type Readable } from 'node:stream';
import { ZipFile } from 'yazl';

export interface FileToZip {
  /** Without a folder, and no other file's. */
  name: string;
  modifiedAt: number;
  open(): Promise<Readable>;
}

/** Fails with the first file that cannot be opened or read. `compress`: false for what is packed already, mostly. */
export function zipOf(files: readonly FileToZip[], { compress }: { compress: boolean }): Readable {
  const zip = new ZipFile();
  const out = new PassThrough();
  let current: Readable | null = null;
  const fail = (error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error)));
  for (const { name, modifiedAt, open } of files) {
    zip.addReadStreamLazy(name, { compress, mtime: new Date(modifiedAt) }, (done) => {
      open().then((stream) => {
        current = stream.once('error', fail);
        done(null, stream);
      }, fail);
    });
  }
  zip.once('error', fail);
  zip.end();
  out.once('close', () => current?.destroy());
  zip.outputStream.pipe(out);
  return out;
}
