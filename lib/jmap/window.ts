/** The part of a result list that a /query asks for (RFC 8620 §5.5), for lists that are computed whole. */

import { MAX_QUERY_LIMIT } from './limits';
import { MethodError } from './method-error';
import type { Id } from './types';

export interface WindowArgs {
  position: number;
  anchor: Id | null;
  anchorOffset: number;
  limit: number | null;
}

export interface Window {
  ids: Id[];
  position: number;
  /** Told only when the server's own limit counts. */
  limit?: number;
}

export function cappedLimit(limit: number | null): { limit: number; told: { limit?: number } } {
  if (limit !== null && limit <= MAX_QUERY_LIMIT) return { limit, told: {} };
  return { limit: MAX_QUERY_LIMIT, told: { limit: MAX_QUERY_LIMIT } };
}

export function windowOf(all: Id[], args: WindowArgs): Window {
  const { limit, told } = cappedLimit(args.limit);
  const position =
    args.anchor === null
      ? fromEnd(args.position, all.length)
      : fromAnchor(all, args.anchor, args.anchorOffset);
  return { ids: all.slice(position, position + limit), position, ...told };
}

function fromEnd(position: number, total: number): number {
  return position < 0 ? Math.max(0, total + position) : position;
}

function fromAnchor(all: Id[], anchor: Id, offset: number): number {
  const index = all.indexOf(anchor);
  if (index < 0) throw new MethodError('anchorNotFound');
  return Math.max(0, index + offset);
}
