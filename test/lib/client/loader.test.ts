import { describe, expect, it, vi } from 'vitest';
import { JmapFault, LinkFault, type Transport } from '@/lib/client/jmap';
import { listKey } from '@/lib/client/lists';
import { Loader } from '@/lib/client/loader';
import type { ListQuery } from '@/lib/client/state';
import { Store } from '@/lib/client/store';
import { Watched } from '@/lib/client/watch';
import type { Invocation, JsonObject, JsonValue } from '@/lib/jmap/types';
import { account, email, SESSION, scripted } from './fixture';

const WORDS: ListQuery = { filter: { text: 'travel' }, collapseThreads: false };
const FIRST = { position: 0, limit: 50 };
const found = (ids: string[], more: JsonObject = {}) => ({
  ...{ queryState: ids.join(), canCalculateChanges: false, position: 0, ids, total: ids.length },
  ...more,
});
const emails = { state: 's1', list: ['e1', 'e2'].map((id) => ({ ...email(id) }) as JsonValue), notFound: [] };

function setUp(query: (args: JsonObject) => JsonObject) {
  const server = scripted({
    'Email/query': query,
    'Email/get': () => emails,
    'SearchSnippet/get': () => ({ list: [] }),
  });
  const store = new Store(SESSION);
  store.update('a', () => account([], []));
  const list = () => store.view('a')?.lists.get(listKey(WORDS));
  return { server, store, list };
}

const isAtOnce = (args: JsonObject) => args['gatepost:indexOnly'] === true;

it('a search shows what is known at once, and then what the mail server found', async () => {
  const { server, store, list } = setUp((args) =>
    isAtOnce(args) ? found(['e1'], { 'gatepost:partial': 'index' }) : found(['e2', 'e1']),
  );
  let answer: () => void = () => undefined;
  const searched = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const slow: Transport = {
    async call(calls) {
      if (!calls.some(([, args]) => isAtOnce(args))) await searched;
      return server.call(calls);
    },
  };
  const whole = new Loader(store, slow).window('a', WORDS, FIRST);
  await expect.poll(() => list()?.ids).toEqual(['e1']);
  expect(list()?.partial).toBe('index');
  answer();
  await whole;
  expect(list()).toMatchObject({ ids: ['e2', 'e1'], partial: null });
});

it('what is known to be all is not asked for twice', async () => {
  const { server, store, list } = setUp(() => found(['e1']));
  await new Loader(store, server).window('a', WORDS, FIRST);
  expect(list()).toMatchObject({ ids: ['e1'], partial: null });
  expect(server.log.filter(([name]) => name === 'Email/query')).toHaveLength(1);
});

describe('rows that come before their previews', () => {
  const bare = { ...emails, list: ['e1', 'e2'].map((id) => ({ ...email(id), preview: null }) as JsonValue) };
  const read = { ...emails, list: ['e1', 'e2'].map((id) => ({ id, preview: `Dear ${id}` })) };
  const server = () =>
    scripted({
      'Email/query': () => found(['e1', 'e2']),
      'Email/get': (args) => (args['gatepost:previewsLater'] === true ? bare : read),
    });
  const INBOX: ListQuery = { filter: { inMailbox: 'in' }, collapseThreads: false };
  const setStore = () => {
    const store = new Store(SESSION);
    store.update('a', () => account([], []));
    return { store, previews: () => ['e1', 'e2'].map((id) => store.view('a')?.emails.get(id)?.preview) };
  };

  it('are shown at once, and asked for what they lack, once', async () => {
    const transport = server();
    const { store, previews } = setStore();
    const loader = new Loader(store, transport);
    await loader.window('a', INBOX, FIRST);
    await expect.poll(previews).toEqual(['Dear e1', 'Dear e2']);
    expect(transport.log.filter(([name]) => name === 'Email/get')).toHaveLength(2);
    // Told anew without: what is known stays.
    await loader.window('a', INBOX, FIRST);
    expect(previews()).toEqual(['Dear e1', 'Dear e2']);
    expect(transport.log.filter(([name]) => name === 'Email/get')).toHaveLength(3);
  });

  it('are asked for one window at a time, what was seen last first', async () => {
    const asked: JsonValue[][] = [];
    const answers: (() => void)[] = [];
    const transport = server();
    const { store } = setStore();
    const slow: Transport = {
      async call(calls) {
        const previews = calls.find(([, , id]) => id === 'previews');
        if (previews) {
          asked.push(previews[1].ids as JsonValue[]);
          await new Promise<void>((resolve) => answers.push(resolve));
        }
        return transport.call(calls);
      },
    };
    const loader = new Loader(store, slow);
    await loader.window('a', INBOX, FIRST);
    await expect.poll(() => asked).toEqual([['e1', 'e2']]);
    const later = Array.from({ length: 250 }, (_, index) => `f${index}`);
    store.update('a', (account) => ({ ...account, withoutPreview: later }));
    void loader.previews('a');
    expect(asked).toHaveLength(1);
    answers.shift()?.();
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]?.at(-1)).toBe('f249');
    answers.shift()?.();
    await expect.poll(() => asked.length).toBe(3);
    expect(asked[2]).toContain('f0');
    answers.shift()?.();
  });

  it('stay as they are while the server cannot be reached', async () => {
    const transport = server();
    const { store, previews } = setStore();
    const failing: Transport = {
      call: (calls) =>
        calls.some(([, , id]) => id === 'previews') ? Promise.reject(new LinkFault()) : transport.call(calls),
    };
    await new Loader(store, failing).window('a', INBOX, FIRST);
    await expect.poll(() => store.link.offline).toBe(true);
    expect(previews()).toEqual([null, null]);
  });
});

describe('a search of years of mail', () => {
  const older = (args: JsonObject) => {
    if (isAtOnce(args)) return found([], { 'gatepost:partial': 'index' });
    const backTo = args['gatepost:backTo'];
    if (typeof backTo !== 'string') return found(['e1', 'e2']);
    return found(['e1'], { 'gatepost:partial': 'older', 'gatepost:backTo': backTo });
  };
  const reaches = ({ log }: { log: Invocation[] }) =>
    log
      .filter(([name]) => name === 'Email/query')
      .map(([, args]) => {
        if (isAtOnce(args)) return 'index';
        const { 'gatepost:backTo': backTo = null } = args;
        return typeof backTo === 'string'
          ? Math.round((Date.now() - Date.parse(backTo)) / 86_400_000)
          : 'all';
      });

  it('goes back step by step', async () => {
    const { server, store, list } = setUp(older);
    await new Loader(store, server).window('a', WORDS, FIRST);
    expect(reaches(server)).toEqual(['index', 30, 180, 730, 'all']);
    expect(list()).toMatchObject({ ids: ['e1', 'e2'], partial: null, backTo: null });
  });

  it('stops where nobody looks at it any more, and goes on from there', async () => {
    let steps = 2;
    const { server, store, list } = setUp(older);
    const has = () => {
      steps -= 1;
      return steps >= 0;
    };
    const loader = new Loader(store, server, { has, until: () => undefined });
    await loader.window('a', WORDS, FIRST);
    expect(reaches(server)).toEqual(['index', 30, 180]);
    expect(list()).toMatchObject({ partial: 'older', backTo: expect.any(String) });
    steps = 10;
    await loader.list('a', WORDS, 0, 1);
    expect(reaches(server)).toEqual(['index', 30, 180, 730, 'all']);
    expect(list()?.partial).toBeNull();
  });

  it('lets the server stop searching when it leaves the screen, and is no failure then', async () => {
    const { server, store, list } = setUp(older);
    const watched = new Watched();
    const leave = watched.add('a', WORDS);
    const slow: Transport = {
      call: (calls, signal) =>
        calls.some(([, args]) => 'gatepost:backTo' in args)
          ? new Promise((_, reject) => {
              signal?.addEventListener('abort', () => reject(new JmapFault('canceled')));
              leave();
            })
          : server.call(calls),
    };
    await new Loader(store, slow, watched).window('a', WORDS, FIRST);
    expect(list()).toMatchObject({ partial: 'index', fault: null });
  });

  it('goes on while its list is only drawn anew', async () => {
    const watched = new Watched();
    vi.useFakeTimers();
    try {
      const [leave, until] = [watched.add('a', WORDS), watched.until('a', WORDS)];
      leave();
      const leaveAgain = watched.add('a', WORDS);
      vi.runAllTimers();
      expect(until?.aborted).toBe(false);
      leaveAgain();
      vi.runAllTimers();
      expect(until?.aborted).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
