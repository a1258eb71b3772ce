/** What the methods of one request share. */

import type { Account } from '@/lib/account/account';
import type { Runtime } from '@/lib/account/runtime';
import type { Principal } from '@/lib/auth/types';
import { MailError } from '@/lib/errors';
import { BodyBudget } from './email/body-budget';
import { MethodError } from './method-error';
import type { Id, JmapRequest, JsonObject } from './types';

export interface ImplicitCall {
  name: string;
  args: JsonObject;
}

type ContextRequest = Pick<JmapRequest, 'using' | 'createdIds'>;

export class Context {
  readonly principal: Principal;
  readonly runtime: Runtime;
  readonly using: ReadonlySet<string>;
  /** RFC 8620 §5.3: creation id to id, over the whole request. */
  readonly createdIds: Map<Id, Id>;
  readonly bodies = new BodyBudget();
  /** Aborted when whoever asked is gone: what only they wait for may end. */
  readonly left: AbortSignal;
  #implicit: ImplicitCall[] = [];

  constructor(principal: Principal, runtime: Runtime, request: ContextRequest, left: AbortSignal) {
    this.principal = principal;
    this.runtime = runtime;
    this.using = new Set(request.using);
    this.createdIds = new Map(Object.entries(request.createdIds ?? {}));
    this.left = left;
  }

  /** @throws accountNotFound, also when it is somebody else's (security.md S19) */
  async account(id: Id, otherwise = 'accountNotFound'): Promise<Account> {
    try {
      return await this.runtime.accounts.openOwned(this.principal.userId, id);
    } catch (error) {
      if (error instanceof MailError && error.code === 'notFound') throw new MethodError(otherwise);
      throw error;
    }
  }

  /** `#creationId` to the id it stands for; what was not created stays as it is and will not be found. */
  resolve(id: Id): Id {
    return id.startsWith('#') ? (this.createdIds.get(id.slice(1)) ?? id) : id;
  }

  /** A method call that this one brings about; its response follows under the same call id (RFC 8620 §5.4, RFC 8621 §7.5). */
  alsoCall(name: string, args: JsonObject): void {
    this.#implicit.push({ name, args });
  }

  takeImplicit(): ImplicitCall[] {
    const calls = this.#implicit;
    this.#implicit = [];
    return calls;
  }
}
