/** Posts to a push service: encrypted where the client gave keys, a few tries, nothing lasting (the next change tells the state anyway). */
import { setTimeout as delay } from 'node:timers/promises';
import { MailError } from '@/lib/errors';
import type { JsonObject } from '@/lib/jmap/types';
import { postGuarded } from '@/lib/net/fetch';
import type { NetConfig } from '@/lib/net/guard';
import { encryptPush, MAX_PLAINTEXT } from './encrypt';
import type { Subscription } from './subscriptions';
import type { Vapid } from './vapid';

/** Between tries, when the service is busy or away. */
const RETRY_MS = [1_000, 10_000, 60_000];
/** For how long the service keeps what it cannot deliver (RFC 8030 §5.2). */
const TTL_SECONDS = 24 * 60 * 60;
const LIMITS = { size: 16 * 1024, milliseconds: 10_000 };

/** `gone`: the service says that there is no such subscription any more. */
export type Posted = 'accepted' | 'refused' | 'gone';

export async function post(
  subscription: Pick<Subscription, 'url' | 'keys'>,
  message: JsonObject,
  config: NetConfig,
  signal: AbortSignal,
  vapid: Vapid,
): Promise<Posted> {
  const plain = Buffer.from(JSON.stringify(message));
  if (subscription.keys && plain.length > MAX_PLAINTEXT) return 'refused';
  const body = subscription.keys ? encryptPush(plain, subscription.keys) : plain;
  const url = new URL(subscription.url);
  const headers: Record<string, string> = {
    Authorization: vapid.authorization(url),
    'Content-Type': 'application/json',
    TTL: String(TTL_SECONDS),
    ...(subscription.keys ? { 'Content-Encoding': 'aes128gcm' } : {}),
  };
  for (const wait of [...RETRY_MS, null]) {
    const status = await statusOf(() => postGuarded(url, { body, headers }, config, LIMITS));
    if (status >= 200 && status < 300) return 'accepted';
    if (status === 404 || status === 410) return 'gone';
    const isPassing = status === 0 || status === 429 || status >= 500;
    if (!isPassing || wait === null) break;
    await delay(wait, undefined, { signal, ref: false });
  }
  return 'refused';
}

/** 0: there was no answer. */
async function statusOf(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MailError) return error.code === 'addressForbidden' ? 403 : 0;
    throw error;
  }
}
