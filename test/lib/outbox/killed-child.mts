/** A process that sends and is killed: `killed-child.mts PORT DATA_DIR FIRST COUNT DIES_AT`; it dies at that step, 0: the test kills it. */
import type { QueueRequest } from '@/lib/outbox/types';
import { ACCOUNT, openLife } from './life';

const [port = '', dataDir = '', first = '', count = '', diesAt = ''] = process.argv.slice(2);
let steps = 0;
const { outbox } = await openLife(dataDir, Number(port), () => {
  steps += 1;
  if (steps === Number(diesAt)) process.kill(process.pid, 'SIGKILL');
});
outbox.start();
for (let n = Number(first); n < Number(first) + Number(count); n += 1) {
  const { id } = await outbox.queue(mail(n));
  // What the page would hear: from here on the mail must not be lost.
  process.stdout.write(`${id}\n`);
}
// Until it is killed.
setInterval(() => undefined, 1_000);

/** Each to people of its own, so that the server's journal tells them apart. */
function mail(n: number): QueueRequest {
  const people = [`to${n}-0@x.org`, `to${n}-1@x.org`, `to${n}-2@x.org`];
  return {
    accountId: ACCOUNT,
    identityId: 'i1',
    emailId: `e${n}`,
    threadId: 't1',
    envelope: {
      mailFrom: { email: 'a@x.org', parameters: null },
      rcptTo: people.map((email) => ({ email, parameters: null })),
    },
    raw: Buffer.from(`From: a@x.org\r\nMessage-ID: <${n}@x.org>\r\nSubject: s\r\n\r\nbody ${n}\r\n`),
    sendAt: Date.now(),
  };
}
