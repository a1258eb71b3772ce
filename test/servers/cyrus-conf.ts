/** The Cyrus 3 configuration of the tests: everything private to one directory, passwords asked from us (saslauthd). */
import type { Certificate } from './tls';

export interface CyrusPorts {
  imap: number;
  imaps: number;
  pop3: number;
}

const ROLES = ['Drafts', 'Sent', 'Junk', 'Trash', 'Archive'];

export function imapdConf(dir: string, user: string, tls: Certificate): string {
  return `
configdirectory: ${dir}/conf
defaultpartition: default
partition-default: ${dir}/spool
cyrus_user: ${user}
admins: cyrus
allowplaintext: yes
sasl_mech_list: PLAIN LOGIN
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: ${dir}/auth/mux
tls_server_cert: ${tls.certFile}
tls_server_key: ${tls.keyFile}
altnamespace: yes
unixhierarchysep: yes
autocreate_quota: 0
autocreate_inbox_folders: ${ROLES.join('|')}
autocreate_subscribe_folders: ${ROLES.join('|')}
${ROLES.map((role) => `xlist-${role.toLowerCase()}: ${role}`).join('\n')}
conversations: yes
idlesocket: ${dir}/conf/socket/idle
lmtpsocket: ${dir}/conf/socket/lmtp
notifysocket: ${dir}/conf/socket/notify
mboxname_lockpath: ${dir}/conf/lock
proc_path: ${dir}/conf/proc
duplicatesuppression: no
imapidlepoll: 1
`;
}

/** Only services inherit the master's `-C`. */
export function cyrusConf(bin: string, dir: string, ports: CyrusPorts): string {
  const program = (name: string) => `cmd="${bin}/${name} -C ${dir}/imapd.conf`;
  return `
START {
  recover ${program('ctl_cyrusdb')} -r"
  idled ${program('idled')}"
}
SERVICES {
  imap ${program('imapd')}" listen="127.0.0.1:${ports.imap}" prefork=1
  imaps ${program('imapd')} -s" listen="127.0.0.1:${ports.imaps}" prefork=0
  pop3 ${program('pop3d')}" listen="127.0.0.1:${ports.pop3}" prefork=0
}
EVENTS {
}
`;
}
