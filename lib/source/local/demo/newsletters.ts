/** Newsletters and automatic mail, in the HTML that such senders write: tables, inline styles, remote pictures. */
import type { EmailAddress } from '@/lib/jmap/types';
import { landscape, pdf } from '@/lib/source/local/demo/files';
import { DAY, type DemoMessage, HOUR, MINUTE } from '@/lib/source/local/demo/message';
import { people } from '@/lib/source/local/demo/people';

const unsubscribe = (host: string): Record<string, string> => ({
  'List-Unsubscribe': `<https://${host}/unsubscribe>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  'List-Id': `<news.${host}>`,
});

/** Remote pictures stay blocked until the reader asks; example hosts answer nobody anyway. */
function letter(host: string, title: string, colour: string, paragraphs: string[]): string {
  const rows = paragraphs
    .map(
      (text) =>
        `<tr><td style="padding:0 32px 18px;font:16px/1.6 Georgia,serif;color:#333">${text}</td></tr>`,
    )
    .join('');
  return `<!doctype html><html><head><style>a{color:${colour}}</style></head><body style="margin:0;background:#f2f0eb"><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" style="background:#fff"><tr><td style="background:${colour};padding:28px 32px;font:bold 26px Georgia,serif;color:#fff">${title}</td></tr><tr><td><img src="https://${host}/header.jpg" width="600" height="180" alt="Picture of the week"></td></tr><tr><td style="height:24px"></td></tr>${rows}<tr><td style="padding:18px 32px;font:12px Arial;color:#888">You get this because you asked for it. <a href="https://${host}/unsubscribe">Unsubscribe</a><img src="https://${host}/open.gif?id=42" width="1" height="1" alt=""></td></tr></table></body></html>`;
}

function newsletters(to: EmailAddress[]): DemoMessage[] {
  const { dispatch, garden, tools, museum } = people;
  return [
    {
      id: 'dispatch-31',
      ago: 22 * HOUR,
      from: dispatch,
      to,
      subject: 'The Slow Dispatch, no. 31: lighthouses after the keepers left',
      html: letter('dispatch.example.org', 'The Slow Dispatch', '#2d4a63', [
        'The last keeper of the northern light left on a Tuesday. She took the logbook and left the kettle.',
        'This week we ask what a lighthouse does all day when nobody is in it, and answer: the same as before.',
        '<a href="https://dispatch.example.org/31">Read the long version</a> (18 minutes).',
      ]),
      headers: unsubscribe('dispatch.example.org'),
    },
    {
      id: 'dispatch-30',
      ago: 8 * DAY,
      from: dispatch,
      to,
      subject: 'The Slow Dispatch, no. 30: a town that moved two kilometres',
      html: letter('dispatch.example.org', 'The Slow Dispatch', '#2d4a63', [
        'They numbered the stones of the church. Two are still missing.',
        '<a href="https://dispatch.example.org/30">Read it</a>.',
      ]),
      headers: unsubscribe('dispatch.example.org'),
      keywords: ['$seen'],
    },
    {
      id: 'garden',
      ago: 33 * HOUR,
      from: garden,
      to,
      subject: '🌱 Sow now: peas, poppies, patience',
      html: letter('garden.example.com', 'Garden Weekly', '#3f6b3a', [
        '<b>Peas</b> like cold feet. Put them out when you would still wear a scarf.',
        '<b>Poppies</b> want to be left alone, which makes them the easiest of all.',
      ]),
      headers: unsubscribe('garden.example.com'),
    },
    {
      id: 'tools',
      ago: 4 * DAY + HOUR,
      from: tools,
      to,
      subject: 'Toolmakers Digest: 12 links on sharpening, and one on rust',
      text: 'TOOLMAKERS DIGEST\n\n1. A stone for every day\n   https://toolmakers.example.org/stone\n\n2. Why your plane chatters\n   https://toolmakers.example.org/plane\n\n3. Rust, an appreciation\n   https://toolmakers.example.org/rust\n\nTo leave: https://toolmakers.example.org/leave',
      headers: unsubscribe('toolmakers.example.org'),
      keywords: ['$seen'],
    },
    {
      id: 'museum',
      ago: 6 * DAY + HOUR,
      from: museum,
      to,
      subject: 'Thimbles: the new room is open',
      html: `<div style="font-family:Arial;max-width:520px"><h2 style="color:#7a3b2e">Four hundred thimbles</h2><p><img src="cid:room@museum" alt="The new room" width="320" height="200"></p><p>Open daily but Monday. Members enter free, with one guest.</p></div>`,
      files: [
        {
          name: 'room.png',
          type: 'image/png',
          cid: 'room@museum',
          content: landscape([240, 214, 188], [122, 59, 46]),
        },
      ],
      headers: unsubscribe('museum.example.org'),
      keywords: ['$seen'],
    },
  ];
}

function notices(to: EmailAddress[]): DemoMessage[] {
  const { shop, courier, bank, library, railway, forge } = people;
  return [
    {
      id: 'order',
      ago: 2 * DAY + 3 * HOUR,
      from: shop,
      to,
      subject: 'Your order 20871 is on its way',
      html: '<h2>Thank you!</h2><table border="1" cellpadding="6" style="border-collapse:collapse"><tr><th>Item</th><th>Pieces</th><th>Price</th></tr><tr><td>Notebook, dotted, A5</td><td>3</td><td>27.00</td></tr><tr><td>Ink, blue-black, 50 ml</td><td>1</td><td>12.50</td></tr><tr><td colspan="2"><b>Total</b></td><td><b>39.50</b></td></tr></table>',
      keywords: ['$seen'],
    },
    {
      id: 'parcel',
      inReplyTo: 'order',
      ago: 70 * MINUTE,
      from: courier,
      to,
      subject: 'Your parcel arrives today between 14:00 and 16:00',
      text: 'Your parcel from Paper & Ink is out for delivery.\n\nParcel number: SP 4410 2218 07\nTrack it: https://parcel.example.com/track/44102218\n\nNobody at home? It goes to your neighbours at number 14.',
    },
    {
      id: 'statement',
      ago: 3 * DAY + 5 * HOUR,
      from: bank,
      to,
      subject: 'Your account statement is ready',
      text: 'Good morning,\n\nyour statement of last month is attached as PDF.\n\nHarbour Bank never asks for your password by mail.',
      files: [
        {
          name: 'statement.pdf',
          type: 'application/pdf',
          content: pdf([
            'Harbour Bank',
            '',
            'Account statement',
            '',
            'Opening balance      1,204.10',
            'Paper & Ink            -39.50',
            'Lake house             -84.00',
            'Salary               2,350.00',
            '',
            'Closing balance      3,430.60',
          ]),
        },
      ],
      keywords: ['$seen'],
    },
    {
      id: 'library',
      ago: 15 * HOUR,
      from: library,
      to,
      subject: 'Two loans are due on Friday',
      text: 'Dear reader,\n\nthese are due on Friday:\n\n  - A History of Knots\n  - Salt: A Cookbook\n\nRenew them at https://library.example.org/loans (once more is possible).',
    },
    {
      id: 'ticket',
      ago: 7 * DAY,
      from: railway,
      to,
      subject: 'Your ticket: coach 4, seat 61 (window)',
      text: 'Your ticket is attached. Show it on paper or on a screen.',
      files: [
        {
          name: 'ticket.pdf',
          type: 'application/pdf',
          content: pdf([
            'Northern Line',
            'Coach 4, seat 61, window',
            'Please be at the platform five minutes before.',
          ]),
        },
      ],
      keywords: ['$seen', '$flagged'],
    },
    {
      id: 'forge-1',
      ago: 5 * HOUR,
      from: forge,
      to,
      subject: '[boathouse/charts] Depths are off by one row (#118)',
      text: 'Mira Lindqvist opened an issue:\n\nThe depths in the table are one row below the names. On the chart itself they are right.\n\n--\nReply to this mail or look at it: https://forge.example.org/boathouse/charts/118',
      headers: { 'List-Id': 'boathouse/charts <charts.boathouse.forge.example.org>' },
    },
    {
      id: 'forge-2',
      inReplyTo: 'forge-1',
      ago: 2 * HOUR,
      from: forge,
      to,
      subject: 'Re: [boathouse/charts] Depths are off by one row (#118)',
      text: 'Mira Lindqvist wrote:\n\nFound it: the header counts as a row. Fixed in 4f2c9d1.\n\nClosed #118.',
      headers: { 'List-Id': 'boathouse/charts <charts.boathouse.forge.example.org>' },
    },
  ];
}

export function automatic(you: EmailAddress): DemoMessage[] {
  return [...newsletters([you]), ...notices([you])];
}
