/** RFC 8621 §8 (answers while away) and RFC 9661 (Sieve scripts) on Dovecot's ManageSieve, over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '@/lib/jmap/types';
import { ALICE, type GetAnswer, type SetAnswer, World } from './world';

const VACATION = 'urn:ietf:params:jmap:vacationresponse';
const SIEVE = 'urn:ietf:params:jmap:sieve';
const AWAY = {
  isEnabled: true,
  fromDate: '2026-01-01T00:00:00Z',
  toDate: '2099-01-01T00:00:00Z',
  subject: 'Bin weg: "Urlaub"',
  textBody: 'Ich bin\nweg \\ "fort".',
  htmlBody: '<p>Weg</p>',
};

interface Script {
  name: string;
  blobId: string;
  isActive: boolean;
}

describe('an account beside a ManageSieve server', () => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open('imap', {}, ({ sieve }) => ({ MAIL_SIEVE: `sieve://localhost:${sieve}` }));
  });
  afterAll(() => jmap?.close());

  const get = async () => (await jmap.call<GetAnswer>('VacationResponse/get')).list[0] as JsonObject;
  const setVacation = (patch: object) =>
    jmap.call<SetAnswer>('VacationResponse/set', { update: { singleton: patch } });
  const set = (args: object) => jmap.call<SetAnswer>('SieveScript/set', args);
  const scripts = async () => (await jmap.call<GetAnswer<Script>>('SieveScript/get')).list;
  const script = (text: string) => jmap.upload(text, 'application/sieve');
  const active = async () => (await scripts()).filter(({ isActive }) => isActive).map(({ name }) => name);
  const make = async (name: string, text = 'keep;\r\n') => {
    const { created, notCreated } = await set({ create: { s: { name, blobId: await script(text) } } });
    if (!created?.s) throw new Error(JSON.stringify(notCreated));
    return created.s.id;
  };

  it('tells what the server can do', () => {
    expect(jmap.session.capabilities[VACATION]).toEqual({});
    expect(jmap.session.capabilities[SIEVE]).toEqual({ implementation: expect.any(String) });
    const { accountCapabilities } = jmap.session.accounts[jmap.accountId] ?? {};
    expect(accountCapabilities?.[VACATION]).toEqual({});
    expect(accountCapabilities?.[SIEVE]).toMatchObject({
      maxSizeScriptName: 512,
      maxSizeScript: 1024 ** 2,
      maxNumberScripts: null,
      sieveExtensions: expect.arrayContaining(['fileinto', 'vacation', 'include']),
      externalLists: null,
    });
    expect(jmap.session.primaryAccounts[SIEVE]).toBe(jmap.accountId);
  });

  describe('RFC 8621 §8', () => {
    it('has one answer, which is off at first', async () => {
      const nothing = {
        id: 'singleton',
        isEnabled: false,
        fromDate: null,
        toDate: null,
        subject: null,
        textBody: null,
        htmlBody: null,
      };
      expect(await get()).toEqual(nothing);
      expect(
        await jmap.call('VacationResponse/get', { ids: ['other', 'singleton'], properties: ['isEnabled'] }),
      ).toMatchObject({
        list: [{ id: 'singleton', isEnabled: false }],
        notFound: ['other'],
      });
    });

    it('keeps what was written, on and off, and answers who writes', async () => {
      const { updated, oldState, newState } = await setVacation(AWAY);
      expect(updated).toEqual({ singleton: null });
      expect(newState).not.toBe(oldState);
      expect(await get()).toEqual({ id: 'singleton', ...AWAY });
      expect(await jmap.dovecot.doveadm('sieve', 'list', '-u', ALICE)).toContain('ACTIVE');
      await setVacation({ isEnabled: false });
      expect(await get()).toEqual({ id: 'singleton', ...AWAY, isEnabled: false });
      expect(await jmap.dovecot.doveadm('sieve', 'list', '-u', ALICE)).not.toContain('ACTIVE');
      for (const patch of [
        { htmlBody: null },
        { textBody: null, htmlBody: '<b>x</b>' },
        { subject: null, textBody: null, htmlBody: null },
      ]) {
        expect((await setVacation({ ...patch, isEnabled: true })).updated).toEqual({ singleton: null });
        expect(await get()).toMatchObject({ ...patch, isEnabled: true });
      }
      await setVacation({ isEnabled: false, fromDate: null, toDate: null });
    });

    it('is neither made nor destroyed, and takes nothing else', async () => {
      const answer = await jmap.call<SetAnswer>('VacationResponse/set', {
        create: { v: { isEnabled: true } },
        update: { other: { isEnabled: true } },
        destroy: ['singleton', 'other'],
      });
      expect(answer).toMatchObject({
        notCreated: { v: { type: 'singleton' } },
        notUpdated: { other: { type: 'notFound' } },
        notDestroyed: { singleton: { type: 'singleton' }, other: { type: 'notFound' } },
      });
      for (const patch of [
        { isEnabled: 'yes' },
        { fromDate: 'tomorrow' },
        { subject: 'a\r\nBcc: b' },
        { colour: 1 },
      ]) {
        expect((await setVacation(patch)).notUpdated?.singleton).toMatchObject({
          type: 'invalidProperties',
          properties: Object.keys(patch),
        });
      }
      expect(await jmap.error('VacationResponse/set', { ifInState: 'x', update: {} })).toBe('stateMismatch');
    });

    it("runs beside the user's own script, which stays the active one", async () => {
      const id = await make('mine');
      await set({ onSuccessActivateScript: id });
      expect(await active()).toEqual(['mine']);
      await setVacation({ isEnabled: true, textBody: 'Away' });
      expect(await active()).toEqual(['mine']);
      expect((await scripts()).map(({ name }) => name)).toEqual(['mine']);
      expect(await get()).toMatchObject({ isEnabled: true });
      await set({ update: { [id]: { name: 'renamed' } } });
      expect(await active()).toEqual(['renamed']);
      expect((await set({ destroy: [idOf(await scripts(), 'renamed')] })).notDestroyed).toMatchObject({
        [idOf(await scripts(), 'renamed')]: { type: 'sieveIsActive' },
      });
      await setVacation({ isEnabled: false });
      expect(await active()).toEqual(['renamed']);
      await set({ onSuccessDeactivateScript: true });
      await set({ destroy: [idOf(await scripts(), 'renamed')] });
    });
  });

  describe('RFC 9661', () => {
    it('makes, reads, changes and destroys scripts', async () => {
      const { created, oldState, newState } = await set({
        create: { s: { name: 'Ordner é', blobId: await script('require "fileinto";\r\nfileinto "A";\r\n') } },
      });
      expect(created?.s).toEqual({ id: expect.stringMatching(/^[A-Za-z0-9_-]+$/), isActive: false });
      expect(newState).not.toBe(oldState);
      const [made] = await scripts();
      expect(made).toMatchObject({ id: created?.s?.id, name: 'Ordner é', isActive: false });
      expect(await (await jmap.download(made?.blobId ?? '')).text()).toBe(
        'require "fileinto";\r\nfileinto "A";\r\n',
      );
      const id = made?.id ?? '';
      expect((await set({ update: { [id]: { blobId: await script('discard;\r\n') } } })).updated).toEqual({
        [id]: null,
      });
      const { list } = await jmap.call<GetAnswer<Script>>('SieveScript/get', { ids: [id] });
      expect(await (await jmap.download(list[0]?.blobId ?? '')).text()).toBe('discard;\r\n');
      expect((await set({ destroy: [id] })).destroyed).toEqual([id]);
      expect(await scripts()).toEqual([]);
    });

    it('activates in the call that makes, and only one', async () => {
      const first = await set({
        create: { a: { name: 'a', blobId: await script('keep;') } },
        onSuccessActivateScript: '#a',
      });
      expect(first.created?.a).toMatchObject({ isActive: true });
      const second = await set({
        create: { b: { name: null, blobId: await script('keep;') } },
        onSuccessActivateScript: '#b',
      });
      expect(second.created?.b).toMatchObject({ name: expect.any(String), isActive: true });
      expect(second.updated).toEqual({ [first.created?.a?.id ?? '']: { isActive: false } });
      expect(await active()).toEqual([second.created?.b?.name]);
      const ids = (await scripts()).map(({ id }) => id);
      await set({ onSuccessDeactivateScript: true });
      expect(await active()).toEqual([]);
      await set({ destroy: ids });
    });

    it('activates nothing when something failed', async () => {
      const id = await make('quiet');
      await set({
        create: { x: { name: 'quiet', blobId: await script('keep;') } },
        onSuccessActivateScript: id,
      });
      expect(await active()).toEqual([]);
      await set({ destroy: [id] });
    });

    it('refuses what the server does not understand, and says why', async () => {
      const bad = await set({ create: { s: { name: 'bad', blobId: await script('no sieve at all') } } });
      expect(bad.notCreated?.s).toMatchObject({
        type: 'invalidSieve',
        'gatepost:serverText': expect.stringContaining('line 1'),
      });
      const id = await make('twin');
      const blobId = await script('keep;');
      const answer = await set({
        create: {
          twin: { name: 'twin', blobId },
          gone: { name: 'x', blobId: 'nothing' },
          line: { name: 'a\nb', blobId },
          ours: { name: 'gatepost-vacation', blobId },
        },
        update: { none: { name: 'y' }, [id]: { isActive: true } },
      });
      expect(answer).toMatchObject({
        notCreated: {
          twin: { type: 'alreadyExists', existingId: id },
          gone: { type: 'blobNotFound' },
          line: { type: 'invalidProperties', properties: ['name'] },
          ours: { type: 'invalidProperties', properties: ['name'] },
        },
        notUpdated: { none: { type: 'notFound' }, [id]: { type: 'invalidProperties' } },
      });
      await set({ destroy: [id] });
    });

    it('S22: is not for an app password', async () => {
      const token = await jmap.appPassword();
      const response = await fetch(`${jmap.gatepost.url}/jmap/api`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          using: [SIEVE],
          methodCalls: [
            ['SieveScript/set', { accountId: jmap.accountId, onSuccessDeactivateScript: true }, 'c'],
          ],
        }),
      });
      expect(await response.json()).toMatchObject({
        methodResponses: [['error', { type: 'forbidden' }, 'c']],
      });
    });

    it('validates without storing', async () => {
      expect(await jmap.call('SieveScript/validate', { blobId: await script('keep;') })).toMatchObject({
        error: null,
      });
      expect(await jmap.call('SieveScript/validate', { blobId: await script('keep') })).toMatchObject({
        error: { type: 'invalidSieve' },
      });
      expect(await jmap.call('SieveScript/validate', { blobId: 'nothing' })).toMatchObject({
        error: { type: 'blobNotFound', notFound: ['nothing'] },
      });
      expect(await scripts()).toEqual([]);
    });

    it('finds scripts by name and by what is active', async () => {
      const [a, b] = [await make('alpha'), await make('beta')];
      await set({ onSuccessActivateScript: b });
      const query = async (args: object) =>
        (await jmap.call<{ ids: string[] }>('SieveScript/query', args)).ids;
      expect(await query({ sort: [{ property: 'name', isAscending: false }] })).toEqual([b, a]);
      expect(await query({ filter: { isActive: true } })).toEqual([b]);
      expect(await query({ filter: { operator: 'NOT', conditions: [{ name: 'bet' }] } })).toEqual([a]);
      expect(await jmap.error('SieveScript/query', { filter: { colour: 1 } })).toBe('unsupportedFilter');
      expect(await jmap.error('SieveScript/query', { sort: [{ property: 'blobId' }] })).toBe(
        'unsupportedSort',
      );
    });
  });
});

describe('an account without', () => {
  let jmap: World;
  beforeAll(async () => {
    jmap = await World.open('pop3');
  });
  afterAll(() => jmap?.close());

  it('says so', async () => {
    expect(jmap.session.capabilities).not.toHaveProperty(VACATION);
    expect(jmap.session.capabilities).not.toHaveProperty(SIEVE);
    const using = ['urn:ietf:params:jmap:core', VACATION, SIEVE];
    const { methodResponses } = await jmap.request(
      [
        ['VacationResponse/get', { accountId: jmap.accountId }, 'v'],
        ['SieveScript/get', { accountId: jmap.accountId }, 's'],
      ],
      { using },
    );
    expect(methodResponses).toMatchObject([
      ['error', { type: 'accountNotSupportedByMethod' }, 'v'],
      ['error', { type: 'accountNotSupportedByMethod' }, 's'],
    ]);
  });
});

function idOf(all: (Script & { id: string })[], name: string): string {
  return all.find((each) => each.name === name)?.id ?? '';
}
