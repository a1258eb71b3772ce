/** Filters of /query (RFC 8620 §5.5): a tree of AND, OR, NOT over conditions. */
import type { z } from 'zod';
import { MAX_FILTER_DEPTH, MAX_FILTER_NODES } from './limits';
import { MethodError } from './method-error';
import type { Filter, FilterOperator, JsonObject } from './types';

/** The tree with each condition checked. @throws unsupportedFilter, invalidArguments */
export function checkFilter<C>(filter: Filter<JsonObject>, condition: z.ZodType<C>): Filter<C> {
  let nodes = 0;
  const walk = (node: Filter<JsonObject>, depth: number): Filter<C> => {
    nodes += 1;
    if (nodes > MAX_FILTER_NODES || depth > MAX_FILTER_DEPTH) {
      throw new MethodError('unsupportedFilter', 'The filter has too many conditions or is too deep');
    }
    if (!isOperator(node)) return checkCondition(node, condition);
    if (!['AND', 'OR', 'NOT'].includes(node.operator) || !Array.isArray(node.conditions)) {
      throw new MethodError(
        'invalidArguments',
        'filter: an operator is AND, OR or NOT, with an array of conditions',
      );
    }
    return { operator: node.operator, conditions: node.conditions.map((child) => walk(child, depth + 1)) };
  };
  return walk(filter, 1);
}

export function isOperator<C extends object>(filter: Filter<C>): filter is FilterOperator<C> {
  return 'operator' in filter;
}

function checkCondition<C>(value: JsonObject, condition: z.ZodType<C>): C {
  const result = condition.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const type = issue?.code === 'unrecognized_keys' ? 'unsupportedFilter' : 'invalidArguments';
  throw new MethodError(type, `filter/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

/** A predicate for lists that are filtered in memory. */
export function filterMatcher<C extends object, T>(
  filter: Filter<JsonObject> | null,
  condition: z.ZodType<C>,
  matches: (object: T, condition: C) => boolean,
): (object: T) => boolean {
  if (filter === null) return () => true;
  const checked = checkFilter(filter, condition);
  const evaluate = (object: T, node: Filter<C>): boolean => {
    if (!isOperator(node)) return matches(object, node);
    if (node.operator === 'AND') return node.conditions.every((child) => evaluate(object, child));
    const some = node.conditions.some((child) => evaluate(object, child));
    return node.operator === 'OR' ? some : !some;
  };
  return (object) => evaluate(object, checked);
}
