/** A process that collects and may be killed: `pop3-child.ts PORT DATA_DIR`. */
import { localAccount } from './local-account';

const [port = '', dataDir = ''] = process.argv.slice(2);
const account = await localAccount('sqlite', {
  incoming: { host: '127.0.0.1', port: Number(port), security: 'none', user: 'ann' },
  ...{ password: 'pw', dataDir, pop3: { leaveOnServer: false } },
});
await account.source.collect();
await account.source.idle();
await account.close(true);
