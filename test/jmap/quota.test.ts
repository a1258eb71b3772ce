/** RFC 9425 on Dovecot's QUOTA, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JmapSession, JsonObject, Quota } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { WITH_QUOTA } from '@/test/servers/dovecot-conf';
import { type GetAnswer, World } from './world';

const CAPABILITY = 'urn:ietf:params:jmap:quota';
async function accountCapabilities(jmap: World): Promise<JsonObject> {
  const session = (await (await jmap.fetch('/jmap/session')).json()) as JmapSession;
  return session.accounts[jmap.accountId]?.accountCapabilities ?? {};
}

describe('an account whose server tells its limits', () => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open('imap', {}, undefined, WITH_QUOTA);
    await jmap.importEmail(plainMessage('Counted', 'x'.repeat(5000)));
  });
  afterAll(() => jmap?.close());

  const get = async (args: object = {}) => (await jmap.call<GetAnswer<Quota>>('Quota/get', args)).list;

  it('has one for the bytes and one for the messages', async () => {
    expect(jmap.session.capabilities[CAPABILITY]).toEqual({});
    const quotas = await get();
    // Known since its mail server was signed in to.
    expect(await accountCapabilities(jmap)).toMatchObject({ [CAPABILITY]: {} });
    const shared = {
      id: expect.stringMatching(/^[A-Za-z0-9_-]+$/),
      scope: 'account',
      name: 'Everything',
      types: ['Email'],
      warnLimit: null,
      softLimit: null,
      description: null,
    };
    expect(quotas).toHaveLength(2);
    expect(quotas).toContainEqual({ ...shared, resourceType: 'count', used: 1, hardLimit: 100 });
    const octets = quotas.find(({ resourceType }) => resourceType === 'octets');
    expect(octets).toMatchObject({ ...shared, hardLimit: 10 * 1024 ** 2 });
    expect(octets?.used).toBeGreaterThan(4000);
    expect(octets?.used).toBeLessThan(10_000);
  });

  it('gives those asked for, in part', async () => {
    const [first] = await get();
    const answer = await jmap.call('Quota/get', { ids: [first?.id, 'qnone'], properties: ['used'] });
    expect(answer).toMatchObject({ list: [{ id: first?.id, used: first?.used }], notFound: ['qnone'] });
    expect(await jmap.error('Quota/get', { properties: ['colour'] })).toBe('invalidArguments');
  });

  it('is found and sorted', async () => {
    const quotas = await get();
    const idOf = (type: string) => quotas.find(({ resourceType }) => resourceType === type)?.id;
    const query = async (args: object) => (await jmap.call<{ ids: string[] }>('Quota/query', args)).ids;
    expect(await query({ sort: [{ property: 'used' }] })).toEqual([idOf('count'), idOf('octets')]);
    expect(
      await query({ filter: { resourceType: 'octets', name: 'every', scope: 'account', type: 'Email' } }),
    ).toEqual([idOf('octets')]);
    expect(await query({ filter: { type: 'Calendar' } })).toEqual([]);
    expect(await jmap.error('Quota/query', { filter: { colour: 1 } })).toBe('unsupportedFilter');
    expect(await jmap.error('Quota/query', { sort: [{ property: 'scope' }] })).toBe('unsupportedSort');
  });

  it('changes as mail comes', async () => {
    const { state } = await jmap.call<GetAnswer>('Quota/get');
    expect(await jmap.call('Quota/changes', { sinceState: state })).toMatchObject({
      oldState: state,
      newState: state,
      updated: [],
    });
    const filter = { resourceType: 'octets' };
    const since = { sinceQueryState: state, filter, calculateTotal: true };
    expect(await jmap.call('Quota/queryChanges', since)).toMatchObject({ removed: [], added: [], total: 1 });
    expect(await jmap.error('Quota/queryChanges', { ...since, filter: { colour: 1 } })).toBe(
      'unsupportedFilter',
    );
    await jmap.importEmail(plainMessage('More', 'y'));
    expect(await jmap.error('Quota/changes', { sinceState: state })).toBe('cannotCalculateChanges');
    expect((await get()).find(({ resourceType }) => resourceType === 'count')?.used).toBe(2);
  });
});

describe('an account without limits', () => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open('imap');
  });
  afterAll(() => jmap?.close());

  it('has none, and does not say that it could', async () => {
    expect(await jmap.error('Quota/get')).toBe('accountNotSupportedByMethod');
    expect(await accountCapabilities(jmap)).not.toHaveProperty(CAPABILITY);
  });
});
