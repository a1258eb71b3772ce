import { expect, test } from 'vitest';
import { isAddress, parseAddresses } from '@/lib/client/draft/address-input';
import { type Answered, answerRecipients, answerReferences, listAddress } from '@/lib/client/draft/answer';
import { type Draft, emptyDraft, isBlank } from '@/lib/client/draft/draft';
import { quoteHtml, quoteText } from '@/lib/client/draft/quote';
import { wishesIn } from '@/lib/client/draft/send-wishes';
import { chooseSender, oneTimeAddress } from '@/lib/client/draft/sender';
import { bareSubject, forwardSubject, replySubject } from '@/lib/client/draft/subject';
import { draftToEmail } from '@/lib/client/draft/to-email';
import { type Circumstances, warningsOf } from '@/lib/client/draft/warnings';

const at = (email: string, name: string | null = null) => ({ name, email });
const mail: Answered = {
  from: [at('anna@example.org', 'Anna')],
  to: [at('me@example.org'), at('marco@example.org')],
  cc: [at('ME+news@example.org'), at('lena@example.org')],
  replyTo: null,
  subject: 'Re: Plan',
  messageId: ['3@x'],
  inReplyTo: ['2@x'],
  references: ['1@x', '2@x'],
  headers: [],
};

test('a pasted list is cut into people, names with commas and groups included', () => {
  const input =
    '"Lindqvist, Anna" <anna@example.org>; marco@example.org,\nFriends: lena@example.org;mailto:x@y.org';
  expect(parseAddresses(input)).toEqual([
    at('anna@example.org', 'Lindqvist, Anna'),
    at('marco@example.org'),
    at('lena@example.org'),
    at('x@y.org'),
  ]);
});

test('IDN and UTF-8 addresses are addresses; half-typed ones are not', () => {
  expect(['почта@пример.рф', 'a@b.co'].every(isAddress)).toBe(true);
  expect(['a', 'a@', 'a@b', 'a b@c.org', 'a@b.c', '<a@b.org>'].some(isAddress)).toBe(false);
});

test('an answer goes to the author, or to where the author asked', () => {
  expect(answerRecipients(mail, ['me@example.org'], false)).toEqual({
    to: [at('anna@example.org', 'Anna')],
    cc: [],
  });
  const replyTo = [at('list@example.org')];
  expect(answerRecipients({ ...mail, replyTo }, ['me@example.org'], false).to).toEqual(replyTo);
});

test('reply all leaves out own addresses, plus-addresses too', () => {
  const { to, cc } = answerRecipients(mail, ['me@example.org'], true);
  expect(to.map((one) => one.email)).toEqual(['anna@example.org', 'marco@example.org']);
  expect(cc.map((one) => one.email)).toEqual(['lena@example.org']);
});

test('an answer to own mail goes on to the people it was written to', () => {
  const own = { ...mail, from: [at('me@example.org')], to: [at('marco@example.org')] };
  expect(answerRecipients(own, ['me@example.org'], false).to).toEqual([at('marco@example.org')]);
});

test('reply all respects Mail-Followup-To', () => {
  const headers = [{ name: 'Mail-Followup-To', value: ' list@example.org' }];
  expect(answerRecipients({ ...mail, headers }, [], true)).toEqual({ to: [at('list@example.org')], cc: [] });
});

test('references grow by the answered message and stay bounded', () => {
  expect(answerReferences(mail)).toEqual({ inReplyTo: ['3@x'], references: ['1@x', '2@x', '3@x'] });
  const references = Array.from({ length: 200 }, (_, i) => `${i}@x`);
  const { references: kept } = answerReferences({ ...mail, references });
  expect(kept).toHaveLength(50);
  expect([kept?.[0], kept?.at(-1)]).toEqual(['0@x', '3@x']);
});

test.each([
  ['Re: AW: Re[2]: Plan', 'Plan'],
  ['Fwd: Отв: План', 'План'],
  ['Ответ: Пересл: Re(2): План', 'План'],
  ['Відп: SV: План', 'План'],
  ['回复：转发: 计划', '计划'],
  ['返信: Re^2: 予定', '予定'],
  ['ΑΠ: Σχετ: Σχέδιο', 'Σχέδιο'],
  ['Regarding: this', 'Regarding: this'],
  ['Reminder: pay', 'Reminder: pay'],
  ['', ''],
])('prefixes do not pile up: %s', (subject, bare) => {
  expect(bareSubject(subject)).toBe(bare);
  expect(replySubject(subject)).toBe(`Re: ${bare}`.trim());
  expect(forwardSubject(subject)).toBe(`Fwd: ${bare}`.trim());
});

test('quoting keeps levels and escapes the attribution', () => {
  expect(quoteText('a\n\n> b\n')).toBe('> a\n>\n>> b');
  expect(quoteHtml('<Anna> wrote:', '<p>hi</p>')).toBe(
    '<div>&#60;Anna&#62; wrote:</div><blockquote type="cite"><p>hi</p></blockquote>',
  );
});

test('a promised attachment that is missing is noticed in English and Russian, not in what is quoted', () => {
  const draft = { ...emptyDraft('a1', null), to: [at('a@b.co')], quote: 'see attached' };
  const kinds = (plainBody: string) => kindsOf({ ...draft, subject: 'Report' }, { plainBody });
  expect(kinds('The report is attached.')).toEqual(['noAttachment']);
  expect(kinds('Отчёт во вложении')).toEqual(['noAttachment']);
  expect(kinds('Nothing else')).toEqual([]);
  expect(kindsOf(emptyDraft('a1', null))).toEqual(['noRecipient', 'empty']);
  expect(kindsOf({ ...draft, body: 'Hello' })).toEqual(['noSubject']);
});

const HERE = { plainBody: '', replyAll: false, from: 'me@example.org', outgoingHost: 'mail.example.org' };
const kindsOf = (draft: Draft, more: Partial<Circumstances> = {}) =>
  warningsOf(draft, { ...HERE, ...more }).map(({ kind }) => kind);
const people = (n: number, domain = 'example.org') =>
  Array.from({ length: n }, (_, i) => at(`p${i}@${domain}`));

test('an answer to a room full of people, and one stranger among colleagues, are told', () => {
  const draft = { ...emptyDraft('a1', null), subject: 'Plan' };
  expect(kindsOf({ ...draft, to: people(21) }, { replyAll: true })).toEqual(['manyPeople']);
  expect(kindsOf({ ...draft, to: people(21) })).toEqual([]);
  expect(kindsOf({ ...draft, to: people(2), cc: people(1, 'rival.example') })).toEqual(['outsider']);
  expect(kindsOf({ ...draft, to: people(2), cc: people(2, 'rival.example') })).toEqual([]);
  const atHome = { ...draft, to: people(2, 'gmail.com'), cc: people(1) };
  expect(kindsOf(atHome, { from: 'me@gmail.com' })).toEqual([]);
});

test('what the provider would refuse is told before it is sent', () => {
  const draft = { ...emptyDraft('a1', null), subject: 'Plan' };
  expect(kindsOf({ ...draft, to: people(31) }, { outgoingHost: 'smtp.mail.ru' })).toEqual(['tooManyFor']);
  expect(kindsOf({ ...draft, to: people(31) }, { outgoingHost: 'smtp.notmail.ru.example' })).toEqual([]);
  const told = { 'gatepost:maxRecipients': 3, 'gatepost:maxSize': 1_000 };
  expect(kindsOf({ ...draft, to: people(4) }, { sender: told })).toEqual(['tooManyFor']);
  expect(kindsOf({ ...draft, to: people(3) }, { sender: told, plainBody: 'x'.repeat(1_001) })).toEqual([
    'tooLargeFor',
  ]);
  const file = { key: '1', name: 'setup.EXE', type: 'application/x', size: 20e6, blobId: 'u', cid: null };
  const heavy = { ...draft, to: people(1), attachments: [file] };
  expect(kindsOf(heavy, { outgoingHost: 'smtp.gmail.com' })).toEqual(['tooLargeFor', 'fileRefused']);
  expect(kindsOf(heavy, { outgoingHost: 'smtp.yandex.ru' })).toEqual([]);
});

test('a draft becomes an Email with both bodies, its key and what it refers to', () => {
  const identity = {
    id: 'i1',
    name: 'Me',
    email: 'me@example.org',
    replyTo: null,
    bcc: null,
    textSignature: '',
    htmlSignature: '',
    mayDelete: false,
  };
  const draft = {
    ...emptyDraft('a1', 'i1'),
    to: [at('a@b.co')],
    subject: 'Re: Plan',
    body: '<div>yes<img src="cid:img1"></div>',
    quote: '<blockquote>plan?</blockquote>',
    inReplyTo: ['3@x'],
    attachments: [
      { key: '1', name: 'a.png', type: 'image/png', size: 1, blobId: 'u1', cid: 'img1' },
      { key: '3', name: 'deleted.png', type: 'image/png', size: 1, blobId: 'u3', cid: 'img3' },
      { key: '2', name: 'late.pdf', type: 'application/pdf', size: 1, blobId: null, cid: null },
    ],
  };
  const email = draftToEmail(draft, identity, 'bdrafts', (html) => html.replace(/<[^>]*>/g, ''));
  expect(email).toMatchObject({
    mailboxIds: { bdrafts: true },
    keywords: { $draft: true, $seen: true },
    messageId: [`${draft.key}@example.org`],
    inReplyTo: ['3@x'],
    bodyValues: {
      text: { value: 'yes\n\nplan?' },
      html: { value: expect.stringContaining('</div><br><div class="gatepost-quote"><blockquote>') },
    },
    attachments: [{ blobId: 'u1', cid: 'img1', disposition: 'inline' }],
  });
  expect(isBlank(draft)).toBe(false);
});

test('importance, a read receipt and another address for answers stand in the header', () => {
  const identity = {
    id: 'i1',
    name: 'Me',
    email: 'me@example.org',
    replyTo: [at('team@example.org')],
    bcc: null,
    textSignature: '',
    htmlSignature: '',
    mayDelete: false,
  };
  const plain = { ...emptyDraft('a1', 'i1'), format: 'text' as const, to: [at('a@b.co')] };
  const asked = { ...plain, important: true, readReceipt: true, replyTo: [at('lena@example.org')] };
  expect(draftToEmail(asked, identity, 'b', String)).toMatchObject({
    replyTo: [at('lena@example.org')],
    'header:Importance': ' high',
    'header:X-Priority': ' 1',
    'header:Disposition-Notification-To:asAddresses': [at('me@example.org')],
  });
  const wished = draftToEmail({ ...plain, deliveryReceipt: true, requireTls: true }, identity, 'b', String);
  expect(wished['header:X-Gatepost-Send']).toBe(' delivery-receipt, require-tls');
  expect(wishesIn(' Require-TLS')).toEqual({ deliveryReceipt: false, requireTls: true });
  const email = draftToEmail(plain, identity, 'b', String);
  expect(email.replyTo).toEqual([at('team@example.org')]);
  expect(Object.keys(email).join()).not.toMatch(/Importance|Notification|X-Gatepost/);
});

test.each([
  ['blanks', ' '],
  ['line ends', '\n'],
])('S32: a long run of %s in the original is quoted in linear time', (_what, blank) => {
  const start = performance.now();
  expect(quoteText(`a${blank.repeat(300_000)}b${blank}`).endsWith('b')).toBe(true);
  expect(performance.now() - start).toBeLessThan(2_000);
});

const senders = ['anna@example.org', '*@own.example'].map((email, i) => ({
  id: `i${i}`,
  name: '',
  email,
  replyTo: null,
  bcc: null,
  textSignature: '',
  htmlSignature: '',
  mayDelete: true,
}));

test.each([
  [['x@else.where', 'ANNA@example.org'], 'i0', undefined],
  [['anna+shop@example.org'], 'i0', 'anna+shop@example.org'],
  [['x@else.where', 'sales@OWN.example'], 'i1', 'sales@OWN.example'],
  [['sales@evil-own.example'], 'i0', undefined],
  [[], 'i0', undefined],
])('mail to %j is answered by the sender that it was written to', (addresses, id, from) => {
  const sender = chooseSender(senders, addresses);
  expect([sender?.identity.id, sender?.from]).toEqual([id, from]);
});

test('one-time addresses come to their owner', () => {
  const [anna, own] = senders;
  expect(anna && oneTimeAddress(anna)).toMatch(/^anna\+[a-z2-9]{6}@example\.org$/);
  expect(own && oneTimeAddress(own)).toMatch(/^[a-z2-9]{6}@own\.example$/);
});

test('a list says where it takes mail (RFC 2369)', () => {
  const header = (value: string) => [{ name: 'List-Post', value }];
  expect(listAddress(header(' <mailto:talk@lists.example>'))?.email).toBe('talk@lists.example');
  expect(listAddress(header(' <mailto:talk@lists.example?subject=x> (everybody)'))?.email).toBe(
    'talk@lists.example',
  );
  expect(listAddress(header(' NO (nobody)'))).toBeNull();
});

test('an answer stands below what it answers, where that is asked', () => {
  const [identity] = senders;
  const draft = { ...emptyDraft('a1', 'i0'), format: 'text' as const, body: 'yes', quote: '> plan?' };
  const text = (more: Partial<Draft>) =>
    identity &&
    (draftToEmail({ ...draft, ...more }, identity, 'b', String).bodyValues as { text: { value: string } })
      .text.value;
  expect(text({})).toBe('yes\n\n> plan?');
  expect(text({ quoteFirst: true })).toBe('> plan?\n\nyes');
});
