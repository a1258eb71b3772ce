/** Result references: arguments whose name starts with `#` (RFC 8620 §3.7). */
import { MethodError } from './method-error';
import { evaluatePointer, parsePointer } from './pointer';
import type { Invocation, JsonObject, JsonValue } from './types';

export function resolveReferences(args: JsonObject, responses: Invocation[]): JsonObject {
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
    resolved[plain] = resolveReference(value, responses);
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
