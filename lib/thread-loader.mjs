// Loads TypeScript in a worker thread of Node 20 outside Next (tests, scripts): `--import tsx` acts on the main thread only.
import { register as registerCommonJs } from 'tsx/cjs/api';
import { register } from 'tsx/esm/api';

registerCommonJs();
register();
