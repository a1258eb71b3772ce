import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dispatch } from '@/lib/jmap/dispatch';
import { checkRequest, parseRequest } from '@/lib/jmap/envelope';
import { METHODS } from '@/lib/jmap/methods';
import { RequestProblem } from '@/lib/jmap/problem';
import { sessionFor } from '@/lib/jmap/session';
import { CORE, GATEPOST, type Invocation, type JsonObject, type JsonValue, MAIL } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { addAccount, type Fixture, fixtureOf, openFixture, type SetAnswer } from './fixture';

function problemOf(work: () => unknown): JsonObject {
  try {
    work();
  } catch (error) {
    if (error instanceof RequestProblem) return error.toJSON();
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the request', () => {
  const calls = (count: number) =>
    Array.from({ length: count }, (_, index) => ['Core/echo', {}, String(index)]);

  it.each<[string, JsonValue]>([
    ['no object', []],
    ['no using', { methodCalls: [] }],
    ['a call of two', { using: [], methodCalls: [['Core/echo', {}]] }],
    ['arguments in an array', { using: [], methodCalls: [['Core/echo', [], 'c']] }],
    ['created ids that are no ids', { using: [], methodCalls: [], createdIds: { a: 1 } }],
  ])('is refused as notRequest with %s', (_what, value) => {
    expect(problemOf(() => checkRequest(value)).type).toBe('urn:ietf:params:jmap:error:notRequest');
  });

  it('is refused as notJSON, as unknownCapability, and beyond maxCallsInRequest', () => {
    expect(problemOf(() => parseRequest('{'))).toMatchObject({
      type: 'urn:ietf:params:jmap:error:notJSON',
      status: 400,
    });
    const unknown = { using: ['urn:x'], methodCalls: [] };
    expect(problemOf(() => checkRequest(unknown)).type).toBe('urn:ietf:params:jmap:error:unknownCapability');
    expect(checkRequest({ using: [CORE], methodCalls: calls(32) }).methodCalls).toHaveLength(32);
    expect(problemOf(() => checkRequest({ using: [CORE], methodCalls: calls(33) }))).toMatchObject({
      type: 'urn:ietf:params:jmap:error:limit',
      limit: 'maxCallsInRequest',
    });
  });
});

describe('dispatch', () => {
  let jmap: Fixture;
  beforeAll(async () => {
    jmap = await openFixture('local');
  });
  afterAll(() => jmap?.close());

  const echo = (args: JsonObject, id = 'c'): Invocation => ['Core/echo', args, id];
  const results = async (...calls: Invocation[]) => (await jmap.request(calls)).methodResponses;

  it('echoes, in order, with the state of the session', async () => {
    const answer = await jmap.request([echo({ a: [1, null] }, 'x'), echo({}, 'y')]);
    expect(answer.methodResponses).toEqual([echo({ a: [1, null] }, 'x'), echo({}, 'y')]);
    expect(answer.sessionState).toBe((await sessionFor(jmap.principal, jmap.runtime)).state);
  });

  it.each<[string, string, unknown]>([
    ['a property', '/b/c', 3],
    ['an item', '/list/1/id', 'e2'],
    ['all items', '/list/*/id', ['e1', 'e2']],
    ['all items of all items', '/list/*/ids', [1, 2, 3]],
    ['an escaped name', '/a~1b', 'slash'],
  ])('resolves a reference to %s', async (_what, path, value) => {
    const first = {
      b: { c: 3 },
      'a/b': 'slash',
      list: [
        { id: 'e1', ids: [1] },
        { id: 'e2', ids: [2, 3] },
      ],
    };
    const [, second] = await results(
      echo(first, 'one'),
      echo({ '#v': { resultOf: 'one', name: 'Core/echo', path } }, 'two'),
    );
    expect(second).toEqual(echo({ v: value as JsonValue }, 'two'));
  });

  it.each<[string, JsonValue]>([
    ['no such call', { resultOf: 'zero', name: 'Core/echo', path: '/a' }],
    ['another name', { resultOf: 'one', name: 'Email/get', path: '/a' }],
    ['nothing there', { resultOf: 'one', name: 'Core/echo', path: '/zzz' }],
    ['a leading zero', { resultOf: 'one', name: 'Core/echo', path: '/a/00' }],
    ['the prototype', { resultOf: 'one', name: 'Core/echo', path: '/constructor' }],
    ['no pointer', { resultOf: 'one', name: 'Core/echo', path: 'a' }],
  ])('does not resolve a reference to %s', async (_what, reference) => {
    const [, second] = await results(echo({ a: [1] }, 'one'), echo({ '#v': reference }, 'two'));
    expect(second?.[1].type).toBe('invalidResultReference');
  });

  it('S28: references do not multiply: all together they bring no more than a request may be large', async () => {
    const whole = { resultOf: 'one', name: 'Core/echo', path: '' };
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`#v${n}`, whole]));
    const [, second] = await results(echo({ a: 'x'.repeat(200_000) }, 'one'), echo(many, 'two'));
    expect(second?.[1].type).toBe('requestTooLarge');
  });

  it('refuses an argument with and without a reference, and unknown arguments', async () => {
    const reference = { resultOf: 'one', name: 'Core/echo', path: '/a' };
    const [, second] = await results(echo({ a: 1 }, 'one'), echo({ v: 1, '#v': reference }, 'two'));
    expect(second?.[1].type).toBe('invalidArguments');
    expect(await jmap.refusal('Mailbox/get', { colour: 'red' })).toBe('invalidArguments');
  });

  it('knows no method by a name of the prototype, nor one whose capability is not used', async () => {
    expect(await jmap.refusal('constructor')).toBe('unknownMethod');
    const call: Invocation = ['Mailbox/get', { accountId: jmap.accountId }, 'c'];
    const { methodResponses } = await dispatch(
      jmap.principal,
      { using: [CORE], methodCalls: [call] },
      jmap.runtime,
    );
    expect(methodResponses[0]?.[1].type).toBe('unknownMethod');
  });

  it('uses created ids in later calls, and tells them when the client brings its own', async () => {
    const blobId = await jmap.upload(plainMessage('Created', 'x'));
    const answer = await jmap.request(
      [
        ['Mailbox/set', { create: { box: { name: 'Fresh' } } }, '1'],
        ['Email/import', { emails: { mail: { blobId, mailboxIds: { '#box': true } } } }, '2'],
        ['Email/set', { update: { '#mail': { 'keywords/$seen': true } } }, '3'],
        ['Email/get', { ids: ['#mail'], properties: ['keywords'] }, '4'],
      ],
      { old: 'x1' },
    );
    const mail = answer.createdIds?.mail ?? '';
    expect(answer.createdIds).toMatchObject({ old: 'x1', box: expect.any(String) });
    expect(answer.methodResponses[3]?.[1].list).toEqual([{ id: mail, keywords: { $seen: true } }]);
  });

  it('tells by its id what was changed by its creation id', async () => {
    const [made, renamed] = await results(
      ['Mailbox/set', { create: { box: { name: 'Made' } } }, '1'],
      ['Mailbox/set', { update: { '#box': { name: 'Renamed' }, '#none': { name: 'x' } } }, '2'],
    );
    const id = (made?.[1] as unknown as SetAnswer | undefined)?.created?.box?.id ?? '';
    expect(renamed?.[1]).toMatchObject({
      updated: { [id]: null },
      notUpdated: { '#none': { type: 'notFound' } },
    });
  });

  it('changes an identity in the call that makes it; null is the default (RFC 8620 §5.3)', async () => {
    const [answer, got] = await results(
      [
        'Identity/set',
        {
          create: { i: { email: 'me@example.org', name: 'Me', textSignature: 'Bye' } },
          update: { '#i': { name: null, textSignature: null, replyTo: null } },
        },
        '1',
      ],
      ['Identity/get', { ids: ['#i'] }, '2'],
    );
    expect(answer?.[1]).toMatchObject({ notCreated: null, notUpdated: null });
    expect(got?.[1].list).toMatchObject([{ name: '', textSignature: '', replyTo: null }]);
  });

  it('says which limit is reached when there are as many as there may be (RFC 8620 §5.3)', async () => {
    const create = Object.fromEntries(
      Array.from({ length: 101 }, (_, at) => [`i${at}`, { email: `i${at}@example.org` }]),
    );
    const { notCreated } = await jmap.call<SetAnswer>('Identity/set', { create });
    expect(Object.values(notCreated ?? {})).toMatchObject(
      Array.from(Object.keys(notCreated ?? {}), () => ({
        type: 'overQuota',
        'gatepost:code': 'limitExceeded',
        'gatepost:params': { max: 100 },
      })),
    );
    expect(notCreated).not.toBeNull();
  });

  it('takes a filter as deep as it says, and none that is deeper', async () => {
    const nested = (depth: number): JsonObject =>
      depth === 1 ? { text: 'x' } : { operator: 'AND', conditions: [nested(depth - 1)] };
    expect(await jmap.refusal('Email/query', { filter: nested(20) })).toBe('none');
    expect(await jmap.refusal('Email/query', { filter: nested(21) })).toBe('unsupportedFilter');
  });

  it('says of an account that nothing limits that it has no quotas', async () => {
    for (const name of ['Quota/get', 'Quota/query'])
      expect(await jmap.refusal(name)).toBe('accountNotSupportedByMethod');
    const { accounts } = await sessionFor(jmap.principal, jmap.runtime);
    expect(accounts[jmap.accountId]?.accountCapabilities).not.toHaveProperty('urn:ietf:params:jmap:quota');
  });

  it('says of an account without IMAP what no mail server learns', async () => {
    const { accounts } = await sessionFor(jmap.principal, jmap.runtime);
    expect(accounts[jmap.accountId]?.accountCapabilities[GATEPOST]).toMatchObject({
      localOnly: ['mailboxes', 'keywords', 'drafts', 'sent'],
    });
  });

  it('has no vendor property for who does not ask for it', async () => {
    expect(GATEPOST).toBe('urn:gatepost:mail');
    const call: Invocation = ['Address/suggest', { accountId: jmap.accountId, prefix: 'a' }, 'c'];
    const { methodResponses } = await dispatch(
      jmap.principal,
      { using: [CORE, MAIL], methodCalls: [call] },
      jmap.runtime,
    );
    expect(methodResponses[0]?.[1].type).toBe('unknownMethod');
  });

  it('completes addresses of mail seen', async () => {
    await jmap.importEmail(plainMessage('Seen', 'x'));
    const { list } = await jmap.call<{ list: JsonObject[] }>('Address/suggest', { prefix: 'ann' });
    expect(list).toContainEqual({ name: 'Ann Example', email: 'ann@example.org' });
  });
});

describe('S19: an account of somebody else', () => {
  let mine: Fixture;
  let theirs: Fixture;
  beforeAll(async () => {
    mine = await openFixture('local');
    theirs = fixtureOf(
      mine.runtime,
      await addAccount(mine.runtime, 'u2', 'local'),
      async () => undefined,
      'u2',
    );
  });
  afterAll(async () => {
    await mine?.close();
    await rm(mine.runtime.config.dataDir, { recursive: true, force: true });
  });

  const ARGS: Record<string, JsonObject> = {
    'Blob/copy': { fromAccountId: 'x', blobIds: [] },
    'Blob/get': { ids: [] },
    'Blob/lookup': { typeNames: [], ids: [] },
    'Blob/upload': { create: {} },
    'SieveScript/validate': { blobId: 'u' },
    'Email/copy': { fromAccountId: 'x', create: {} },
    'Email/import': { emails: {} },
    'Email/parse': { blobIds: [] },
    'MDN/send': { identityId: 'i', send: {} },
    'MDN/parse': { blobIds: [] },
    'SearchSnippet/get': { emailIds: [] },
    'Address/suggest': { prefix: 'a' },
    'EmailSubmission/sendAgain': { id: 's' },
    'EmailSubmission/lookAgain': { id: 's' },
    'Email/redirect': { emailId: 'e', from: { email: 'ann@example.org' } },
  };
  const argsOf = (name: string): JsonObject => {
    if (/changes$/.test(name)) return { sinceState: 's' };
    return /queryChanges$/i.test(name) ? { sinceQueryState: 's' } : (ARGS[name] ?? {});
  };

  it.each([...METHODS.keys()].filter((name) => !/^(Core|PushSubscription)\//.test(name)))(
    'is not found by %s',
    async (name) => {
      const args = /queryChanges$/.test(name) ? { sinceQueryState: 's' } : argsOf(name);
      const type = await mine.refusal(name, { ...args, accountId: theirs.accountId });
      expect(['accountNotFound', 'fromAccountNotFound']).toContain(type);
    },
  );

  it('is not in the session, and its uploads and emails are not reached through an account of mine', async () => {
    expect(Object.keys((await sessionFor(mine.principal, mine.runtime)).accounts)).toEqual([mine.accountId]);
    const blobId = await theirs.upload(plainMessage('Private', 'x'));
    const answer = await mine.call('Email/parse', { blobIds: [blobId] });
    expect(answer).toMatchObject({ notFound: [blobId] });
    const emailId = await theirs.importEmail(plainMessage('Private', 'x'));
    expect(await mine.call('Email/get', { ids: [emailId] })).toMatchObject({ list: [], notFound: [emailId] });
    const second = await addAccount(mine.runtime, 'u1', 'local');
    const copied = await mine.call<{ notCopied: object }>('Blob/copy', {
      fromAccountId: second,
      blobIds: [`r${emailId}`],
    });
    expect(Object.keys(copied.notCopied)).toEqual([`r${emailId}`]);
  });

  it('of my own is copied to, with the original destroyed in a response of its own', async () => {
    const other = fixtureOf(
      mine.runtime,
      await addAccount(mine.runtime, 'u1', 'local'),
      async () => undefined,
    );
    const id = await other.importEmail(plainMessage('Copied', 'x'), 'inbox', ['$flagged']);
    const { methodResponses } = await mine.request([
      [
        'Email/copy',
        {
          fromAccountId: other.accountId,
          create: { c: { id, mailboxIds: { [(await mine.mailbox('inbox')).id]: true } } },
          onSuccessDestroyOriginal: true,
        },
        'c',
      ],
    ]);
    const [copy, set] = methodResponses;
    const answer = copy?.[1] as unknown as SetAnswer | undefined;
    const created = answer?.created?.c?.id ?? '';
    expect(set).toMatchObject(['Email/set', { accountId: other.accountId, destroyed: [id] }, 'c']);
    expect(await mine.call('Email/get', { ids: [created], properties: ['keywords'] })).toMatchObject({
      list: [{ keywords: { $flagged: true } }],
    });
    const back = { id: created, mailboxIds: { [(await other.mailbox('inbox')).id]: true }, subject: 'New' };
    const { notCreated } = await other.call<SetAnswer>('Email/copy', {
      fromAccountId: mine.accountId,
      create: { c: back },
    });
    expect(notCreated?.c).toMatchObject({ type: 'invalidProperties', properties: ['subject'] });
  });
});
