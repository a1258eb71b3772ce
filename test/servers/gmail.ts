/**
 * A small server that speaks as Gmail does: each label is a mailbox of the same messages, all but spam and trash are in
 * All Mail too, X-GM-MSGID and X-GM-THRID name them, X-GM-RAW searches. Expunging takes a label off and deletes nothing,
 * except in Trash and Spam (gateway.md pitfall 11). Plain text messages only; no UIDs are ever used again.
 */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const ALL = '[Gmail]/All Mail';
const TRASH = '[Gmail]/Trash';
const SPAM = '[Gmail]/Spam';
const USES: Record<string, string> = {
  [ALL]: '\\All',
  [TRASH]: '\\Trash',
  [SPAM]: '\\Junk',
  '[Gmail]/Sent Mail': '\\Sent',
  '[Gmail]/Drafts': '\\Drafts',
};
const CAPABILITY =
  'IMAP4rev1 UNSELECT IDLE NAMESPACE ID CHILDREN X-GM-EXT-1 UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED AUTH=PLAIN';

interface Message {
  id: bigint;
  thread: bigint;
  raw: string;
  date: string;
  flags: Set<string>;
  /** Label -> UID. */
  uids: Map<string, number>;
}

export interface GmailServer {
  port: number;
  /** Labels besides All Mail; the same subject is the same thread. */
  deliver(subject: string, labels: string[]): void;
  /** Which labels a message has; undefined when it is gone for ever. */
  labels(subject: string): string[] | undefined;
  /** As another program does it. */
  unlabel(subject: string, label: string): void;
  /** The connection breaks after the next such command was carried out, before its answer. */
  cutAfter(command: string): void;
  /** Commands of clients, newest last. */
  commands: string[];
  stop(): Promise<void>;
}

export async function startGmail(): Promise<GmailServer> {
  const mail = new Mailboxes();
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    new Connection(socket, mail, commands);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    commands,
    deliver: (subject, labels) => {
      mail.add(
        `Subject: ${subject}\r\nMessage-ID: <${subject}@example.org>\r\n\r\nwords of ${subject}\r\n`,
        labels.length > 0 ? labels : [ALL],
      );
    },
    unlabel(subject, label) {
      const message = mail.find(subject);
      if (message) mail.expunge(message, label);
    },
    cutAfter(command) {
      mail.cutAfter = command;
    },
    labels: (subject) => mail.find(subject) && [...(mail.find(subject)?.uids.keys() ?? [])].sort(),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

class Mailboxes {
  readonly names = ['INBOX', ...Object.keys(USES), 'Family'];
  readonly next = new Map<string, number>();
  cutAfter: string | null = null;
  #messages: Message[] = [];
  #last = 1_800_000_000_000n;

  add(raw: string, labels: string[], flags: string[] = [], date = '01-Nov-2026 10:00:00 +0000'): Message {
    this.#last += 7n;
    const message = { id: this.#last, thread: this.#last, raw, date, flags: new Set(flags), uids: new Map() };
    this.#messages.push(message);
    for (const label of labels) this.label(message, label);
    return message;
  }

  find(subject: string): Message | undefined {
    return this.#messages.find(({ raw }) => raw.startsWith(`Subject: ${subject}\r\n`));
  }

  in(label: string): Message[] {
    const uid = (message: Message) => message.uids.get(label) ?? 0;
    return this.#messages.filter(({ uids }) => uids.has(label)).sort((a, b) => uid(a) - uid(b));
  }

  /** To trash and to spam a message goes as a whole; out of them it comes back to All Mail. */
  label(message: Message, label: string): number {
    if (label === TRASH || label === SPAM) message.uids.clear();
    else for (const hidden of [TRASH, SPAM]) message.uids.delete(hidden);
    for (const each of label === TRASH || label === SPAM ? [label] : [ALL, label]) {
      if (message.uids.has(each)) continue;
      const uid = this.next.get(each) ?? 1;
      message.uids.set(each, uid);
      this.next.set(each, uid + 1);
    }
    return message.uids.get(label) ?? 0;
  }

  expunge(message: Message, label: string): void {
    message.flags.delete('\\Deleted');
    // In All Mail it stays, whatever is asked.
    if (label !== ALL) message.uids.delete(label);
    if (label === TRASH || label === SPAM)
      this.#messages = this.#messages.filter((other) => other !== message);
  }
}

class Connection {
  #pending = '';
  #words = '';
  #literal = 0;
  #idle: string | null = null;
  #selected = 'INBOX';

  constructor(
    readonly socket: Socket,
    readonly mail: Mailboxes,
    readonly commands: string[],
  ) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => this.#read(chunk));
    this.#say(`* OK [CAPABILITY ${CAPABILITY}] Gimap ready`);
  }

  #say(line: string): void {
    this.socket.write(`${line}\r\n`, 'latin1');
  }

  /** Literals become quoted words. */
  #read(chunk: string): void {
    this.#pending += chunk;
    for (;;) {
      if (this.#literal > 0) {
        if (this.#pending.length < this.#literal) return;
        this.#words += JSON.stringify(this.#pending.slice(0, this.#literal));
        this.#pending = this.#pending.slice(this.#literal);
        this.#literal = 0;
      }
      const end = this.#pending.indexOf('\r\n');
      if (end < 0) return;
      const line = this.#pending.slice(0, end);
      this.#pending = this.#pending.slice(end + 2);
      const literal = /\{(\d+)\}$/.exec(line);
      this.#words += literal ? line.slice(0, literal.index) : line;
      if (literal) {
        this.#literal = Number(literal[1]);
        this.#say('+ go ahead');
        continue;
      }
      const command = this.#words;
      this.#words = '';
      this.#command(command);
    }
  }

  #command(line: string): void {
    if (this.#idle) {
      this.#say(`${this.#idle} OK`);
      this.#idle = null;
      return;
    }
    this.commands.push(line.slice(0, 200));
    const [, tag = '', name = '', rest = ''] = /^(\S+) ((?:UID )?\S+) ?(.*)$/s.exec(line) ?? [];
    if (name === 'AUTHENTICATE' && rest.split(' ').length === 1) {
      this.#say('+');
      this.#idle = tag;
    } else if (name === 'IDLE') {
      this.#say('+ idling');
      this.#idle = tag;
    } else {
      const answer = this.#answer(name, rest);
      if (this.mail.cutAfter === name) {
        this.mail.cutAfter = null;
        this.socket.destroy();
      } else this.#say(`${tag} ${answer}`);
    }
  }

  #answer(name: string, rest: string): string {
    const words = [...rest.matchAll(/"(?:[^"\\]|\\.)*"|\([^)]*\)|\S+/g)].map(([word]) => word);
    const text = (at: number) =>
      words[at]?.startsWith('"') ? JSON.parse(words[at] ?? '""') : (words[at] ?? '');
    if (name === 'CAPABILITY') this.#say(`* CAPABILITY ${CAPABILITY}`);
    else if (name === 'ID') this.#say('* ID ("name" "GImap")');
    else if (name === 'NAMESPACE') this.#say('* NAMESPACE (("" "/")) NIL NIL');
    else if (name === 'LIST' || name === 'LSUB') this.#list(name);
    else if (name === 'STATUS') this.#status(text(0));
    else if (name === 'SELECT') return this.#select(text(0));
    else if (name.endsWith('FETCH')) this.#fetch(name === 'UID FETCH', words[0] ?? '', rest);
    else if (name === 'UID SEARCH') this.#search(rest);
    else if (name === 'UID STORE') this.#store(words[0] ?? '', words[1] ?? '', words[2] ?? '');
    else if (name === 'UID EXPUNGE') this.#expunge(words[0] ?? '');
    else if (name === 'UID COPY' || name === 'UID MOVE') return this.#copy(name, words[0] ?? '', text(1));
    else if (name === 'APPEND')
      return this.#append(text(0), words[1] ?? '()', text(2), text(words.length - 1));
    return 'OK';
  }

  #list(name: string): void {
    for (const path of this.mail.names)
      this.#say(`* ${name} (\\HasNoChildren ${USES[path] ?? ''}) "/" "${path}"`);
    this.#say(`* ${name} (\\HasChildren \\Noselect) "/" "[Gmail]"`);
  }

  #status(path: string): void {
    const all = this.mail.in(path);
    const unseen = all.filter(({ flags }) => !flags.has('\\Seen')).length;
    this.#say(
      `* STATUS "${path}" (MESSAGES ${all.length} UNSEEN ${unseen} UIDNEXT ${this.#next(path)} UIDVALIDITY 9)`,
    );
  }

  #next(path: string): number {
    return this.mail.next.get(path) ?? 1;
  }

  #select(path: string): string {
    if (!this.mail.names.includes(path)) return 'NO [NONEXISTENT] Unknown Mailbox';
    this.#selected = path;
    this.#say('* FLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen)');
    this.#say('* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Draft \\Deleted \\Seen \\*)]');
    this.#say(`* ${this.mail.in(path).length} EXISTS`);
    this.#say('* OK [UIDVALIDITY 9]');
    this.#say(`* OK [UIDNEXT ${this.#next(path)}]`);
    return 'OK [READ-WRITE]';
  }

  #uid(message: Message): number {
    return message.uids.get(this.#selected) ?? 0;
  }

  #among(set: string, byUid = true): { message: Message; sequence: number }[] {
    const within = (number: number) =>
      set.split(',').some((range) => {
        const [low = '', high = low] = range.split(':');
        return number >= Number(low) && (high === '*' || number <= Number(high));
      });
    return this.mail
      .in(this.#selected)
      .map((message, at) => ({ message, sequence: at + 1 }))
      .filter(({ message, sequence }) => within(byUid ? this.#uid(message) : sequence));
  }

  #fetch(byUid: boolean, set: string, rest: string): void {
    for (const { message, sequence } of this.#among(set, byUid)) {
      const { raw } = message;
      const split = raw.indexOf('\r\n\r\n') + 4;
      const [header, body] = [raw.slice(0, split), raw.slice(split)];
      const items = [`UID ${this.#uid(message)}`];
      if (/FLAGS/.test(rest)) items.push(`FLAGS (${[...message.flags].join(' ')})`);
      if (/INTERNALDATE/.test(rest)) items.push(`INTERNALDATE "${message.date}"`);
      if (/RFC822.SIZE/.test(rest)) items.push(`RFC822.SIZE ${raw.length}`);
      if (/X-GM-MSGID/.test(rest)) items.push(`X-GM-MSGID ${message.id}`, `X-GM-THRID ${message.thread}`);
      if (/BODYSTRUCTURE/.test(rest)) {
        items.push(
          `BODYSTRUCTURE ("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "7BIT" ${body.length} 1 NIL NIL NIL)`,
        );
      }
      if (/HEADER.FIELDS/.test(rest))
        items.push(`BODY[HEADER.FIELDS ("SUBJECT")] {${header.length}}\r\n${header}`);
      const part = /BODY.PEEK\[(HEADER|1|)\](?:<(\d+)\.(\d+)>)?/.exec(rest);
      if (part) {
        const whole = part[1] === '' ? raw : part[1] === '1' ? body : header;
        const [offset, length] = [Number(part[2] ?? 0), Number(part[3] ?? whole.length)];
        const bytes = whole.slice(offset, offset + length);
        items.push(`BODY[${part[1]}]<${offset}> {${bytes.length}}\r\n${bytes}`);
      }
      this.#say(`* ${sequence} FETCH (${items.join(' ')})`);
    }
  }

  #search(rest: string): void {
    const set = /UID ([\d:,*]+)/.exec(rest)?.[1] ?? '1:*';
    const flag = /(?<!UN)(SEEN|FLAGGED|ANSWERED|DRAFT|DELETED)/.exec(rest)?.[1];
    const quoted = /(?:X-GM-RAW|Message-ID"?) ("(?:[^"\\]|\\.)*")/.exec(rest)?.[1];
    const words = quoted === undefined ? undefined : String(JSON.parse(quoted)).replaceAll('"', '');
    const names = [...rest.matchAll(/X-GM-MSGID (\d+)/g)].map(([, name]) => name);
    const found = this.#among(set).filter(({ message: { id, flags, raw } }) => {
      if (names.length > 0 && !names.includes(String(id))) return false;
      const named = flag === undefined || [...flags].some((each) => each.toUpperCase() === `\\${flag}`);
      return named && (words === undefined || raw.includes(words));
    });
    this.#say(`* SEARCH ${found.map(({ message }) => this.#uid(message)).join(' ')}`);
  }

  #store(set: string, action: string, list: string): void {
    for (const { message } of this.#among(set)) {
      for (const flag of list.replace(/[()]/g, '').split(' ')) {
        if (action.startsWith('+')) message.flags.add(flag);
        else message.flags.delete(flag);
      }
    }
  }

  #expunge(set: string): void {
    for (const { message } of this.#among(set)) {
      if (message.flags.has('\\Deleted')) this.mail.expunge(message, this.#selected);
    }
  }

  #copy(name: string, set: string, target: string): string {
    const moved = this.#among(set).map(({ message }) => ({ message, from: this.#uid(message) }));
    const uids = moved.map(({ message, from }) => {
      const uid = this.mail.label(message, target);
      if (name === 'UID MOVE' && this.#selected !== target && this.#selected !== ALL)
        message.uids.delete(this.#selected);
      return [from, uid];
    });
    if (uids.length === 0) return 'OK';
    const list = (at: 0 | 1) => uids.map((pair) => pair[at]).join(',');
    this.#say(`* OK [COPYUID 9 ${list(0)} ${list(1)}]`);
    return 'OK';
  }

  #append(target: string, flags: string, date: string, raw: string): string {
    const message = this.mail.add(raw, [target], flags.replace(/[()]/g, '').split(' ').filter(Boolean), date);
    return `OK [APPENDUID 9 ${message.uids.get(target)}]`;
  }
}
