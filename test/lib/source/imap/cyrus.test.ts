/** The second real server: ids of its own (OBJECTID), strict about what it stores. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sourceContract } from '@/test/contract/source';
import { type CyrusServer, hasCyrus, startCyrus } from '@/test/servers/cyrus';
import { openImapAccount, PASSWORD } from './imap-account';

let cyrus: CyrusServer;

it.skipIf(!hasCyrus)('Cyrus is there', () => expect(cyrus.ports.imap).toBeGreaterThan(0));

if (hasCyrus) {
  beforeAll(async () => {
    cyrus = await startCyrus({ contract: PASSWORD });
  });
  afterAll(() => cyrus?.stop());
  sourceContract('IMAP on Cyrus', () => openImapAccount(cyrus, { user: 'contract' }));
}
