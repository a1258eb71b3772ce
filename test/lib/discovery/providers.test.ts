/** What people at the big providers are told, and where their password goes: nothing here asks anybody. */
import { describe, expect, test } from 'vitest';
import { type DiscoveryConfig, discover } from '@/lib/discovery/discover';
import { takesSender } from '@/lib/discovery/sender-rule';
import type { ErrorCode } from '@/lib/errors';
import { sentenceFor } from '@/lib/i18n/sentence-for';

const CONFIG: DiscoveryConfig = {
  allowHosts: [],
  allowPorts: [143, 993, 110, 995, 465, 587],
  fixed: null,
  // Nobody listens there: a preset must not need anybody.
  dnsServers: ['127.0.0.1:1'],
  tlsCaFile: null,
  tlsPins: new Map(),
  mailDomain: null,
};

type Row = [domain: string, imap: string, pop3: string | null, smtp: string, signIn: string];
const PROVIDERS: Row[] = [
  ['mail.ru', 'imap.mail.ru:993', 'pop.mail.ru:995', 'smtp.mail.ru:465', 'appPassword'],
  ['inbox.ru', 'imap.mail.ru:993', 'pop.mail.ru:995', 'smtp.mail.ru:465', 'appPassword'],
  ['bk.ru', 'imap.mail.ru:993', 'pop.mail.ru:995', 'smtp.mail.ru:465', 'appPassword'],
  ['list.ru', 'imap.mail.ru:993', 'pop.mail.ru:995', 'smtp.mail.ru:465', 'appPassword'],
  ['yandex.ru', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['ya.ru', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['yandex.com', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['yandex.by', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['yandex.kz', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['yandex.ua', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['narod.ru', 'imap.yandex.ru:993', 'pop.yandex.ru:995', 'smtp.yandex.ru:465', 'appPassword'],
  ['rambler.ru', 'imap.rambler.ru:993', 'pop.rambler.ru:995', 'smtp.rambler.ru:465', 'password'],
  ['ro.ru', 'imap.rambler.ru:993', 'pop.rambler.ru:995', 'smtp.rambler.ru:465', 'password'],
  ['lenta.ru', 'imap.rambler.ru:993', 'pop.rambler.ru:995', 'smtp.rambler.ru:465', 'password'],
  ['myrambler.ru', 'imap.rambler.ru:993', 'pop.rambler.ru:995', 'smtp.rambler.ru:465', 'password'],
  ['autorambler.ru', 'imap.rambler.ru:993', 'pop.rambler.ru:995', 'smtp.rambler.ru:465', 'password'],
  ['gmail.com', 'imap.gmail.com:993', 'pop.gmail.com:995', 'smtp.gmail.com:465', 'appPassword'],
  ['googlemail.com', 'imap.gmail.com:993', 'pop.gmail.com:995', 'smtp.gmail.com:465', 'appPassword'],
  [
    'outlook.com',
    'outlook.office365.com:993',
    'outlook.office365.com:995',
    'smtp-mail.outlook.com:587',
    'oauthOnly',
  ],
  [
    'hotmail.com',
    'outlook.office365.com:993',
    'outlook.office365.com:995',
    'smtp-mail.outlook.com:587',
    'oauthOnly',
  ],
  [
    'yahoo.com',
    'imap.mail.yahoo.com:993',
    'pop.mail.yahoo.com:995',
    'smtp.mail.yahoo.com:465',
    'appPassword',
  ],
  ['icloud.com', 'imap.mail.me.com:993', null, 'smtp.mail.me.com:587', 'appPassword'],
  ['fastmail.com', 'imap.fastmail.com:993', 'pop.fastmail.com:995', 'smtp.fastmail.com:465', 'appPassword'],
  ['gmx.net', 'imap.gmx.net:993', 'pop.gmx.net:995', 'mail.gmx.net:465', 'password'],
  ['gmx.com', 'imap.gmx.com:993', 'pop.gmx.com:995', 'mail.gmx.com:465', 'password'],
  ['web.de', 'imap.web.de:993', 'pop3.web.de:995', 'smtp.web.de:465', 'password'],
  ['zoho.com', 'imap.zoho.com:993', 'pop.zoho.com:995', 'smtp.zoho.com:465', 'appPassword'],
];

const at = ({ host, port }: { host: string; port: number }) => `${host}:${port}`;

describe('a known provider', () => {
  test.each(PROVIDERS)(
    '%s: its servers, the whole address as user, and how it lets programs in',
    async (...row) => {
      const [domain, imap, pop3, smtp, signIn] = row;
      const { servers, provider } = await discover(`anna@${domain}`, CONFIG);
      const incoming = (kind: string) => servers.find((one) => one.kind === kind)?.incoming;
      expect(at(incoming('imap') ?? { host: '', port: 0 })).toBe(imap);
      expect(incoming('pop3') ? at(incoming('pop3') ?? { host: '', port: 0 }) : null).toBe(pop3);
      for (const {
        outgoing,
        incoming: { user, security },
      } of servers) {
        expect(at(outgoing)).toBe(smtp);
        expect([user, outgoing.user]).toEqual([`anna@${domain}`, `anna@${domain}`]);
        expect([security, outgoing.security]).not.toContain('none');
      }
      expect(servers.every(({ confirmed }) => confirmed)).toBe(true);
      expect(provider?.signIn).toBe(signIn);
      if (signIn === 'appPassword') expect(provider?.appPasswordUrl).toMatch(/^https:\/\//);
    },
  );
});

describe('why a step failed', () => {
  const CASES: [ErrorCode, Record<string, string | number>][] = [
    ['hostNotFound', {}],
    ['connectionRefused', { port: 993 }],
    ['connectionTimeout', {}],
    ['connectionLost', {}],
    ['addressForbidden', {}],
    ...['expired', 'notYetValid', 'wrongName', 'selfSigned', 'untrusted', 'weak', 'protocol', 'unheard'].map(
      (reason): [ErrorCode, Record<string, string>] => [
        'tlsFailed',
        { reason, names: 'other.test', validFrom: '2026-01-01', validTo: '2026-02-01' },
      ],
    ),
    ['tlsRequired', {}],
    ['protocolViolation', {}],
    ['serverUnavailable', {}],
    ['wrongPassword', {}],
    ['appPasswordNeeded', { provider: 'Gmail' }],
    ['protocolDisabled', { provider: 'Yandex Mail', protocol: 'IMAP' }],
    ['oauthNeeded', { provider: 'Outlook' }],
    ['signInNotAllowed', {}],
    ['rateLimit', { seconds: 30 }],
  ];
  test.each(CASES)('%s %j is told in both languages, with what it is about', (code, params) => {
    const sentence = (language: string) =>
      sentenceFor(language, { code, params: { host: 'mail.example.org', ...params } });
    const [en, ru] = [sentence('en'), sentence('ru')];
    expect(ru).toMatch(/[а-я]/);
    expect(en).not.toMatch(/[а-я]/i);
    for (const text of [en, ru]) {
      expect(text).not.toMatch(/[{}]|undefined|null/);
      expect(text).toContain(params.provider ?? params.seconds ?? 'mail.example.org');
      // What happened, and what to do.
      expect(text.split(/[.:;] /).length).toBeGreaterThan(1);
    }
  });
});

test.each([
  ['smtp.rambler.ru', 'anna@rambler.ru', 'anna@rambler.ru', true],
  ['smtp.rambler.ru', 'anna@rambler.ru', 'anna@ro.ru', false],
  ['smtp.mail.ru', 'anna@bk.ru', 'ANNA@bk.ru', true],
  ['smtp.mail.ru', 'anna@bk.ru', 'anna@example.org', false],
  ['smtp.yandex.ru', 'anna.b@yandex.ru', 'anna-b+shop@ya.ru', true],
  ['smtp.yandex.ru', 'anna@yandex.ru', 'boris@yandex.ru', false],
  ['smtp.yandex.ru', 'anna@own.example', 'anna@yandex.ru', false],
  ['smtp.gmail.com', 'anna@gmail.com', 'anna@example.org', true],
  ['mail.example.org', 'anna@example.org', 'boris@example.net', true],
])('%s with %s takes %s as sender: %s', (host, address, from, takes) => {
  expect(takesSender({ host, address }, from)).toBe(takes);
});
