/** What is on its way or did not get there: submissions that are neither sent nor cancelled, told the moment they change. */
import { faultOf, LinkFault, ref, type Transport } from '@/lib/client/jmap';
import type { Store } from '@/lib/client/store';
import type { EmailAddress, EmailSubmission, Id } from '@/lib/jmap/types';

export interface OutboxItem {
  accountId: Id;
  submission: EmailSubmission;
  subject: string | null;
  to: readonly EmailAddress[];
  /** Somebody else's message, sent on as it came: there is nothing to go on writing. */
  resent: boolean;
}

/** `partial`: some have it, others were refused. */
export type OutboxState =
  | 'held'
  | 'sending'
  | 'retry'
  | 'failed'
  | 'uncertain'
  | 'partial'
  | 'sent'
  | 'canceled';

/** As JMAP tells it (design: How a submission reads in JMAP), finer where the server says more. */
export function stateOf(submission: EmailSubmission): OutboxState {
  switch (submission['gatepost:state']) {
    case 'held':
      return 'held';
    case 'due':
      return submission['gatepost:code'] ? 'retry' : 'sending';
    case 'connecting':
    case 'data':
      return 'sending';
    case 'failed':
      return 'failed';
    case 'uncertain':
      return 'uncertain';
    case 'canceled':
      return 'canceled';
    default:
      return refusedOf(submission).length > 0 ? 'partial' : 'sent';
  }
}

/** Who did not get it, with the server's words. */
export function refusedOf({ deliveryStatus }: EmailSubmission): { email: string; reply: string }[] {
  return Object.entries(deliveryStatus ?? {}).flatMap(([email, { delivered, smtpReply }]) =>
    delivered === 'no' ? [{ email, reply: smtpReply }] : [],
  );
}

/** Epoch ms until which the provider takes no more mail of an account, by what it said to what waits; null: not known of any. */
export function limitedUntil(items: readonly OutboxItem[], accountId: Id): number | null {
  const times = items.flatMap((item) => {
    const { 'gatepost:code': code, 'gatepost:nextTryAt': at } = item.submission;
    return item.accountId === accountId && code === 'sendingLimit' && at ? [Date.parse(at)] : [];
  });
  const last = Math.max(0, ...times);
  return last > Date.now() ? last : null;
}

const RESENT_TO = 'header:Resent-To:asAddresses';

interface SentOn {
  id: Id;
  subject: string | null;
  to: EmailAddress[] | null;
  [RESENT_TO]?: EmailAddress[] | null;
}

const ON_ITS_WAY: readonly OutboxState[] = ['held', 'sending', 'retry'];
const ENDED: readonly OutboxState[] = ['sent', 'canceled'];
const MAX_ITEMS = 100;
/** Where the event stream is cut, the end of the undo time is asked for. */
const LATE_MS = [1_500, 4_000, 10_000, 30_000];

type Listener = () => void;

interface Followed {
  accountId: Id;
  ended: (submission: EmailSubmission) => void;
}

interface Loaded {
  items: OutboxItem[];
  /** What somebody waits for the end of, wherever it stands. */
  followed: EmailSubmission[];
}

export class Outbox {
  #items = new Map<Id, readonly OutboxItem[]>();
  #all: readonly OutboxItem[] = [];
  #hidden = new Map<Id, ReadonlySet<Id>>();
  #followed = new Map<Id, Followed>();
  #listeners = new Set<Listener>();
  #flights = new Map<Id, { again: boolean }>();

  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  items = (): readonly OutboxItem[] => this.#all;

  /** Emails that wait to be sent: they are not shown in Drafts. */
  queuedEmailIds = (accountId: Id): ReadonlySet<Id> => this.#hidden.get(accountId) ?? NONE;

  /** Calls back once, with how it ended; `heldMs` is how long it is held before. */
  follow(submissionId: Id, accountId: Id, heldMs: number, ended: Followed['ended']): void {
    this.#followed.set(submissionId, { accountId, ended });
    for (const late of LATE_MS) {
      setTimeout(() => {
        if (this.#followed.has(submissionId)) void this.refresh(accountId);
      }, heldMs + late);
    }
  }

  unfollow(submissionId: Id): void {
    this.#followed.delete(submissionId);
  }

  /** One request at a time for each account; a call during it makes one more after it. */
  async refresh(accountId: Id): Promise<void> {
    const flight = this.#flights.get(accountId);
    if (flight) {
      flight.again = true;
      return;
    }
    const mine = { again: true };
    this.#flights.set(accountId, mine);
    try {
      while (mine.again) {
        mine.again = false;
        this.#take(accountId, await this.#load(accountId));
      }
    } catch (error) {
      if (error instanceof LinkFault) this.store.setLink({ offline: true });
      else if (faultOf(error).code === 'notSignedIn') return;
    } finally {
      this.#flights.delete(accountId);
    }
  }

  async #load(accountId: Id): Promise<Loaded> {
    const ids = [...this.#followed].flatMap(([id, one]) => (one.accountId === accountId ? [id] : []));
    const answers = await this.transport.call([
      ['EmailSubmission/query', { accountId, filter: { 'gatepost:open': true }, limit: MAX_ITEMS }, 'query'],
      ['EmailSubmission/get', { accountId, '#ids': ref('query', 'EmailSubmission/query', '/ids') }, 'get'],
      [
        'Email/get',
        {
          accountId,
          '#ids': ref('get', 'EmailSubmission/get', '/list/*/emailId'),
          properties: ['subject', 'to', RESENT_TO],
        },
        'emails',
      ],
      ['EmailSubmission/get', { accountId, ids }, 'followed'],
    ]);
    const { list } = answers.of<{ list: EmailSubmission[] }>('get');
    const emails = new Map(answers.of<{ list: SentOn[] }>('emails').list.map((email) => [email.id, email]));
    return {
      items: list.map((submission) => {
        const email = emails.get(submission.emailId);
        const resentTo = email?.[RESENT_TO] ?? null;
        const to = resentTo ?? email?.to ?? [];
        return { accountId, submission, subject: email?.subject ?? null, to, resent: resentTo !== null };
      }),
      followed: answers.of<{ list: EmailSubmission[] }>('followed').list,
    };
  }

  #take(accountId: Id, { items, followed }: Loaded): void {
    const shown = items.filter(({ submission }) => !ENDED.includes(stateOf(submission)));
    this.#items.set(accountId, shown);
    this.#all = [...this.#items.values()].flat();
    const waiting = shown.filter(({ submission }) => ON_ITS_WAY.includes(stateOf(submission)));
    this.#hidden.set(accountId, new Set(waiting.map(({ submission }) => submission.emailId)));
    for (const submission of followed) this.#tellEnd(submission);
    for (const listener of this.#listeners) listener();
  }

  #tellEnd(submission: EmailSubmission): void {
    const followed = this.#followed.get(submission.id);
    const state = stateOf(submission);
    if (!followed || state === 'held' || state === 'sending') return;
    // A retry is told once, and followed on.
    if (state !== 'retry') this.#followed.delete(submission.id);
    followed.ended(submission);
  }
}

const NONE: ReadonlySet<Id> = new Set();
