/** Fills a new demo mailbox: about 60 messages of every kind, written anew with times that end now. */
import type { EmailAddress, MailboxRole } from '@/lib/jmap/types';
import { conversations, mailingList } from '@/lib/source/local/demo/conversations';
import { filed } from '@/lib/source/local/demo/filed';
import { languages } from '@/lib/source/local/demo/languages';
import { type DemoMessage, toRaw } from '@/lib/source/local/demo/message';
import { automatic } from '@/lib/source/local/demo/newsletters';
import { special } from '@/lib/source/local/demo/special';
import type { LocalSource } from '@/lib/source/local/local-source';

/** The user's own mailboxes, the second inside the first, and what is moved there from the inbox. */
const OWN: [name: string, messages: string[]][] = [
  ['Travel', ['ticket']],
  ['Lake house', []],
];

export interface DemoOptions {
  you?: EmailAddress;
  now?: number;
}

/** For a source that holds nothing yet. */
export async function seedDemo(source: LocalSource, options: DemoOptions = {}): Promise<void> {
  const you = options.you ?? { name: 'You', email: 'you@example.org' };
  const now = options.now ?? Date.now();
  await source.refreshMailboxes();
  const places = await makeOwnMailboxes(source);
  const emails = await Promise.all(
    demoMessages(you, now).map(async (message) => ({
      raw: await toRaw(message, now),
      mailboxIds: [
        places.get(message.id) ?? source.roleId(message.mailbox ?? ('inbox' satisfies MailboxRole)),
      ],
      keywords: message.keywords ?? [],
      receivedAt: now - message.ago,
    })),
  );
  await source.appendAll(emails.sort((a, b) => a.receivedAt - b.receivedAt));
}

function demoMessages(you: EmailAddress, now: number): DemoMessage[] {
  return [
    ...conversations(you),
    ...mailingList(),
    ...languages(you),
    ...automatic(you),
    ...special(you, now),
    ...filed(you),
  ];
}

/** @returns where the messages go that do not lie in a mailbox with a role */
async function makeOwnMailboxes(source: LocalSource): Promise<Map<string, string>> {
  const places = new Map<string, string>();
  let parentId: string | null = null;
  for (const [name, messages] of OWN) {
    const id: string = await source.createMailbox({ name, parentId, role: null, isSubscribed: true });
    for (const message of messages) places.set(message, id);
    parentId = id;
  }
  return places;
}
