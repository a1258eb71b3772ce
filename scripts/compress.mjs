/** After `next build`: a Brotli copy beside each script and style sheet, which next.config.js serves to whoever takes it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';

const root = join(dirname(dirname(fileURLToPath(import.meta.url))), '.next/static');
const BEST = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
};

for (const name of readdirSync(root, { recursive: true })) {
  if (!/\.(js|css)$/.test(name)) continue;
  const file = join(root, name);
  writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file), { params: BEST }));
}
