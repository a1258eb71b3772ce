/** Request-level errors: problem details with the types of RFC 8620 §3.6.1. */
import type { JsonObject } from './types';

type ProblemType = 'unknownCapability' | 'notJSON' | 'notRequest' | 'limit';

export class RequestProblem extends Error {
  readonly type: ProblemType;
  readonly status: number;
  /** Which limit was passed, for `limit` only. */
  readonly limit: string | undefined;

  constructor(type: ProblemType, detail: string, options: { status?: number; limit?: string } = {}) {
    super(detail);
    this.name = 'RequestProblem';
    this.type = type;
    this.status = options.status ?? 400;
    this.limit = options.limit;
  }

  toJSON(): JsonObject {
    return {
      type: `urn:ietf:params:jmap:error:${this.type}`,
      status: this.status,
      detail: this.message,
      ...(this.limit === undefined ? {} : { limit: this.limit }),
    };
  }
}
