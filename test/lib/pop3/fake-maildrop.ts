/** A maildrop behind the scripted server: it behaves until the test tells it not to. */
import { type Answer, type ScriptedServer, scriptedServer } from './scripted-server';

export interface FakeMessage {
  uidl: string;
  raw: string;
}

export interface Misbehaviour {
  /** Instead of the usual answer. */
  answer?(command: string, session: number): Answer | null;
  /** DELE and QUIT say +OK and nothing goes. */
  ignoresDelete?: boolean;
}

export interface FakeMaildrop extends ScriptedServer {
  messages: FakeMessage[];
  misbehaviour: Misbehaviour;
}

/** @param port of one that was closed: the same server, started again */
export async function fakeMaildrop(messages: FakeMessage[], port = 0): Promise<FakeMaildrop> {
  const state = { messages, misbehaviour: {} as Misbehaviour };
  let session = 0;
  let listed: FakeMessage[] = [];
  let marked = new Set<FakeMessage>();
  const multiline = (lines: string[]) => `+OK\r\n${lines.map((line) => `${line}\r\n`).join('')}.\r\n`;
  const each = (value: (message: FakeMessage) => string | number) =>
    multiline(listed.map((message, n) => `${n + 1} ${value(message)}`));

  function usual(line: string): Answer {
    const [verb, number] = line.split(' ');
    const message = listed[Number(number) - 1];
    switch (verb) {
      case 'CAPA':
        return multiline(['USER', 'UIDL', 'TOP', 'PIPELINING', 'RESP-CODES']);
      case 'LIST':
        return each(({ raw }) => raw.length);
      case 'UIDL':
        return each(({ uidl }) => uidl);
      case 'TOP':
        return message ? multiline(message.raw.split('\r\n\r\n')[0]?.split('\r\n') ?? []) : '-ERR\r\n';
      case 'RETR':
        return message ? `+OK\r\n${message.raw.replace(/^\./gm, '..')}.\r\n` : '-ERR gone\r\n';
      case 'DELE':
        if (message) marked.add(message);
        return '+OK\r\n';
      case 'QUIT':
        if (!state.misbehaviour.ignoresDelete) {
          state.messages = state.messages.filter((one) => !marked.has(one));
        }
        return { packets: ['+OK bye\r\n'], drop: true };
      default:
        return '+OK\r\n';
    }
  }

  const answer = (line: string, current: number): Answer => {
    if (current !== session) {
      session = current;
      listed = state.messages;
      marked = new Set();
    }
    const instead = state.misbehaviour.answer?.(line, current);
    if (instead === undefined || instead === null) return usual(line);
    // What is done and not told: the answer gets lost after the deed.
    if (line === 'QUIT' && typeof instead !== 'string' && instead.packets.join('') === '') usual(line);
    return instead;
  };
  const server = await scriptedServer(answer, '+OK ready\r\n', undefined, port);
  return Object.assign(state, server);
}
