import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Account } from '@/lib/account/account';
import type { Vacation } from '@/lib/account/sieve/vacation-script';
import type { Context } from '@/lib/jmap/context';
import { checkProperties, getResponse, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, refuse } from '@/lib/jmap/method-error';
import { applyPatch } from '@/lib/jmap/patch';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, checkState, SetOutcome } from '@/lib/jmap/set';
import { withScripts } from '@/lib/jmap/sieve';
import { type JsonObject, type State, VACATION } from '@/lib/jmap/types';

/** There is one of each account (RFC 8621 §8). */
const ID = 'singleton';
const PROPERTIES = new Set(['id', 'isEnabled', 'fromDate', 'toDate', 'subject', 'textBody', 'htmlBody']);

const text = z.string().max(100_000).nullable();
/** No line may end inside a header (security.md S17). */
const subject = z
  .string()
  .max(1000)
  .regex(/^\P{Cc}*$/u, 'control characters')
  .nullable();
const shape: z.ZodType<Vacation> = z.strictObject({
  isEnabled: z.boolean(),
  fromDate: schema.utcDate.nullable(),
  toDate: schema.utcDate.nullable(),
  subject,
  textBody: text,
  htmlBody: text,
});

export const vacationResponse: Methods = {
  'VacationResponse/get': method(VACATION, z.strictObject(schema.get), async (args, context) => {
    const account = await context.account(args.accountId);
    const ids = wantedIds(args.ids, context);
    const properties = checkProperties(args.properties, PROPERTIES);
    const vacation = await withScripts(account, context, (scripts) => scripts.vacation());
    const state = stateOf(vacation);
    await context.runtime.told.tell(account.record, 'VacationResponse', state);
    const found = ids === null || ids.includes(ID) ? [{ id: ID, ...vacation }] : [];
    return getResponse(account.id, state, found, { ids, properties });
  }),

  'VacationResponse/set': method(VACATION, z.strictObject(schema.set), async (args, context) => {
    checkSetSize(args);
    const account = await context.account(args.accountId);
    const addresses = await addressesOf(account, context);
    const outcome = new SetOutcome(context);
    return withScripts(account, context, async (scripts) => {
      const before = await scripts.vacation();
      const oldState = stateOf(before);
      checkState(args.ifInState, oldState);
      const onlyOne = () => refuse('singleton', 'There is one answer while away, always');
      for (const creationId of Object.keys(args.create ?? {}))
        await outcome.create(creationId, () => Promise.reject(onlyOne()));
      for (const [id, patch] of Object.entries(args.update ?? {})) {
        await outcome.update(id, async () => {
          if (id !== ID) throw refuse('notFound', 'There is only the singleton');
          await scripts.setVacation(changed(before, patch), addresses);
          return null;
        });
      }
      for (const id of args.destroy ?? []) {
        const refusal = id === ID ? onlyOne() : refuse('notFound', 'There is only the singleton');
        await outcome.destroy(id, () => Promise.reject(refusal));
      }
      const newState = stateOf(await scripts.vacation());
      await context.runtime.told.tell(account.record, 'VacationResponse', newState);
      return outcome.response(account.id, oldState, newState);
    });
  }),
};

function changed(before: Vacation, patch: JsonObject): Vacation {
  const { id = ID, ...after } = applyPatch({ ...before }, patch);
  if (id !== ID) throw invalidProperties(['id'], 'The id is fixed');
  return checkedObject(shape, after);
}

/** Mail that came to one of these is answered (RFC 5230 §4.6). */
async function addressesOf(account: Account, { runtime }: Context): Promise<string[]> {
  const identities = await runtime.identities.list(account.record);
  return [...new Set(identities.map(({ email }) => email.toLowerCase()))].slice(0, 50);
}

function stateOf(vacation: Vacation): State {
  return createHash('sha256').update(JSON.stringify(vacation)).digest('hex').slice(0, 16);
}
