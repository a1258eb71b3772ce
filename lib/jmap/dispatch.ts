/** Runs the method calls of a request one after the other (RFC 8620 §3.3-3.7). */

import { type Runtime, runtime } from '@/lib/account/runtime';
import type { Principal } from '@/lib/auth/types';
import { Context } from './context';
import { MethodError, toMethodError } from './method-error';
import { METHODS } from './methods';
import { Room, resolveReferences } from './references';
import { sessionState } from './session';
import type { Invocation, JmapRequest, JmapResponse, JsonObject } from './types';

export async function dispatch(
  principal: Principal,
  request: JmapRequest,
  host: Runtime | Promise<Runtime> = runtime(),
  left: AbortSignal = new AbortController().signal,
): Promise<JmapResponse> {
  const context = new Context(principal, await host, request, left);
  const responses: Invocation[] = [];
  const room = new Room();
  for (const [name, args, callId] of request.methodCalls) {
    responses.push(await perform({ context, responses, room }, name, args, callId));
    for (const call of context.takeImplicit()) {
      // It is part of the call that brings it about, whatever else is used.
      responses.push(
        await perform({ context, responses, room, isImplicit: true }, call.name, call.args, callId),
      );
    }
  }
  return {
    methodResponses: responses,
    ...(request.createdIds ? { createdIds: Object.fromEntries(context.createdIds) } : {}),
    sessionState: await sessionState(principal, context.runtime),
  };
}

interface Running {
  context: Context;
  responses: Invocation[];
  room: Room;
  isImplicit?: boolean;
}

async function perform(
  { context, responses, room, isImplicit = false }: Running,
  name: string,
  args: JsonObject,
  callId: string,
): Promise<Invocation> {
  try {
    const method = METHODS.get(name);
    const isKnown = method && (isImplicit || context.using.has(method.capability));
    if (!isKnown) throw new MethodError('unknownMethod', name);
    const result = await method.run(resolveReferences(args, responses, room), context);
    // Methods answer with what JSON can say; a copy by JSON would cost as much as most methods.
    return [name, result as JsonObject, callId];
  } catch (error) {
    return ['error', toMethodError(error), callId];
  }
}
