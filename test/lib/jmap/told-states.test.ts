/** Changes of what a mail server keeps beside mail are pushed to the other clients of the user, with the state that `/get` tells (RFC 8620 §7.1). */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { currentStates, missed } from '@/lib/jmap/http/state-vector';
import type { State, StateChange, TypeName } from '@/lib/jmap/types';
import { plainMessage } from '@/test/contract/messages';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { WITH_QUOTA } from '@/test/servers/dovecot-conf';
import {
  ADDRESS,
  addAccount,
  type Fixture,
  fixtureOf,
  type GetAnswer,
  openRuntime,
  type SetAnswer,
} from './fixture';

let dovecot: DovecotServer;
let jmap: Fixture;
const heard: Partial<Record<TypeName, State[]>> = {};

beforeAll(async () => {
  dovecot = await startDovecot({ users: { [ADDRESS]: 'secret' }, config: WITH_QUOTA });
  const { imaps, sieve } = dovecot.ports;
  const runtime = await openRuntime({
    MAIL_IMAP: `imaps://localhost:${imaps}`,
    MAIL_SMTP: 'smtps://localhost:1',
    MAIL_SIEVE: `sieve://localhost:${sieve}`,
    TLS_CA_FILE: dovecot.tls.caFile,
  });
  const accountId = await addAccount(runtime, 'u1', 'imap', { imap: imaps, smtp: 1 });
  jmap = fixtureOf(runtime, accountId, () => dovecot.stop());
  jmap.principal.via = 'basic';
  const onChange = ({ changed }: StateChange) => {
    for (const [type, state] of Object.entries(changed[accountId] ?? {})) {
      const name = type as TypeName;
      heard[name] = [...(heard[name] ?? []), state];
    }
  };
  runtime.hub.listen('u1', { onChange, onEnd: () => undefined });
});
afterAll(() => jmap?.close());

const stateOf = async (type: TypeName) => (await jmap.call<GetAnswer<object>>(`${type}/get`)).state;
const hears = (type: TypeName, state: State) =>
  vi.waitFor(() => expect(heard[type]?.at(-1)).toBe(state), 10_000);

it('an answer while away', async () => {
  const before = await stateOf('VacationResponse');
  const update = { singleton: { isEnabled: true, textBody: 'Away' } };
  const { newState } = await jmap.call<SetAnswer>('VacationResponse/set', { update });
  expect(newState).not.toBe(before);
  expect(await stateOf('VacationResponse')).toBe(newState);
  await hears('VacationResponse', newState);
});

it('a script, also when only its text is another', async () => {
  const put = async (text: string) => jmap.upload(Buffer.from(text));
  const create = { s: { name: 'mine', blobId: await put('keep;\r\n') } };
  const made = await jmap.call<SetAnswer>('SieveScript/set', { create });
  expect(made.notCreated).toBeNull();
  await hears('SieveScript', made.newState);
  const update = { [made.created?.s?.id ?? '']: { blobId: await put('discard;\r\n') } };
  const changed = await jmap.call<SetAnswer>('SieveScript/set', { update });
  expect(changed.oldState).toBe(made.newState);
  expect(changed.newState).not.toBe(made.newState);
  expect(await stateOf('SieveScript')).toBe(changed.newState);
  await hears('SieveScript', changed.newState);
});

it('a quota, as mail comes', async () => {
  const before = await stateOf('Quota');
  await jmap.importEmail(plainMessage('Counted', 'x'));
  await vi.waitFor(() => expect(heard.Quota?.at(-1)).not.toBe(before), 10_000);
  await hears('Quota', await stateOf('Quota'));
});

it('who was not listening is told when coming back', async () => {
  const states = await currentStates(jmap.runtime, 'u1');
  const id = Buffer.from(JSON.stringify(states)).toString('base64url');
  const update = { singleton: { isEnabled: false } };
  const { newState } = await jmap.call<SetAnswer>('VacationResponse/set', { update });
  const told = missed(id, await currentStates(jmap.runtime, 'u1'));
  expect(told).toEqual({ [jmap.accountId]: { VacationResponse: newState } });
});
