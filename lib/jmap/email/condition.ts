/** The FilterCondition of Email/query (RFC 8621 §4.4.1), and which part of it only a text search can answer. */
import { z } from 'zod';
import { id, unsigned, utcDate } from '@/lib/jmap/schema';
import type { EmailFilterCondition } from '@/lib/jmap/types';
import type { TextSearch } from '@/lib/source/source';

/** Longer words are not searched for: they go into SQL and onto the wire. */
const word = z.string().max(1000);
const keyword = z.string().max(255).toLowerCase();

export const emailCondition: z.ZodType<EmailFilterCondition> = z.strictObject({
  inMailbox: id.optional(),
  inMailboxOtherThan: z.array(id).optional(),
  before: utcDate.optional(),
  after: utcDate.optional(),
  minSize: unsigned.optional(),
  maxSize: unsigned.optional(),
  allInThreadHaveKeyword: keyword.optional(),
  someInThreadHaveKeyword: keyword.optional(),
  noneInThreadHaveKeyword: keyword.optional(),
  hasKeyword: keyword.optional(),
  notKeyword: keyword.optional(),
  hasAttachment: z.boolean().optional(),
  text: word.optional(),
  from: word.optional(),
  to: word.optional(),
  cc: word.optional(),
  bcc: word.optional(),
  subject: word.optional(),
  body: word.optional(),
  header: z.union([z.tuple([word]), z.tuple([word, word])]).optional(),
});

const TEXT_KEYS = ['text', 'from', 'to', 'cc', 'bcc', 'subject', 'body', 'header'] as const;

export interface SplitCondition {
  /** null: no words in it. */
  text: TextSearch | null;
  rest: EmailFilterCondition;
}

/** Empty words match everything and are left out. */
export function splitCondition(condition: EmailFilterCondition): SplitCondition {
  const rest = { ...condition };
  const text: TextSearch = {};
  for (const key of TEXT_KEYS) {
    delete rest[key];
    const value = condition[key];
    if (value !== undefined && value !== '') Object.assign(text, { [key]: value });
  }
  return { text: Object.keys(text).length > 0 ? text : null, rest };
}
