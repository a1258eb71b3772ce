import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type EventStreamOptions, eventStream } from '@/lib/jmap/http/event-stream';
import { currentStates } from '@/lib/jmap/http/state-vector';
import type { StateChange } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type Fixture, openFixture } from './fixture';

interface Event {
  id: string | undefined;
  event: string | undefined;
  data: StateChange;
}

let jmap: Fixture;
beforeAll(async () => {
  jmap = await openFixture('local');
  await jmap.mailbox('inbox');
});
afterAll(() => jmap?.close());

/** Reads the stream as a browser does. */
function open(options: Partial<EventStreamOptions> = {}) {
  let end = () => {};
  const stream = eventStream({
    hub: jmap.runtime.hub,
    userId: 'u1',
    types: null,
    closeAfterState: false,
    pingSeconds: 0,
    lastEventId: null,
    currentStates: () => currentStates(jmap.runtime, 'u1'),
    onOpen: async (ending) => {
      end = ending;
      return () => {};
    },
    ...options,
  });
  const reader = stream.getReader();
  const events: Event[] = [];
  const done = (async () => {
    let text = '';
    for (;;) {
      const chunk = await reader.read();
      if (chunk.done) return;
      text += new TextDecoder().decode(chunk.value);
      for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
        const block = text.slice(0, at);
        text = text.slice(at + 2);
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
        const data = field('data');
        if (data) events.push({ id: field('id'), event: field('event'), data: JSON.parse(data) });
      }
    }
  })();
  return { events, done, revoke: () => end(), cancel: () => reader.cancel() };
}

const seen = (events: Event[], count: number) =>
  vi.waitFor(() => expect(events.length).toBeGreaterThanOrEqual(count));

it('tells where things stand, then what changed, once for many changes', async () => {
  const { events, cancel } = open();
  await seen(events, 1);
  expect(events[0]?.data.changed[jmap.accountId]).toHaveProperty('Email');
  await Promise.all(['a', 'b', 'c'].map((subject) => jmap.importEmail(plainMessage(subject, 'x'))));
  await seen(events, 2);
  const { state } = await jmap.call<{ state: string }>('Email/get', { ids: [] });
  await vi.waitFor(() => expect(events.at(-1)?.data.changed[jmap.accountId]?.Email).toBe(state));
  await cancel();
  expect(jmap.runtime.hub.isListening('u1')).toBe(false);
});

it('replays by Last-Event-ID exactly what was missed', async () => {
  const first = open();
  await seen(first.events, 1);
  await first.cancel();
  const lastEventId = first.events[0]?.id ?? '';
  const identity = await jmap.call<{ list: { id: string }[] }>('Identity/get');
  await jmap.call('Identity/set', { update: { [identity.list[0]?.id ?? '']: { name: 'Changed' } } });
  const second = open({ lastEventId });
  await seen(second.events, 1);
  expect(Object.keys(second.events[0]?.data.changed[jmap.accountId] ?? {})).toEqual(['Identity']);
  await second.cancel();
});

it('tells only the types asked, and closes after a state when asked', async () => {
  const { events, done } = open({ types: new Set(['Mailbox']), closeAfterState: true });
  await jmap.importEmail(plainMessage('closing', 'x'));
  await done;
  expect(events).toHaveLength(1);
  expect(Object.keys(events[0]?.data.changed[jmap.accountId] ?? {})).toEqual(['Mailbox']);
});

it('S21: ends when the session is revoked', async () => {
  const { events, done, revoke } = open();
  await seen(events, 1);
  revoke();
  await done;
});

it('pings without an id', async () => {
  const { events, cancel } = open({ types: new Set(['None']), pingSeconds: 0.05 });
  await seen(events, 1);
  expect(events[0]).toMatchObject({ event: 'ping', id: undefined });
  await cancel();
});

it('ends when the server stops', async () => {
  const { events, done } = open();
  await seen(events, 1);
  jmap.runtime.hub.end();
  await done;
});

it('R26: a stream that could not begin listens no more, and the others are still told', async () => {
  const { hub } = jmap.runtime;
  const before = hub.streams;
  const failed = open({
    userId: 'u7',
    pingSeconds: 15,
    currentStates: () => Promise.reject(new Error('the database is away')),
  });
  await expect(failed.done).rejects.toThrow('the database is away');
  expect(hub.streams).toBe(before);
  const heard = vi.fn();
  const stop = hub.listen('u7', { onChange: heard, onEnd: () => undefined });
  hub.publish('u7', 'a7', { Email: 's1' });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledOnce(), { timeout: 10_000 });
  stop();
});
