/** What a user or an account may set: shapes, defaults, and merging of a part into the whole. */
import { z } from 'zod';
import { RequestError } from '@/lib/errors';
import { CHOSEN_ROLES, type ImapSettings } from '@/lib/source/imap/settings';
import { type AccountSettings, DEFAULT_SETTINGS } from './record';

const SENDERS = 2_000;
const DAYS = 3_650;
/** Each is looked into twice a minute where the server does not notify. */
const MAX_WATCHED = 10;
/** gateway.md 3: never oftener; 0 = only on opening and on demand. */
const SHORTEST_INTERVAL = 5;
const LONGEST_INTERVAL = 24 * 60;

export interface UserSettings {
  /** null: as the browser asks. */
  language: 'en' | 'ru' | null;
  theme: 'system' | 'light' | 'dark';
  contrast: 'system' | 'high';
  density: 'dense' | 'normal' | 'comfortable';
  undoSeconds: number;
  /** Where an answer stands: above what it answers or below. */
  answerPosition: 'above' | 'below';
  remoteImages: 'ask' | 'always';
  /** Addresses and `@domain`s whose remote images are shown. */
  trustedSenders: string[];
  /** Addresses whose HTML keeps its own colours in the dark. */
  originalColours: string[];
}

const DEFAULT_USER_SETTINGS: UserSettings = {
  language: null,
  theme: 'system',
  contrast: 'system',
  density: 'normal',
  undoSeconds: 10,
  answerPosition: 'above',
  remoteImages: 'ask',
  trustedSenders: [],
  originalColours: [],
};

const senders = z.array(z.string().min(2).max(320).toLowerCase()).max(SENDERS).nullable();

/** null puts the default back. */
const userPatch = z
  .strictObject({
    language: z.enum(['en', 'ru']).nullable(),
    theme: z.enum(['system', 'light', 'dark']).nullable(),
    contrast: z.enum(['system', 'high']).nullable(),
    density: z.enum(['dense', 'normal', 'comfortable']).nullable(),
    undoSeconds: z.int().min(0).max(120).nullable(),
    answerPosition: z.enum(['above', 'below']).nullable(),
    remoteImages: z.enum(['ask', 'always']).nullable(),
    trustedSenders: senders,
    originalColours: senders,
  })
  .partial();

const days = z.int().min(1).max(DAYS);

const pop3Patch = z
  .strictObject({
    signInMethod: z.enum(['auto', 'plain', 'login', 'cram-md5', 'apop', 'user']),
    fetchOnOpening: z.boolean(),
    intervalMinutes: z.union([z.literal(0), z.int().min(SHORTEST_INTERVAL).max(LONGEST_INTERVAL)]),
    firstRun: z.enum(['ask', 'all', 'days', 'new']),
    firstRunDays: days,
    sessionMessages: z.int().min(10).max(100_000),
    sessionMegabytes: z.int().min(1).max(10_000),
    headersFirstMegabytes: z.int().min(1).max(10_000).nullable(),
    leaveOnServer: z.boolean(),
    deleteAfterDays: z.int().min(0).max(DAYS).nullable(),
    deleteWhenTrashed: z.boolean(),
    deleteWhenMoved: z.boolean(),
    deleteWhenDestroyed: z.boolean(),
    targetAccountId: z.string().min(1).max(255).nullable(),
    targetMailboxId: z.string().min(1).max(255).nullable(),
    // RFC 8621 §4.1.1, without the ones that mean something.
    tag: z
      .string()
      .regex(/^[a-z0-9_.-]{1,64}$/)
      .nullable(),
    skipInbox: z.boolean(),
    markReadOnFetch: z.boolean(),
    keepDate: z.boolean(),
    duplicates: z.enum(['skip', 'keep', 'tag']),
    pauseAfterFailures: z.int().min(0).max(1_000),
  })
  .partial();

const retentionPatch = z
  .strictObject({
    keepDays: days.nullable(),
    keepLast: z.int().min(10).max(10_000_000).nullable(),
    trashDays: days.nullable(),
    junkDays: days.nullable(),
  })
  .partial();

const mailboxId = z.string().min(1).max(255);

const imapPatch = z
  .strictObject({
    /** null: as the server says. */
    roles: z.partialRecord(z.enum(CHOSEN_ROLES), mailboxId.nullable()),
    windowDays: z.int().min(1).max(DAYS).nullable(),
    watched: z.array(mailboxId).max(MAX_WATCHED),
  })
  .partial();

const accountPatch = z
  .strictObject({
    imap: imapPatch,
    pop3: pop3Patch,
    retention: retentionPatch,
    sentCopy: z.enum(['auto', 'append', 'server']),
    answerIdentityId: z.string().min(1).max(255).nullable(),
    inAllInboxes: z.boolean(),
    notify: z.boolean(),
  })
  .partial();

export function userSettings(stored: string): UserSettings {
  return { ...DEFAULT_USER_SETTINGS, ...userPatch.parse(JSON.parse(stored)) } as UserSettings;
}

/** @throws invalidArguments */
export function mergeUserSettings(stored: string, patch: unknown): string {
  const merged = { ...userPatch.parse(JSON.parse(stored)), ...valid(userPatch, patch) };
  return JSON.stringify(Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null)));
}

export function accountSettings(stored: string): AccountSettings {
  const set = accountPatch.parse(JSON.parse(stored));
  return {
    ...{ ...DEFAULT_SETTINGS, ...set },
    imap: { ...DEFAULT_SETTINGS.imap, ...mergeImap({}, set.imap ?? {}) },
    pop3: { ...DEFAULT_SETTINGS.pop3, ...set.pop3 },
    retention: { ...DEFAULT_SETTINGS.retention, ...set.retention },
  };
}

/** @throws invalidArguments */
export function mergeAccountSettings(stored: string, patch: unknown): string {
  const set = accountPatch.parse(JSON.parse(stored));
  const change = valid(accountPatch, patch);
  return JSON.stringify({
    ...{ ...set, ...change },
    imap: mergeImap(set.imap ?? {}, change.imap ?? {}),
    pop3: { ...set.pop3, ...change.pop3 },
    retention: { ...set.retention, ...change.retention },
  });
}

/** Roles one by one; null takes one back. */
function mergeImap(set: z.infer<typeof imapPatch>, change: z.infer<typeof imapPatch>): Partial<ImapSettings> {
  const roles = Object.entries({ ...set.roles, ...change.roles }).filter(([, id]) => id !== null);
  return { ...set, ...change, roles: Object.fromEntries(roles) };
}

function valid<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const properties = result.error.issues.map((issue) => issue.path.join('.')).join(' ');
  throw new RequestError('invalidArguments', 'a setting has a value that it cannot have', {
    params: { properties },
  });
}
