/**
 * An SMTP server whose every answer the test chooses, so that it fails in every way at every phase. It keeps what it
 * accepted: the judge of "at most once" is this journal, never Gatepost's word.
 */
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export type Phase = 'greeting' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'dot';

/** A reply line, `drop` (the socket is cut), or `silence` (no answer comes). */
export type Answer = string | 'drop' | 'silence';

export interface SmtpScript {
  /** Consulted first; undefined = the usual answer. `argument`: the address of MAIL and RCPT. */
  answer?(phase: Phase, argument: string, visit: number): Answer | undefined;
  /** How long the reply to the final dot takes, in ms. */
  slowness?: number;
  extensions?: string[];
  /** Instead of PLAIN: what EHLO offers, and the reply to AUTH and to each line after a reply of 334. */
  sasl?: { offered: string; reply(line: string): string };
  /** user -> password */
  users?: Record<string, string>;
}

export interface Accepted {
  from: string;
  to: string[];
  raw: string;
}

export interface ScriptedSmtp {
  port: number;
  /** What the server said 250 to after the final dot, or took before its answer was lost. */
  accepted: Accepted[];
  connections: number;
  /** Each command as it came, but the secrets of AUTH. */
  commands: string[];
  stop(): Promise<void>;
}

const USUAL: Record<Phase, string> = {
  greeting: '220 scripted ESMTP',
  ehlo: '250',
  auth: '235 2.7.0 Accepted',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 End with .',
  dot: '250 2.0.0 queued as TEST',
};

export async function startScriptedSmtp(script: SmtpScript = {}): Promise<ScriptedSmtp> {
  const sockets = new Set<Socket>();
  const visits = new Map<Phase, number>();
  const journal: ScriptedSmtp = { port: 0, accepted: [], connections: 0, commands: [], stop };
  const server: Server = createServer((socket) => {
    journal.connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    serve(socket);
  });

  function answerTo(phase: Phase, argument: string): Answer {
    const visit = (visits.get(phase) ?? 0) + 1;
    visits.set(phase, visit);
    return script.answer?.(phase, argument, visit) ?? USUAL[phase];
  }

  function serve(socket: Socket): void {
    let mail: Accepted = { from: '', to: [], raw: '' };
    let inData = false;
    let inSasl = false;
    let buffered = '';
    const say = (answer: Answer): boolean => {
      if (answer === 'drop') socket.destroy();
      else if (answer !== 'silence') socket.write(`${answer}\r\n`);
      return answer.startsWith('2') || answer.startsWith('3');
    };
    say(answerTo('greeting', ''));

    function converse(line: string): void {
      const reply = script.sasl?.reply(line) ?? '504 5.5.4 Unknown';
      inSasl = reply.startsWith('334');
      say(reply);
    }

    function command(line: string): void {
      if (inSasl) {
        converse(line);
        return;
      }
      const [verb = '', argument = ''] = /^(\w+)\s*(.*)$/.exec(line)?.slice(1) ?? [];
      const address = /<([^>]*)>/.exec(argument)?.[1] ?? '';
      journal.commands.push(verb.toUpperCase() === 'AUTH' ? 'AUTH' : line);
      switch (verb.toUpperCase()) {
        case 'EHLO': {
          const chosen = answerTo('ehlo', argument);
          const lines = [
            'scripted',
            `AUTH ${script.sasl?.offered ?? 'PLAIN LOGIN'}`,
            ...(script.extensions ?? ['PIPELINING', 'SIZE 1000000']),
          ];
          if (chosen !== '250') say(chosen);
          else
            socket.write(
              lines.map((text, i) => `250${i === lines.length - 1 ? ' ' : '-'}${text}\r\n`).join(''),
            );
          return;
        }
        case 'AUTH': {
          if (script.sasl) {
            converse(line);
            return;
          }
          const [, user = '', password = ''] = Buffer.from(argument.split(' ')[1] ?? '', 'base64')
            .toString()
            .split('\0');
          const wrong = script.users && script.users[user] !== password;
          say(wrong ? '535 5.7.8 Authentication failed' : answerTo('auth', user));
          return;
        }
        case 'MAIL':
          mail = { from: address, to: [], raw: '' };
          say(answerTo('mail', address));
          return;
        case 'RCPT':
          if (say(answerTo('rcpt', address))) mail.to.push(address);
          return;
        case 'DATA':
          if (mail.to.length === 0) say('503 5.5.1 No recipients');
          else inData = say(answerTo('data', ''));
          return;
        case 'QUIT':
          socket.end('221 Bye\r\n');
          return;
        default:
          say('250 Ok');
      }
    }

    socket.on('data', (chunk) => {
      buffered += chunk.toString('latin1');
      for (;;) {
        const end = inData ? buffered.indexOf('\r\n.\r\n') : buffered.indexOf('\r\n');
        if (end < 0) return;
        const text = buffered.slice(0, end);
        buffered = buffered.slice(end + (inData ? 5 : 2));
        if (!inData) {
          command(text);
          continue;
        }
        inData = false;
        const answer = answerTo('dot', '');
        // A lost answer does not undo that the server took the message.
        if (!/^[45]/.test(answer)) journal.accepted.push({ ...mail, raw: text.replace(/^\.\./gm, '.') });
        if (script.slowness) setTimeout(say, script.slowness, answer);
        else say(answer);
      }
    });
  }

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  journal.port = (server.address() as AddressInfo).port;
  return journal;
}
