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

/** What one session was shown, and what it has marked as deleted. */
interface Session {
  listed: FakeMessage[];
  marked: Set<FakeMessage>;
}

/** @param port of one that was closed: the same server, started again */
export async function fakeMaildrop(messages: FakeMessage[], port = 0): Promise<FakeMaildrop> {
  const state = { messages, misbehaviour: {} as Misbehaviour };
  const sessions = new Map<number, Session>();
  const multiline = (lines: string[]) => `+OK\r\n${lines.map((line) => `${line}\r\n`).join('')}.\r\n`;

  function usual(line: string, { listed, marked }: Session): Answer {
    const each = (value: (message: FakeMessage) => string | number) =>
      multiline(listed.map((message, n) => `${n + 1} ${value(message)}`));
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
    const session = sessions.get(current) ?? { listed: state.messages, marked: new Set() };
    sessions.set(current, session);
    const instead = state.misbehaviour.answer?.(line, current);
    if (instead === undefined || instead === null) return usual(line, session);
    // What is done and not told: the answer gets lost after the deed.
    if (line === 'QUIT' && typeof instead !== 'string' && instead.packets.join('') === '')
      usual(line, session);
    return instead;
  };
  const server = await scriptedServer(answer, '+OK ready\r\n', undefined, port);
  return Object.assign(state, server);
}
