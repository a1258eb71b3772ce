/** Result references: arguments whose name starts with `#` (RFC 8620 §3.7). */
import { LIMITS } from './limits';
import { MethodError } from './method-error';
import { evaluatePointer, parsePointer } from './pointer';
import type { Invocation, JsonObject, JsonValue } from './types';

/** What the references of one request may still bring: a few bytes can name megabytes, many times over (security.md S28). */
export class Room {
  #left: number = LIMITS.maxSizeRequest;

  take(value: JsonValue): void {
    this.#left -= JSON.stringify(value).length;
    if (this.#left < 0) throw new MethodError('requestTooLarge', 'The references bring too much');
  }
}

export function resolveReferences(args: JsonObject, responses: Invocation[], room: Room): JsonObject {
  const resolved: JsonObject = {};
  for (const [name, value] of Object.entries(args)) {
    if (!name.startsWith('#')) {
      resolved[name] = value;
      continue;
    }
    const plain = name.slice(1);
    if (Object.hasOwn(args, plain)) {
      throw new MethodError('invalidArguments', `Both ${plain} and ${name} are given`);
    }
    const found = resolveReference(value, responses);
    room.take(found);
    resolved[plain] = found;
  }
  return resolved;
}

function resolveReference(reference: JsonValue, responses: Invocation[]): JsonValue {
  if (reference === null || typeof reference !== 'object' || Array.isArray(reference))
    throw unresolved('not an object');
  const { resultOf, name, path } = reference;
  if (typeof resultOf !== 'string' || typeof name !== 'string' || typeof path !== 'string') {
    throw unresolved('resultOf, name and path are needed');
  }
  const response = responses.find(([, , callId]) => callId === resultOf);
  if (!response) throw unresolved(`no response to ${resultOf}`);
  if (response[0] !== name) throw unresolved(`the response to ${resultOf} is ${response[0]}`);
  if (path !== '' && !path.startsWith('/')) throw unresolved('the path is not a JSON pointer');
  const value = evaluatePointer(response[1], parsePointer(path));
  if (value === undefined) throw unresolved(`nothing at ${path}`);
  return value;
}

function unresolved(why: string): MethodError {
  return new MethodError('invalidResultReference', `The result reference cannot be resolved: ${why}`);
}
