/** Threads: what people write to each other. `you` is the reader. */
import type { EmailAddress } from '@/lib/jmap/types';
import { DAY, type DemoMessage, HOUR, MINUTE } from '@/lib/source/local/demo/message';
import { people } from '@/lib/source/local/demo/people';

interface Turn {
  from: EmailAddress;
  ago: number;
  text: string;
  to?: EmailAddress[];
  extra?: Partial<DemoMessage>;
}

/** A conversation in order, each answering the one before; the reader's own turns lie in Sent. */
function thread(key: string, subject: string, you: EmailAddress, turns: Turn[]): DemoMessage[] {
  const all = [...new Set(turns.map(({ from }) => from))];
  return turns.map(({ from, ago, text, to, extra }, n) => ({
    id: `${key}-${n}`,
    ...(n > 0 ? { inReplyTo: `${key}-${n - 1}` } : {}),
    references: Array.from({ length: n }, (_, before) => `${key}-${before}`),
    ago,
    from,
    to: to ?? all.filter((person) => person !== from),
    subject: n === 0 ? subject : `Re: ${subject}`,
    text: n === 0 ? text : `${text}\n\n${quote(turns[n - 1] as Turn)}`,
    ...(from === you ? { mailbox: 'sent' as const, keywords: ['$seen'] } : {}),
    ...extra,
  }));
}

function quote({ from, text }: Turn): string {
  const lines = text.split('\n').map((line) => `> ${line}`);
  return `${from.name} wrote:\n${lines.join('\n')}`;
}

const SEEN = { keywords: ['$seen'] };

export function conversations(you: EmailAddress): DemoMessage[] {
  const { mira, tomas, ines, george, petra, hana, carpenter } = people;
  return [
    ...thread('lake', 'The lake house in June?', you, [
      {
        from: ines,
        ago: 9 * DAY,
        to: [you, tomas, mira, hana],
        text: 'The house by the lake is free from the 12th to the 19th. It has five beds and one very small boat.\n\nWho is in?',
        extra: SEEN,
      },
      { from: tomas, ago: 9 * DAY - 2 * HOUR, text: 'In! I can drive, four seats.', extra: SEEN },
      {
        from: mira,
        ago: 9 * DAY - 5 * HOUR,
        text: 'In from the 14th. Is there a desk? I have one call on the 15th.',
        extra: SEEN,
      },
      {
        from: ines,
        ago: 8 * DAY,
        text: 'There is a table. It has a view of the lake, so I promise nothing about the call.',
        extra: SEEN,
      },
      { from: you, ago: 8 * DAY - 3 * HOUR, text: 'In for the whole week. I can bring the big pan.' },
      {
        from: hana,
        ago: 7 * DAY,
        text: 'Yes please. I land on the 12th at 14:40, can somebody pick me up?',
        extra: SEEN,
      },
      {
        from: tomas,
        ago: 7 * DAY - HOUR,
        text: 'I can, if you do not mind waiting until four.',
        extra: SEEN,
      },
      { from: hana, ago: 7 * DAY - 2 * HOUR, text: 'I will have a book. Thank you!', extra: SEEN },
      {
        from: ines,
        ago: 5 * DAY,
        text: 'Deposit is paid. 84 each, no hurry.',
        extra: { keywords: ['$seen', '$flagged'] },
      },
      { from: you, ago: 5 * DAY - HOUR, text: 'Sent. Shall I make a shopping list?' },
      {
        from: ines,
        ago: 4 * DAY,
        text: 'You are a treasure. The shop in the village closes at six and on Mondays.',
        extra: SEEN,
      },
      { from: mira, ago: 2 * DAY, text: 'Could we add oat milk and something for mosquitoes?', extra: SEEN },
      {
        from: tomas,
        ago: 20 * HOUR,
        text: 'And charcoal. The last guests took theirs home, the neighbour says.',
      },
      {
        from: hana,
        ago: 3 * HOUR,
        text: 'My flight is now at 15:10, so nobody has to hurry. Looking forward to it so much!',
      },
    ]),
    ...thread('shelves', 'Shelves for the hallway: your quote', you, [
      {
        from: you,
        ago: 12 * DAY,
        to: [carpenter],
        text: 'Hello,\n\nI am looking for five oak shelves, 180 cm wide, for a hallway that is not quite straight. Could you tell me what that would cost?',
      },
      {
        from: carpenter,
        ago: 11 * DAY,
        text: 'Good morning,\n\nfive shelves in oak, oiled, fitted to the wall: 640 including the visit to measure. Ash would be 520.\n\nBellweather Joinery',
        extra: SEEN,
      },
      { from: you, ago: 10 * DAY, text: 'Oak, please. Would a Thursday suit you?' },
      {
        from: carpenter,
        ago: 30 * HOUR,
        text: 'Thursday at 9 is noted. Please clear the wall beforehand, the cat included.',
        extra: { keywords: ['$flagged'] },
      },
    ]),
    ...thread('talk', 'Notes for the spring talk', you, [
      {
        from: george,
        ago: 6 * DAY,
        text: 'I put my notes into one page. The middle part is too long and I cannot see what to cut.',
        extra: SEEN,
      },
      { from: you, ago: 6 * DAY - 4 * HOUR, text: 'Cut the history. Everybody in that room was there.' },
      { from: george, ago: 5 * DAY + 2 * HOUR, text: 'That is fair, and painful. Done.', extra: SEEN },
      {
        from: petra,
        ago: 26 * HOUR,
        to: [you, george],
        text: 'Read it on the train. The end works now. One question: who is the example for? It reads like an answer to somebody.',
      },
    ]),
    ...thread('keys', 'Spare keys', you, [
      {
        from: petra,
        ago: 50 * MINUTE,
        to: [you],
        text: 'I am downstairs with your spare keys. Ring me when you are back?',
      },
      {
        from: petra,
        ago: 35 * MINUTE,
        to: [you],
        text: 'Never mind, left them with the bakery. They want you to buy a bun.',
      },
    ]),
  ];
}

/** A mailing list: header fields that let a reader filter and leave (RFC 2369, RFC 2919). */
export function mailingList(): DemoMessage[] {
  const { list, george, hana, tomas, wei } = people;
  const headers = {
    'List-Id': 'Sailmakers <sailmakers.lists.example.org>',
    'List-Post': '<mailto:sailmakers@lists.example.org>',
    'List-Unsubscribe': '<https://lists.example.org/leave/sailmakers>, <mailto:leave@lists.example.org>',
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    Precedence: 'list',
  };
  const turns: [EmailAddress, number, string][] = [
    [
      george,
      4 * DAY,
      'Has anybody tried the lighter thread on a heavy jib? Ours frays at the third row of stitches.',
    ],
    [hana, 4 * DAY - 3 * HOUR, 'Yes, and it frayed at the second. Wax it first.'],
    [wei, 3 * DAY, 'We changed the needle instead: size 16, blunt. No fraying for two seasons.'],
    [tomas, 3 * DAY - HOUR, 'Where do you buy those? Everything here ends at 14.'],
    [wei, 28 * HOUR, 'I can post you a packet. Write to me off the list.'],
  ];
  return turns.map(([from, ago, text], n) => ({
    id: `list-${n}`,
    ...(n > 0 ? { inReplyTo: `list-${n - 1}` } : {}),
    references: Array.from({ length: n }, (_, before) => `list-${before}`),
    ago,
    from,
    to: [list],
    subject: `${n === 0 ? '' : 'Re: '}[sailmakers] Thread that frays`,
    text: `${text}\n\n-- \nsailmakers mailing list`,
    headers,
    ...(n < 4 ? SEEN : {}),
  }));
}
