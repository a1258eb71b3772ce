/** RFC 8620 §7: subscriptions that are pushed to, and the event source, over HTTP. */
import { createDecipheriv, createECDH, hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer, type Server } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MAX_EVENT_STREAMS } from '@/lib/jmap/limits';
import type { JsonObject, StateChange } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type GetAnswer, KINDS, type SetAnswer, World } from './world';

interface Posted {
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

describe.each(KINDS)('push of an %s account', (kind) => {
  let jmap: World;
  let service: Server;
  let origin: string;
  const posted: Posted[] = [];
  let status = 201;
  beforeAll(async () => {
    jmap = await World.open(kind);
    const { certFile, keyFile } = jmap.dovecot.tls;
    service = createServer(
      { cert: await readFile(certFile), key: await readFile(keyFile) },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          posted.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
          response.writeHead(status).end();
        });
      },
    );
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
    const address = service.address();
    origin = `https://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  });
  afterAll(async () => {
    service?.close();
    await jmap?.close();
  });

  const set = (args: object) => jmap.call<SetAnswer>('PushSubscription/set', args);
  const at = (path: string) => posted.filter((each) => each.path === path);
  const sentTo = (path: string, count = 1) =>
    vi.waitFor(() => expect(at(path).length).toBeGreaterThanOrEqual(count), 15_000);
  const jsonAt = (path: string, index: number) =>
    JSON.parse(at(path)[index]?.body.toString() ?? 'null') as JsonObject & StateChange;

  async function subscribe(path: string, more: object = {}): Promise<string> {
    const { created, notCreated } = await set({
      create: { s: { deviceClientId: 'd', url: origin + path, ...more } },
    });
    if (!created?.s) throw new Error(JSON.stringify(notCreated));
    await sentTo(path);
    return created.s.id;
  }

  async function verified(path: string, more: object = {}): Promise<string> {
    const id = await subscribe(path, more);
    const { verificationCode } = jsonAt(path, 0);
    expect((await set({ update: { [id]: { verificationCode } } })).updated).toEqual({ [id]: null });
    return id;
  }

  const change = () => jmap.importEmail(plainMessage('Push', 'x'));

  describe('§7.2 subscriptions', () => {
    it('are verified before anything else is told, then pushed to', async () => {
      const id = await subscribe('/plain');
      expect(jsonAt('/plain', 0)).toEqual({
        '@type': 'PushVerification',
        pushSubscriptionId: id,
        verificationCode: expect.any(String),
      });
      expect(at('/plain')[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        ttl: expect.stringMatching(/^\d+$/),
        // RFC 9749: by the key that the session tells.
        authorization: expect.stringMatching(/^vapid t=[\w-]+\.[\w-]+\.[\w-]+, k=/),
      });
      const vapid = jmap.session.capabilities['urn:ietf:params:jmap:webpush-vapid'];
      expect(at('/plain')[0]?.headers.authorization).toContain(`, k=${vapid?.applicationServerKey}`);
      await change();
      const wrong = await set({ update: { [id]: { verificationCode: 'wrong' } } });
      expect(wrong.notUpdated?.[id]).toMatchObject({
        type: 'invalidProperties',
        properties: ['verificationCode'],
      });
      expect(at('/plain')).toHaveLength(1);
      await set({ update: { [id]: { verificationCode: jsonAt('/plain', 0).verificationCode } } });
      await change();
      await vi.waitFor(() => {
        const told = at('/plain')
          .slice(1)
          .map((_each, index) => jsonAt('/plain', index + 1));
        expect(told.every((each) => each['@type'] === 'StateChange')).toBe(true);
        expect(told.some(({ changed }) => changed[jmap.accountId]?.Email)).toBe(true);
      }, 15_000);
      await set({ destroy: [id] });
    });

    it('tell only the types asked for', async () => {
      const id = await verified('/types', { types: ['Mailbox'] });
      await change();
      await vi.waitFor(() => {
        const told = at('/types')
          .slice(1)
          .map(({ body }) => (JSON.parse(body.toString()) as StateChange).changed);
        expect(told.some((changed) => changed[jmap.accountId])).toBe(true);
        expect(told.flatMap((changed) => Object.values(changed).flatMap(Object.keys))).toEqual(
          told.flatMap((changed) => Object.keys(changed).map(() => 'Mailbox')),
        );
      }, 10_000);
      await set({ destroy: [id] });
    });

    it('with keys are encrypted for the client alone (RFC 8291)', async () => {
      const ecdh = createECDH('prime256v1');
      ecdh.generateKeys();
      const auth = Buffer.alloc(16, 7);
      const keys = { p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') };
      const { created } = await set({
        create: { s: { deviceClientId: 'd', url: `${origin}/sealed`, keys } },
      });
      await sentTo('/sealed');
      const { headers, body } = at('/sealed')[0] as Posted;
      expect(headers['content-encoding']).toBe('aes128gcm');
      expect(body.includes('PushVerification')).toBe(false);
      const ours = body.subarray(21, 86);
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), ours]);
      const ikm = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(ours), auth, info, 32));
      const derive = (name: string, length: number) =>
        Buffer.from(
          hkdfSync('sha256', ikm, body.subarray(0, 16), Buffer.from(`Content-Encoding: ${name}\0`), length),
        );
      const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
      decipher.setAuthTag(body.subarray(-16));
      const plain = Buffer.concat([decipher.update(body.subarray(86, -16)), decipher.final()]);
      expect(JSON.parse(plain.subarray(0, -1).toString())).toMatchObject({
        '@type': 'PushVerification',
        pushSubscriptionId: created?.s?.id,
      });
      await set({ destroy: [created?.s?.id] });
    });

    it('never tell their url and keys', async () => {
      const id = await subscribe('/secret', { types: ['Email'], expires: '2099-01-01T00:00:00Z' });
      const { list, notFound } = await jmap.call<GetAnswer>('PushSubscription/get', { ids: [id, 'none'] });
      expect(list).toEqual([
        {
          id,
          deviceClientId: 'd',
          verificationCode: null,
          expires: expect.stringMatching(/Z$/),
          types: ['Email'],
        },
      ]);
      expect(Date.parse(String(list[0]?.expires))).toBeLessThan(Date.now() + 31 * 86_400_000);
      expect(notFound).toEqual(['none']);
      expect(await jmap.error('PushSubscription/get', { properties: ['url'] })).toBe('forbidden');
      expect(await jmap.error('PushSubscription/get', { properties: ['keys'] })).toBe('forbidden');
      expect(await jmap.error('PushSubscription/get', { properties: ['colour'] })).toBe('invalidArguments');
      expect(await jmap.error('PushSubscription/get', { accountId: jmap.accountId })).toBe(
        'invalidArguments',
      );
      await set({ destroy: [id] });
    });

    it('S21: end with the app password that made them', async () => {
      const token = await jmap.appPassword();
      const asked = (methodCalls: unknown[]) =>
        fetch(`${jmap.gatepost.url}/jmap/api`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ using: ['urn:ietf:params:jmap:core'], methodCalls }),
        });
      const create = { s: { deviceClientId: 'd', url: `${origin}/revoked` } };
      const made = (await (await asked([['PushSubscription/set', { create }, 'c']])).json()) as {
        methodResponses: [string, SetAnswer, string][];
      };
      const id = made.methodResponses[0]?.[1].created?.s?.id ?? '';
      await sentTo('/revoked');
      await asked([
        [
          'PushSubscription/set',
          { update: { [id]: { verificationCode: jsonAt('/revoked', 0).verificationCode } } },
          'c',
        ],
      ]);
      await change();
      await sentTo('/revoked', 2);
      const { appPasswords } = (await (await jmap.fetch('/api/app-passwords')).json()) as {
        appPasswords: { id: string }[];
      };
      for (const each of appPasswords)
        await jmap.fetch(`/api/app-passwords/${each.id}`, { method: 'DELETE' });
      const witness = await verified('/witness');
      const before = at('/revoked').length;
      await change();
      await sentTo('/witness', 2);
      expect(at('/revoked')).toHaveLength(before);
      await set({ destroy: [witness] });
    });

    it('are seen by who made them only', async () => {
      const id = await subscribe('/owner');
      const password = await jmap.appPassword();
      const response = await fetch(`${jmap.gatepost.url}/jmap/api`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${password}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          using: ['urn:ietf:params:jmap:core'],
          methodCalls: [['PushSubscription/get', {}, 'c']],
        }),
      });
      expect(await response.json()).toMatchObject({
        methodResponses: [['PushSubscription/get', { list: [] }, 'c']],
      });
      await set({ destroy: [id] });
    });

    it.each<[string, object, string]>([
      ['plain http', { url: 'http://example.com/push' }, 'url'],
      ['no url', { url: 'push' }, 'url'],
      ['a user in the url', { url: 'https://a:b@example.com/' }, 'url'],
      ['no device', { deviceClientId: '' }, 'deviceClientId'],
      ['bad keys', { keys: { p256dh: 'AAAA', auth: 'AAAA' } }, 'keys'],
      ['a time that is over', { expires: '2020-01-01T00:00:00Z' }, 'expires'],
      ['a code', { verificationCode: 'x' }, 'verificationCode'],
      ['an unknown property', { colour: 'red' }, 'colour'],
    ])('are not made with %s', async (_what, object, property) => {
      const { notCreated } = await set({
        create: { s: { deviceClientId: 'd', url: `${origin}/none`, ...object } },
      });
      expect(notCreated?.s).toMatchObject({ type: 'invalidProperties', properties: [property] });
    });

    it('change their types and time, and nothing that is fixed', async () => {
      const id = await subscribe('/fixed');
      expect(
        (await set({ update: { [id]: { types: ['Thread'], expires: '2099-01-01T00:00:00Z' } } })).updated?.[
          id
        ],
      ).toEqual({ expires: expect.any(String) });
      expect((await set({ update: { [id]: { url: `${origin}/other` } } })).notUpdated?.[id]).toMatchObject({
        type: 'invalidProperties',
        properties: ['url'],
      });
      expect(
        (await set({ update: { none: { types: null } }, destroy: ['none'] })).notUpdated?.none,
      ).toMatchObject({ type: 'notFound' });
      const { destroyed } = await set({ destroy: [id] });
      expect(destroyed).toEqual([id]);
      expect(await set({ destroy: [id] })).toMatchObject({
        destroyed: null,
        notDestroyed: { [id]: { type: 'notFound' } },
      });
    });

    it('end when the service says that they are gone', async () => {
      const id = await verified('/gone');
      status = 410;
      await change();
      await sentTo('/gone', 2);
      status = 201;
      await vi.waitFor(async () => {
        const { notFound } = await jmap.call<GetAnswer>('PushSubscription/get', { ids: [id] });
        expect(notFound).toEqual([id]);
      }, 10_000);
    });

    it('S12: are not posted to hosts inside', async () => {
      const { created } = await set({ create: { s: { deviceClientId: 'd', url: 'https://10.0.0.1/push' } } });
      expect(created?.s).toBeTruthy();
      await set({ destroy: [created?.s?.id] });
    });
  });

  describe('§7.3 the event source', () => {
    const open = async (variables: Record<string, string>, headers: Record<string, string> = {}) => {
      const url = Object.entries(variables).reduce(
        (all, [name, value]) => all.replace(`{${name}}`, value),
        jmap.session.eventSourceUrl,
      );
      const abort = new AbortController();
      const response = await jmap.fetch(url, {
        headers: { Accept: 'text/event-stream', ...headers },
        signal: abort.signal,
      });
      expect(response.headers.get('content-type')).toContain('text/event-stream');
      let text = '';
      const done = (async () => {
        const decoder = new TextDecoder();
        for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array);
      })().catch(() => undefined);
      const events = () =>
        text
          .split('\n\n')
          .filter((block) => /^data:/m.test(block))
          .map((block) => ({
            event: /^event: (.*)$/m.exec(block)?.[1],
            id: /^id: (.*)$/m.exec(block)?.[1],
            data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') as StateChange,
          }));
      return { events, done, close: () => abort.abort() };
    };
    const plain = { types: '*', closeafter: 'no', ping: '0' };

    it('tells of a change, with the id of where the client stands now', async () => {
      const stream = await open(plain);
      await vi.waitFor(() => expect(stream.events()).not.toHaveLength(0), 10_000);
      await change();
      const { state } = await jmap.call<GetAnswer>('Email/get', { ids: [] });
      await vi.waitFor(
        () => expect(stream.events().at(-1)?.data.changed[jmap.accountId]?.Email).toBe(state),
        10_000,
      );
      expect(stream.events().at(-1)).toMatchObject({ event: 'state', id: expect.any(String) });
      stream.close();
    });

    it('tells only the types asked for, closes after one state, and pings', async () => {
      const stream = await open({ types: 'Mailbox,Thread', closeafter: 'state', ping: '0' });
      await change();
      await stream.done;
      expect(stream.events()).toHaveLength(1);
      expect(Object.keys(stream.events()[0]?.data.changed[jmap.accountId] ?? {}).sort()).toEqual([
        'Mailbox',
        'Thread',
      ]);
    });

    it('replays to who comes back with the id of the last event, at once and only what was missed', async () => {
      const first = await open(plain);
      await vi.waitFor(() => expect(first.events()).not.toHaveLength(0), 10_000);
      const id = first.events().at(-1)?.id ?? '';
      first.close();
      const { list } = await jmap.call<GetAnswer>('Identity/get');
      await jmap.call('Identity/set', { update: { [list[0]?.id ?? '']: { name: crypto.randomUUID() } } });
      const second = await open(plain, { 'Last-Event-ID': id });
      await vi.waitFor(() => expect(second.events()).not.toHaveLength(0), 10_000);
      expect(Object.keys(second.events()[0]?.data.changed[jmap.accountId] ?? {})).toContain('Identity');
      second.close();
    });

    it('S28: has room for 50 streams of one user, refuses the next one, and has room again when they ended', async () => {
      const url = '/jmap/events?types=*&closeafter=no&ping=0';
      const abort = new AbortController();
      const one = () => jmap.fetch(url, { signal: abort.signal });
      const statuses: number[] = [];
      let answer = await one();
      while (answer.status === 200 && statuses.length <= MAX_EVENT_STREAMS) {
        statuses.push(answer.status);
        answer = await one();
      }
      expect(await answer.json()).toMatchObject({ status: 429, limit: 'maxEventStreams' });
      // Whoever is pushed to listens, too.
      expect(statuses.length).toBeGreaterThan(MAX_EVENT_STREAMS - 5);
      abort.abort();
      await vi.waitFor(async () => {
        const stream = await open(plain);
        stream.close();
      }, 10_000);
    });
  });
});
