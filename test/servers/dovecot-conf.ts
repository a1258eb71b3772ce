/** The Dovecot 2.3 configuration of the tests: everything private to one directory. */
import { userInfo } from 'node:os';
import type { Certificate } from './tls';

export interface DovecotPorts {
  imap: number;
  imaps: number;
  pop3: number;
  pop3s: number;
  sieve: number;
  lmtp: number;
}

/** As root Dovecot drops to its own users; else everything runs as us. */
export function serverUsers(): { mail: string; login: string; internal: string; root: boolean } {
  if (process.getuid?.() === 0) return { mail: 'mail', login: 'dovenull', internal: 'dovecot', root: true };
  const me = userInfo().username;
  return { mail: me, login: me, internal: me, root: false };
}

export function dovecotConf(dir: string, ports: DovecotPorts, tls: Certificate, extra: string): string {
  const users = serverUsers();
  const listener = (name: string, port: number, ssl = false) =>
    `  inet_listener ${name} {\n    port = ${port}\n    ssl = ${ssl ? 'yes' : 'no'}\n  }\n`;
  const mailbox = (name: string, use: string) =>
    `  mailbox ${name} {\n    auto = subscribe\n    special_use = \\${use}\n  }\n`;
  const unjailed = users.root ? '' : '  chroot =\n';
  return `
base_dir = ${dir}/run
state_dir = ${dir}/run
log_path = ${dir}/dovecot.log
protocols = imap pop3 sieve lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <${tls.certFile}
ssl_key = <${tls.keyFile}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
default_login_user = ${users.login}
default_internal_user = ${users.internal}
first_valid_uid = 1
mail_home = ${dir}/home/%u
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
maildir_stat_dirs = no
passdb {
  driver = passwd-file
  args = ${dir}/users
}
userdb {
  driver = static
  args = uid=${users.mail} gid=${users.root ? 'mail' : process.getgid?.()} home=${dir}/home/%u
}
namespace inbox {
  inbox = yes
  separator = /
${mailbox('Drafts', 'Drafts')}${mailbox('Sent', 'Sent')}${mailbox('Junk', 'Junk')}${mailbox('Trash', 'Trash')}${mailbox('Archive', 'Archive')}}
service imap-login {
${unjailed}${listener('imap', ports.imap)}${listener('imaps', ports.imaps, true)}  service_count = 0
}
service pop3-login {
${unjailed}${listener('pop3', ports.pop3)}${listener('pop3s', ports.pop3s, true)}  service_count = 0
}
service managesieve-login {
${unjailed}${listener('sieve', ports.sieve)}}
service lmtp {
${listener('lmtp', ports.lmtp)}}
service stats {
  chroot =
}
service anvil {
  chroot =
  # Many wrong passwords from one address are what the tests do.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
${extra}
`;
}

/** As Courier and cPanel have it (gateway.md pitfall 12). */
export const UNDER_INBOX = `
namespace inbox {
  separator = .
  prefix = INBOX.
}
`;

/** 10 MB and 100 messages of all mailboxes together (RFC 9208). */
export const WITH_QUOTA = `
mail_plugins = $mail_plugins quota
protocol imap {
  mail_plugins = $mail_plugins imap_quota
}
plugin {
  quota = count:Everything
  quota_vsizes = yes
  quota_rule = *:storage=10M:messages=100
}
`;
