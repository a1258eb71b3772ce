import { z } from 'zod';
import { areKeys } from '@/lib/account/push/encrypt';
import {
  MAX_LIFE_MS,
  type Owner,
  type Subscription,
  type SubscriptionChange,
} from '@/lib/account/push/subscriptions';
import type { Context } from '@/lib/jmap/context';
import { checkProperties, pick, wantedIds } from '@/lib/jmap/get';
import { type Methods, method } from '@/lib/jmap/method';
import { checkedObject, invalidProperties, MethodError, refuse } from '@/lib/jmap/method-error';
import { applyPatch } from '@/lib/jmap/patch';
import * as schema from '@/lib/jmap/schema';
import { checkSetSize, SetOutcome } from '@/lib/jmap/set';
import { CORE, type JsonObject } from '@/lib/jmap/types';
import { toUtcDate } from '@/lib/source/source';

/** Of no account: neither accountId nor states (RFC 8620 §7.2). */
const getArgs = z.strictObject({ ids: schema.get.ids, properties: schema.get.properties });
const { create, update, destroy } = schema.set;
const setArgs = z.strictObject({ create, update, destroy });

const PROPERTIES = new Set(['id', 'deviceClientId', 'verificationCode', 'expires', 'types']);
/** "MUST NOT be returned": they would let one who reads them push to the device. */
const SECRET = ['url', 'keys'];

const types = z.array(z.string().max(100)).max(100).nullable().default(null);
const expires = schema.utcDate.nullable().default(null);
const createShape = z.strictObject({
  deviceClientId: z.string().min(1).max(255),
  url: z.string().max(2000).refine(isPushUrl, 'not an https URL'),
  keys: z
    .strictObject({ p256dh: z.string().max(200), auth: z.string().max(100) })
    .refine(areKeys, 'no keys')
    .nullable()
    .default(null),
  verificationCode: z.null().default(null),
  expires,
  types,
});
const updateShape = z.strictObject({ verificationCode: z.string().max(255).nullable(), expires, types });

export const pushSubscription: Methods = {
  'PushSubscription/get': method(CORE, getArgs, async (args, context) => {
    const ids = wantedIds(args.ids, context);
    const secret = args.properties?.find((property) => SECRET.includes(property));
    if (secret !== undefined) throw new MethodError('forbidden', `${secret} is never told`);
    const properties = checkProperties(args.properties, PROPERTIES);
    const all = await context.runtime.push.of(ownerIn(context));
    const found = all.filter(({ id }) => ids === null || ids.includes(id)).map(toJson);
    const known = new Set(found.map(({ id }) => id));
    return {
      list: found.map((object) => pick(object, properties)),
      notFound: ids?.filter((id) => !known.has(id)) ?? [],
    };
  }),

  'PushSubscription/set': method(CORE, setArgs, async (args, context) => {
    checkSetSize({ ...args, accountId: '', ifInState: null });
    const { push } = context.runtime;
    const owner = ownerIn(context);
    const outcome = new SetOutcome(context);
    for (const [creationId, object] of Object.entries(args.create ?? {})) {
      await outcome.create(creationId, async () => {
        const { expires, deviceClientId, url, keys, types } = checkedObject(createShape, object);
        const expiresAt = expiry(expires);
        const { id } = await push.create(owner, { deviceClientId, url, keys, types, expiresAt });
        return { id, keys, expires: toUtcDate(expiresAt) };
      });
    }
    const own = new Map((await push.of(owner)).map((each) => [each.id, each]));
    const existing = (id: string): Subscription => {
      const found = own.get(id);
      if (!found) throw refuse('notFound', 'There is no such subscription');
      return found;
    };
    for (const [given, patch] of Object.entries(args.update ?? {})) {
      const id = context.resolve(given);
      await outcome.update(id, async () => {
        const subscription = existing(id);
        const { change, told } = changeOf(subscription, patch);
        await push.change(subscription, change);
        return told;
      });
    }
    for (const id of (args.destroy ?? []).map((given) => context.resolve(given)))
      await outcome.destroy(id, () => push.destroy(existing(id)));
    return outcome.results();
  }),
};

function ownerIn({ principal }: Context): Owner {
  return { userId: principal.userId, credential: principal.sessionId };
}

function isPushUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return protocol === 'https:' && username === '' && password === '';
}

/** The client's time, or sooner. */
function expiry(wanted: string | null): number {
  const latest = Date.now() + MAX_LIFE_MS;
  const at = wanted === null ? latest : Math.min(Date.parse(wanted), latest);
  if (at <= Date.now()) throw invalidProperties(['expires'], 'The time is over');
  return Math.floor(at / 1000) * 1000;
}

function changeOf(
  subscription: Subscription,
  patch: JsonObject,
): { change: SubscriptionChange; told: JsonObject | null } {
  const { id, deviceClientId, ...before } = toJson(subscription);
  const fixed = Object.keys(patch).filter((name) => ['id', 'deviceClientId', ...SECRET].includes(name));
  if (fixed.length > 0) throw invalidProperties(fixed, `These are fixed when ${deviceClientId} subscribes`);
  const after = checkedObject(updateShape, applyPatch(before, patch));
  const { verificationCode, types } = after;
  if (verificationCode !== null && verificationCode !== subscription.verificationCode)
    throw invalidProperties(['verificationCode'], 'This is not the code that was sent');
  const expiresAt = patch.expires === undefined ? subscription.expiresAt : expiry(after.expires);
  const told = toUtcDate(expiresAt);
  return {
    change: { types, expiresAt, ...(verificationCode === null ? {} : { isVerified: true }) },
    told: patch.expires === undefined || patch.expires === told ? null : { expires: told },
  };
}

function toJson({ id, deviceClientId, verificationCode, isVerified, expiresAt, types }: Subscription) {
  return {
    id,
    deviceClientId,
    // Until it was sent back, the code is known only where it was posted to.
    verificationCode: isVerified ? verificationCode : null,
    expires: toUtcDate(expiresAt),
    types,
  };
}
