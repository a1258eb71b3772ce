import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as connection from '@/app/api/accounts/[id]/connection/route';
import * as fetchNow from '@/app/api/accounts/[id]/fetch/route';
import * as account from '@/app/api/accounts/[id]/route';
import * as accounts from '@/app/api/accounts/route';
import * as appPassword from '@/app/api/app-passwords/[id]/route';
import * as appPasswords from '@/app/api/app-passwords/route';
import * as discovery from '@/app/api/discovery/route';
import * as health from '@/app/api/health/route';
import * as sessions from '@/app/api/sessions/route';
import * as settings from '@/app/api/settings/route';
import * as check from '@/app/api/sign-in/check/route';
import { runtime } from '@/lib/account/runtime';
import { type DovecotServer, startDovecot } from '@/test/servers/dovecot';
import { type Submission, startSubmission } from '@/test/servers/submission';

const ORIGIN = 'http://localhost:3000';
const USERS = { 'anna@example.org': 'secret', 'work@example.org': 'secret', 'boris@example.org': 'secret' };

type Handler = (request: Request, context: { params: Promise<{ id: string }> }) => Promise<Response>;
const ROUTES: [RegExp, Partial<Record<string, Handler>>][] = [
  [/^\/api\/accounts\/([^/]+)\/connection$/, connection],
  [/^\/api\/accounts\/([^/]+)\/fetch$/, fetchNow],
  [/^\/api\/accounts\/([^/]+)$/, account],
  [/^\/api\/accounts$/, accounts],
  [/^\/api\/app-passwords\/([^/]+)$/, appPassword],
  [/^\/api\/app-passwords$/, appPasswords],
  [/^\/api\/discovery$/, discovery],
  [/^\/api\/health$/, { GET: health.GET }],
  [/^\/api\/sessions$/, sessions],
  [/^\/api\/settings$/, settings],
  [/^\/api\/sign-in\/check$/, check],
];

let dovecot: DovecotServer;
let smtp: Submission;
let dir: string;

beforeAll(async () => {
  dovecot = await startDovecot({ users: USERS });
  smtp = await startSubmission(dovecot, USERS);
  dir = await mkdtemp(join(tmpdir(), 'gatepost-docs-'));
  Object.assign(process.env, {
    BASE_URL: ORIGIN,
    DATA_DIR: dir,
    MAIL_IMAP: `imaps://localhost:${dovecot.ports.imaps}`,
    MAIL_SMTP: `smtps://localhost:${smtp.port}`,
    TLS_CA_FILE: dovecot.tls.caFile,
    LOG_LEVEL: 'silent',
  });
});
afterAll(async () => {
  await (await runtime()).stop();
  await smtp.stop();
  await dovecot.stop();
  await rm(dir, { recursive: true });
});

interface Example {
  title: string;
  head: string[];
  body: string | null;
  status: number;
  expected: string | null;
}

const text = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/```http\n([\s\S]*?)```/g)].map(([, block = '']): Example => {
  const parts = block.trim().split('\n\n');
  const [head = '', ...rest] = parts;
  const answer = rest.at(-1) ?? '';
  const [status = '', ...expected] = answer.split('\n');
  const body = rest.length > 1 ? (rest[0] ?? null) : null;
  const title = `${head.split('\n')[0]} -> ${status}`;
  return {
    title,
    head: head.split('\n'),
    body,
    status: Number(status),
    expected: expected.join('\n') || null,
  };
});

const known = new Map([['origin', ORIGIN]]);
const filled = (part: string) => part.replace(/\{(\w+)\}/g, (whole, name) => known.get(name) ?? whole);

/** `...` is anything; `{name}` is learnt at the first sight; an object may hold more than is shown. */
function compare(actual: unknown, expected: unknown): void {
  const name = typeof expected === 'string' ? /^\{(\w+)\}$/.exec(expected)?.[1] : undefined;
  if (expected === '...') {
    expect(actual).toBeDefined();
  } else if (name && !known.has(name)) {
    known.set(name, String(actual));
  } else if (name) {
    expect(actual).toBe(known.get(name));
  } else if (Array.isArray(expected)) {
    expect(actual).toHaveLength(expected.length);
    for (const [at, each] of expected.entries()) compare((actual as unknown[])[at], each);
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [key, value] of Object.entries(expected))
      compare((actual as Record<string, unknown>)[key], value);
  } else {
    expect(actual).toBe(expected);
  }
}

function requestOf({ head, body }: Example): Request {
  const [start = '', ...lines] = head.map(filled);
  const [method = '', path = ''] = start.split(' ');
  const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
  const basic = /^Basic (.*)$/.exec(headers.get('authorization') ?? '')?.[1];
  if (basic) headers.set('authorization', `Basic ${Buffer.from(basic).toString('base64')}`);
  return new Request(ORIGIN + path, { method, headers, ...(body ? { body } : {}) });
}

test('there are examples', () => expect(examples.length).toBeGreaterThan(15));

test.each(examples)('$title', async (example) => {
  const request = requestOf(example);
  const path = new URL(request.url).pathname;
  const [pattern, handlers] = ROUTES.find(([each]) => each.test(path)) ?? [];
  const handler = handlers?.[request.method];
  if (!pattern || !handler) throw new Error(`no route for ${request.method} ${path}`);
  const response = await handler(request, { params: Promise.resolve({ id: pattern.exec(path)?.[1] ?? '' }) });
  const answer = await response.text();
  expect(`${response.status} ${answer}`).toMatch(new RegExp(`^${example.status} `));
  if (example.expected) compare(JSON.parse(answer), JSON.parse(example.expected));
});
