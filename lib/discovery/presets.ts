/**
 * What is known of providers (believed November 2026). Data only: a fact that stops being true is mended here,
 * and where the server says otherwise the server is right.
 */
import type { Endpoint } from '@/lib/net/types';
import type { Provider } from './types';

export interface Preset extends Provider {
  /** Mail domains of the provider itself. */
  domains: string[];
  /** Ends of the MX hosts of domains that it hosts. */
  mx: string[];
  imap: Endpoint;
  pop3?: Endpoint;
  smtp: Endpoint;
  /** What the server takes as user name; the whole address by default. */
  user?: 'localPart';
  /**
   * Whom the outgoing server takes in From, where it is strict: the address that signed in alone, or that mailbox under any of
   * the provider's own domains, with or without a plus-word.
   */
  from?: 'login' | 'mailbox';
}

const tls = (host: string, port: number): Endpoint => ({ host, port, security: 'tls' });
const starttls = (host: string, port: number): Endpoint => ({ host, port, security: 'starttls' });

export const PRESETS: Preset[] = [
  {
    id: 'gmail',
    name: 'Gmail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://myaccount.google.com/apppasswords',
    settingsUrl: 'https://mail.google.com/mail/u/0/#settings/fwdandpop',
    notes: ['enableImap'],
    domains: ['gmail.com', 'googlemail.com'],
    mx: ['google.com', 'googlemail.com'],
    imap: tls('imap.gmail.com', 993),
    pop3: tls('pop.gmail.com', 995),
    smtp: tls('smtp.gmail.com', 465),
  },
  {
    id: 'outlook',
    name: 'Outlook',
    signIn: 'oauthOnly',
    settingsUrl: 'https://outlook.live.com/mail/0/options/mail/accounts',
    domains: [
      'outlook.com',
      'hotmail.com',
      'live.com',
      'msn.com',
      'hotmail.co.uk',
      'hotmail.fr',
      'hotmail.de',
      'outlook.de',
      'outlook.fr',
      'live.ru',
      'windowslive.com',
    ],
    mx: ['mail.protection.outlook.com', 'olc.protection.outlook.com', 'mx.microsoft'],
    imap: tls('outlook.office365.com', 993),
    pop3: tls('outlook.office365.com', 995),
    smtp: starttls('smtp-mail.outlook.com', 587),
  },
  {
    id: 'yahoo',
    name: 'Yahoo Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://login.yahoo.com/account/security',
    domains: [
      'yahoo.com',
      'ymail.com',
      'rocketmail.com',
      'yahoo.co.uk',
      'yahoo.de',
      'yahoo.fr',
      'yahoo.it',
      'yahoo.es',
      'yahoo.co.in',
      'yahoo.com.br',
      'myyahoo.com',
    ],
    mx: ['yahoodns.net'],
    imap: tls('imap.mail.yahoo.com', 993),
    pop3: tls('pop.mail.yahoo.com', 995),
    smtp: tls('smtp.mail.yahoo.com', 465),
  },
  {
    id: 'aol',
    name: 'AOL Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://login.aol.com/account/security',
    domains: ['aol.com', 'aim.com'],
    mx: [],
    imap: tls('imap.aol.com', 993),
    pop3: tls('pop.aol.com', 995),
    smtp: tls('smtp.aol.com', 465),
  },
  {
    id: 'icloud',
    name: 'iCloud Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://account.apple.com/account/manage',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    mx: ['mail.icloud.com'],
    imap: tls('imap.mail.me.com', 993),
    smtp: starttls('smtp.mail.me.com', 587),
  },
  {
    id: 'yandex',
    name: 'Yandex Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://id.yandex.ru/security/app-passwords',
    settingsUrl: 'https://mail.yandex.ru/#setup/client',
    notes: ['enableImap'],
    domains: ['yandex.ru', 'ya.ru', 'yandex.com', 'yandex.by', 'yandex.kz', 'yandex.ua', 'narod.ru'],
    mx: ['yandex.ru', 'yandex.net'],
    imap: tls('imap.yandex.ru', 993),
    pop3: tls('pop.yandex.ru', 995),
    smtp: tls('smtp.yandex.ru', 465),
    from: 'mailbox',
  },
  {
    id: 'mailru',
    name: 'Mail.ru',
    signIn: 'appPassword',
    appPasswordUrl: 'https://account.mail.ru/user/2-step-auth/passwords',
    settingsUrl: 'https://e.mail.ru/settings/security',
    domains: ['mail.ru', 'inbox.ru', 'bk.ru', 'list.ru', 'internet.ru', 'xmail.ru'],
    mx: ['mail.ru'],
    imap: tls('imap.mail.ru', 993),
    pop3: tls('pop.mail.ru', 995),
    smtp: tls('smtp.mail.ru', 465),
    from: 'login',
  },
  {
    id: 'rambler',
    name: 'Rambler',
    signIn: 'password',
    settingsUrl: 'https://mail.rambler.ru/settings/mailapps',
    notes: ['enableImap'],
    domains: ['rambler.ru', 'ro.ru', 'lenta.ru', 'myrambler.ru', 'autorambler.ru'],
    mx: ['rambler.ru'],
    imap: tls('imap.rambler.ru', 993),
    pop3: tls('pop.rambler.ru', 995),
    smtp: tls('smtp.rambler.ru', 465),
    from: 'login',
  },
  {
    id: 'fastmail',
    name: 'Fastmail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://app.fastmail.com/settings/security/apps',
    domains: ['fastmail.com', 'fastmail.fm', 'messagingengine.com', 'sent.com'],
    mx: ['messagingengine.com'],
    imap: tls('imap.fastmail.com', 993),
    pop3: tls('pop.fastmail.com', 995),
    smtp: tls('smtp.fastmail.com', 465),
  },
  {
    id: 'gmx',
    name: 'GMX',
    signIn: 'password',
    settingsUrl: 'https://www.gmx.net/',
    notes: ['enableImap'],
    domains: ['gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'gmx.org'],
    mx: ['emig.gmx.net', 'gmx.net'],
    imap: tls('imap.gmx.net', 993),
    pop3: tls('pop.gmx.net', 995),
    smtp: tls('mail.gmx.net', 465),
  },
  {
    id: 'gmxcom',
    name: 'GMX',
    signIn: 'password',
    settingsUrl: 'https://www.gmx.com/',
    notes: ['enableImap'],
    domains: ['gmx.com', 'gmx.us', 'gmx.co.uk', 'gmx.fr', 'gmx.es'],
    mx: ['gmx.com'],
    imap: tls('imap.gmx.com', 993),
    pop3: tls('pop.gmx.com', 995),
    smtp: tls('mail.gmx.com', 465),
  },
  {
    id: 'webde',
    name: 'WEB.DE',
    signIn: 'password',
    settingsUrl: 'https://web.de/',
    notes: ['enableImap'],
    domains: ['web.de', 'email.de'],
    mx: ['web.de'],
    imap: tls('imap.web.de', 993),
    pop3: tls('pop3.web.de', 995),
    smtp: tls('smtp.web.de', 465),
  },
  {
    id: 'zoho',
    name: 'Zoho Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://accounts.zoho.com/home#security/app_password',
    settingsUrl: 'https://mail.zoho.com/zm/#settings/all/mailaccounts',
    notes: ['enableImap'],
    domains: ['zoho.com', 'zohomail.com'],
    mx: ['zoho.com'],
    imap: tls('imap.zoho.com', 993),
    pop3: tls('pop.zoho.com', 995),
    smtp: tls('smtp.zoho.com', 465),
  },
  {
    id: 'zohoeu',
    name: 'Zoho Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://accounts.zoho.eu/home#security/app_password',
    notes: ['enableImap'],
    domains: ['zohomail.eu'],
    mx: ['zoho.eu'],
    imap: tls('imap.zoho.eu', 993),
    pop3: tls('pop.zoho.eu', 995),
    smtp: tls('smtp.zoho.eu', 465),
  },
  {
    id: 'mailboxorg',
    name: 'mailbox.org',
    signIn: 'password',
    domains: ['mailbox.org'],
    mx: ['mailbox.org'],
    imap: tls('imap.mailbox.org', 993),
    pop3: tls('pop3.mailbox.org', 995),
    smtp: tls('smtp.mailbox.org', 465),
  },
  {
    id: 'posteo',
    name: 'Posteo',
    signIn: 'password',
    domains: ['posteo.de', 'posteo.net', 'posteo.eu'],
    mx: ['posteo.de'],
    imap: tls('posteo.de', 993),
    pop3: tls('posteo.de', 995),
    smtp: tls('posteo.de', 465),
  },
  {
    id: 'tonline',
    name: 'T-Online',
    signIn: 'appPassword',
    appPasswordUrl: 'https://account.idm.telekom.com/account-manager/',
    domains: ['t-online.de', 'magenta.de'],
    mx: ['t-online.de'],
    imap: tls('secureimap.t-online.de', 993),
    pop3: tls('securepop.t-online.de', 995),
    smtp: tls('securesmtp.t-online.de', 465),
  },
  {
    id: 'migadu',
    name: 'Migadu',
    signIn: 'password',
    domains: ['migadu.com'],
    mx: ['migadu.com'],
    imap: tls('imap.migadu.com', 993),
    pop3: tls('pop.migadu.com', 995),
    smtp: tls('smtp.migadu.com', 465),
  },
  {
    id: 'ionos',
    name: 'IONOS',
    signIn: 'password',
    domains: [],
    mx: ['kundenserver.de', 'ionos.com', 'perfora.net'],
    imap: tls('imap.ionos.com', 993),
    pop3: tls('pop.ionos.com', 995),
    smtp: tls('smtp.ionos.com', 465),
  },
  {
    id: 'qq',
    name: 'QQ Mail',
    signIn: 'appPassword',
    appPasswordUrl: 'https://mail.qq.com/',
    notes: ['enableImap'],
    domains: ['qq.com', 'foxmail.com'],
    mx: ['qq.com'],
    imap: tls('imap.qq.com', 993),
    pop3: tls('pop.qq.com', 995),
    smtp: tls('smtp.qq.com', 465),
  },
];

export function presetForDomain(domain: string): Preset | null {
  return PRESETS.find((preset) => preset.domains.includes(domain)) ?? null;
}

/** By the hosts that take a domain's mail: the preset whose end they carry. */
export function presetForMx(hosts: string[]): Preset | null {
  const carries = (host: string, end: string) => host === end || host.endsWith(`.${end}`);
  return PRESETS.find((preset) => preset.mx.some((end) => hosts.some((host) => carries(host, end)))) ?? null;
}

/** By a server that is being signed in to. */
export function presetForHost(host: string): Preset | null {
  const name = host.toLowerCase();
  return (
    PRESETS.find((preset) =>
      [preset.imap, preset.pop3, preset.smtp].some((server) => server?.host === name),
    ) ?? null
  );
}

export function providerOf(preset: Preset): Provider {
  const { id, name, signIn, appPasswordUrl, settingsUrl, notes } = preset;
  return {
    id,
    name,
    signIn,
    ...(appPasswordUrl ? { appPasswordUrl } : {}),
    ...(settingsUrl ? { settingsUrl } : {}),
    ...(notes ? { notes } : {}),
  };
}
