/** RFC 8620 §2 (session) and §3 (requests, errors, references), over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Invocation, JsonObject } from '@/lib/jmap/types';
import { ALICE, KINDS, World } from './world';

const CORE = 'urn:ietf:params:jmap:core';
const MAIL = 'urn:ietf:params:jmap:mail';
const SUBMISSION = 'urn:ietf:params:jmap:submission';

describe.each(KINDS)('core of a server with %s accounts', (kind) => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open(kind);
  });
  afterAll(() => jmap?.close());

  const problem = async (body: object | string, contentType?: string) => {
    const response = await jmap.api(body, contentType);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      ...((await response.json()) as object),
    };
  };
  const echo = (value: JsonObject = {}): Invocation => ['Core/echo', value, 'e'];

  describe('§2 the session', () => {
    it('has every property, and absolute URLs with their variables', () => {
      const { session } = jmap;
      expect(Object.keys(session).sort()).toEqual(
        [
          'accounts',
          'apiUrl',
          'capabilities',
          'downloadUrl',
          'eventSourceUrl',
          'primaryAccounts',
          'state',
          'uploadUrl',
          'username',
        ].sort(),
      );
      expect(session.username).toBe(ALICE);
      for (const variable of ['{accountId}', '{blobId}', '{name}', '{type}'])
        expect(session.downloadUrl).toContain(variable);
      for (const variable of ['{types}', '{closeafter}', '{ping}'])
        expect(session.eventSourceUrl).toContain(variable);
      expect(session.uploadUrl).toContain('{accountId}');
      for (const url of [session.apiUrl, session.downloadUrl, session.uploadUrl, session.eventSourceUrl])
        expect(url).toMatch(/^https?:\/\//);
    });

    it('tells the limits of the core capability', () => {
      expect(jmap.session.capabilities[CORE]).toEqual({
        maxSizeUpload: 50 * 1024 ** 2,
        maxConcurrentUpload: 4,
        maxSizeRequest: 10_000_000,
        maxConcurrentRequests: 8,
        maxCallsInRequest: 32,
        maxObjectsInGet: 500,
        maxObjectsInSet: 500,
        collationAlgorithms: ['i;unicode-casemap', 'i;ascii-casemap'],
      });
      expect(jmap.session.capabilities[MAIL]).toEqual({});
      expect(jmap.session.capabilities[SUBMISSION]).toEqual({});
    });

    it('tells what each account can do (RFC 8621 §1.3)', () => {
      const { accounts, primaryAccounts } = jmap.session;
      expect(accounts[jmap.accountId]).toMatchObject({ name: ALICE, isPersonal: true, isReadOnly: false });
      expect(accounts[jmap.accountId]?.accountCapabilities[MAIL]).toEqual({
        maxMailboxesPerEmail: null,
        maxMailboxDepth: null,
        maxSizeMailboxName: 250,
        maxSizeAttachmentsPerEmail: 50 * 1024 ** 2,
        emailQuerySortOptions: [
          'receivedAt',
          'sentAt',
          'size',
          'from',
          'to',
          'subject',
          'hasKeyword',
          'allInThreadHaveKeyword',
          'someInThreadHaveKeyword',
        ],
        mayCreateTopLevelMailbox: true,
      });
      expect(accounts[jmap.accountId]?.accountCapabilities[SUBMISSION]).toEqual({
        maxDelayedSend: 2_592_000,
        submissionExtensions: expect.objectContaining({ FUTURERELEASE: ['2592000'] }),
      });
      expect(primaryAccounts[MAIL]).toBe(jmap.accountId);
      expect(primaryAccounts[SUBMISSION]).toBe(jmap.accountId);
      expect(primaryAccounts).not.toHaveProperty(CORE);
    });

    it('is found by its well-known address, and is not sent again while it stands', async () => {
      const first = await jmap.fetch('/.well-known/jmap');
      const etag = first.headers.get('etag') ?? '';
      expect(etag).not.toBe('');
      expect(first.headers.get('cache-control')).toContain('no-store');
      const again = await jmap.fetch('/jmap/session', { headers: { 'If-None-Match': etag } });
      expect(again.status).toBe(304);
      expect((await jmap.fetch('/jmap/session', { headers: { 'If-None-Match': '"old"' } })).status).toBe(200);
    });

    it('has the state that every answer tells', async () => {
      const { sessionState } = await jmap.request([echo()]);
      const session = (await (await jmap.fetch('/jmap/session')).json()) as { state: string };
      expect(sessionState).toBe(session.state);
    });

    it('S19: is nothing for who does not say who he is', async () => {
      const calls: [path: string, method: string][] = [
        ['/jmap/session', 'GET'],
        ['/jmap/api', 'POST'],
        [`/jmap/upload/${jmap.accountId}`, 'POST'],
      ];
      for (const [path, method] of calls) {
        const response = await fetch(`${jmap.gatepost.url}${path}`, { method });
        expect(response.status).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    });
  });

  describe('§3.6.1 a request that cannot be worked on', () => {
    it.each([
      ['no JSON', '{"using":', 'application/json'],
      ['another type', '{}', 'text/plain'],
      [
        'half a character (I-JSON)',
        `{"using":["${CORE}"],"methodCalls":[["Core/echo",{"a":"\\ud83d"},"c"]]}`,
        'application/json',
      ],
    ])('is notJSON: %s', async (_what, body, type) => {
      expect(await problem(body, type)).toMatchObject({
        status: 400,
        type: 'urn:ietf:params:jmap:error:notJSON',
      });
    });

    it('a whole character by escapes is welcome', async () => {
      const body = `{"using":["${CORE}"],"methodCalls":[["Core/echo",{"a":"\\ud83d\\ude00 \\\\ud83d"},"c"]]}`;
      const { methodResponses } = (await (await jmap.api(body)).json()) as { methodResponses: Invocation[] };
      expect(methodResponses[0]?.[1]).toEqual({ a: '😀 \\ud83d' });
    });

    it.each<[string, object | string]>([
      ['an array', '[]'],
      ['no using', { methodCalls: [] }],
      ['using is no list', { using: CORE, methodCalls: [] }],
      ['using of numbers', { using: [1], methodCalls: [] }],
      ['no calls', { using: [CORE] }],
      ['calls are no list', { using: [CORE], methodCalls: {} }],
      ['a call of two', { using: [CORE], methodCalls: [['Core/echo', {}]] }],
      ['a call without a name', { using: [CORE], methodCalls: [[1, {}, 'c']] }],
      ['a call without arguments', { using: [CORE], methodCalls: [['Core/echo', null, 'c']] }],
      ['a call without an id', { using: [CORE], methodCalls: [['Core/echo', {}, 1]] }],
      ['created ids of numbers', { using: [CORE], methodCalls: [], createdIds: { a: 1 } }],
    ])('is notRequest: %s', async (_what, body) => {
      expect(await problem(body)).toMatchObject({
        status: 400,
        type: 'urn:ietf:params:jmap:error:notRequest',
      });
    });

    it('is unknownCapability', async () => {
      expect(await problem({ using: [CORE, 'urn:example:none'], methodCalls: [] })).toMatchObject({
        status: 400,
        type: 'urn:ietf:params:jmap:error:unknownCapability',
      });
    });

    it('tells which limit it passed', async () => {
      const calls = Array.from({ length: 33 }, () => echo());
      expect(await problem({ using: [CORE], methodCalls: calls })).toMatchObject({
        type: 'urn:ietf:params:jmap:error:limit',
        limit: 'maxCallsInRequest',
      });
      expect(await problem(`{"using":[${' '.repeat(10_000_000)}]}`)).toMatchObject({
        type: 'urn:ietf:params:jmap:error:limit',
        limit: 'maxSizeRequest',
      });
    });

    it('is told as problem details (RFC 7807)', async () => {
      const response = await jmap.api('no');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    });
  });

  describe('§3.6.2 a call that fails', () => {
    it.each<[string, string, JsonObject]>([
      ['unknownMethod', 'Email/none', {}],
      ['unknownMethod', 'constructor', {}],
      ['unknownMethod', 'email/get', {}],
      ['invalidArguments', 'Mailbox/get', { accountId: null }],
      ['invalidArguments', 'Mailbox/get', { ids: 'b1' }],
      ['invalidArguments', 'Mailbox/get', { ids: ['no id!'] }],
      ['invalidArguments', 'Mailbox/get', { properties: ['colour'] }],
      ['invalidArguments', 'Mailbox/get', { unknown: 1 }],
      ['invalidArguments', 'Email/query', { limit: -1 }],
      ['invalidArguments', 'Email/query', { position: 1.5 }],
      ['accountNotFound', 'Mailbox/get', { accountId: 'nobody' }],
      ['stateMismatch', 'Email/set', { ifInState: 'no-state' }],
      ['stateMismatch', 'Mailbox/set', { ifInState: 'no-state' }],
      ['stateMismatch', 'Identity/set', { ifInState: 'no-state' }],
      ['stateMismatch', 'EmailSubmission/set', { ifInState: 'no-state' }],
      ['cannotCalculateChanges', 'Email/changes', { sinceState: 'no-state' }],
      ['cannotCalculateChanges', 'Mailbox/changes', { sinceState: 'no-state' }],
      ['cannotCalculateChanges', 'Thread/changes', { sinceState: 'no-state' }],
      ['cannotCalculateChanges', 'Identity/changes', { sinceState: 'no-state' }],
      ['cannotCalculateChanges', 'EmailSubmission/changes', { sinceState: 'no-state' }],
      ['cannotCalculateChanges', 'Email/queryChanges', { sinceQueryState: 'no-state' }],
      ['cannotCalculateChanges', 'Mailbox/queryChanges', { sinceQueryState: 'no-state' }],
      ['invalidArguments', 'Email/changes', { sinceState: 'x', maxChanges: 0 }],
      ['anchorNotFound', 'Email/query', { anchor: 'nothing' }],
      ['anchorNotFound', 'Mailbox/query', { anchor: 'nothing' }],
      ['unsupportedSort', 'Email/query', { sort: [{ property: 'colour' }] }],
      ['unsupportedSort', 'Email/query', { sort: [{ property: 'subject', collation: 'i;none' }] }],
      ['unsupportedSort', 'Mailbox/query', { sort: [{ property: 'role' }] }],
      ['unsupportedSort', 'EmailSubmission/query', { sort: [{ property: 'undoStatus' }] }],
      ['unsupportedFilter', 'Email/query', { filter: { colour: 'red' } }],
      ['unsupportedFilter', 'Mailbox/query', { filter: { colour: 'red' } }],
      ['invalidArguments', 'Email/query', { filter: { operator: 'XOR', conditions: [] } }],
      ['invalidArguments', 'Email/query', { filter: { before: 'yesterday' } }],
      ['fromAccountNotFound', 'Email/copy', { fromAccountId: 'nobody', create: {} }],
      ['fromAccountNotFound', 'Blob/copy', { fromAccountId: 'nobody', blobIds: [] }],
    ])('is %s: %s %o', async (type, name, args) => {
      expect(await jmap.error(name, args)).toBe(type);
    });

    it('is requestTooLarge above the limits of objects, and an id has at most 255 characters', async () => {
      const ids = Array.from({ length: 501 }, (_, index) => `e${index}`);
      expect(await jmap.error('Email/get', { ids })).toBe('requestTooLarge');
      expect(await jmap.error('Email/set', { destroy: ids })).toBe('requestTooLarge');
      expect(await jmap.error('Mailbox/get', { ids: ['x'.repeat(256)] })).toBe('invalidArguments');
    });

    it('does not stop the calls behind it', async () => {
      const { methodResponses } = await jmap.request([
        echo({ a: 1 }),
        ['No/method', {}, 'n'],
        echo({ a: 2 }),
      ]);
      expect(methodResponses.map(([name, , id]) => [name, id])).toEqual([
        ['Core/echo', 'e'],
        ['error', 'n'],
        ['Core/echo', 'e'],
      ]);
    });

    it('is unknown where its capability is not used (§3.3)', async () => {
      const calls: Invocation[] = [
        ['Core/echo', {}, 'a'],
        ['Mailbox/get', { accountId: jmap.accountId }, 'b'],
        ['Identity/get', { accountId: jmap.accountId }, 'c'],
      ];
      const names = async (using: string[]) =>
        (await jmap.request(calls, { using })).methodResponses.map(([name]) => name);
      expect(await names([])).toEqual(['error', 'error', 'error']);
      expect(await names([CORE])).toEqual(['Core/echo', 'error', 'error']);
      expect(await names([CORE, MAIL])).toEqual(['Core/echo', 'Mailbox/get', 'error']);
    });
  });

  describe('§3.7 references', () => {
    const first = (path: string, more: JsonObject = {}): Invocation[] => [
      echo({ list: [{ ids: ['a', 'b'] }, { ids: ['c'] }], 'a/b': { '~': [1, [2], 3] } }),
      ['Core/echo', { '#got': { resultOf: 'e', name: 'Core/echo', path, ...more } }, 'r'],
    ];
    const got = async (path: string, more?: JsonObject) => {
      const { methodResponses } = await jmap.request(first(path, more));
      return methodResponses[1]?.[1];
    };

    it.each<[string, JsonObject]>([
      ['/list/0/ids/1', { got: 'b' }],
      ['/list/*/ids', { got: ['a', 'b', 'c'] }],
      ['/a~1b/~0', { got: [1, [2], 3] }],
      ['/a~1b/~0/*', { got: [1, 2, 3] }],
    ])('%s', async (path, expected) => {
      expect(await got(path)).toEqual(expected);
    });

    it.each(['/none', '/list/2', '/list/-', '/list/01', '/list/*/none', 'list'])(
      '%s leads nowhere',
      async (path) => {
        expect(await got(path)).toMatchObject({ type: 'invalidResultReference' });
      },
    );

    it('needs the name and the call id of an earlier response', async () => {
      expect(await got('/list', { name: 'Core/other' })).toMatchObject({ type: 'invalidResultReference' });
      expect(await got('/list', { resultOf: 'later' })).toMatchObject({ type: 'invalidResultReference' });
    });

    it('excludes the plain argument', async () => {
      const { methodResponses } = await jmap.request([
        echo({ a: 1 }),
        ['Core/echo', { got: 1, '#got': { resultOf: 'e', name: 'Core/echo', path: '/a' } }, 'r'],
      ]);
      expect(methodResponses[1]).toMatchObject(['error', { type: 'invalidArguments' }, 'r']);
    });

    it('carries ids from a query to a get', async () => {
      const { accountId } = jmap;
      const { methodResponses } = await jmap.request([
        ['Mailbox/query', { accountId, filter: { role: 'inbox' } }, 'q'],
        ['Mailbox/get', { accountId, '#ids': { resultOf: 'q', name: 'Mailbox/query', path: '/ids' } }, 'g'],
      ]);
      expect(methodResponses[1]?.[1].list).toMatchObject([{ role: 'inbox' }]);
    });
  });

  describe('§3.3, §5.3 created ids', () => {
    it('are told when they were given, and resolve over requests', async () => {
      const { accountId } = jmap;
      const create = { made: { name: `Created ${kind}` } };
      const { createdIds } = await jmap.request([['Mailbox/set', { accountId, create }, 's']], {
        createdIds: { old: 'x' },
      });
      expect(createdIds).toEqual({ old: 'x', made: expect.any(String) });
      const next = await jmap.request([['Mailbox/get', { accountId, ids: ['#made'] }, 'g']], { createdIds });
      expect(next.methodResponses[0]?.[1].list).toMatchObject([
        { id: createdIds?.made, name: `Created ${kind}` },
      ]);
    });

    it('are not told when they were not', async () => {
      expect(await jmap.request([echo()])).not.toHaveProperty('createdIds');
    });
  });
});
