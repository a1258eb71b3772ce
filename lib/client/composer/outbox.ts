/** What is on its way or did not get there: submissions that are neither sent nor cancelled, told the moment they change. */
import { faultOf, LinkFault, ref, type Transport } from '@/lib/client/jmap';
import type { Store } from '@/lib/client/store';
import type { EmailAddress, EmailSubmission, Id, JsonObject } from '@/lib/jmap/types';

export interface OutboxItem {
  accountId: Id;
  submission: EmailSubmission;
  subject: string | null;
  to: readonly EmailAddress[];
}

export type OutboxState = 'held' | 'sending' | 'retry' | 'failed' | 'uncertain' | 'sent' | 'canceled';

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
      return 'sent';
  }
}

const ON_ITS_WAY: readonly OutboxState[] = ['held', 'sending', 'retry'];
const SHOWN: readonly OutboxState[] = [...ON_ITS_WAY, 'failed', 'uncertain'];
/** Longer ago nobody looks for it here; the Email is in Drafts. */
const LOOK_BACK_MS = 30 * 24 * 60 * 60 * 1000;
const MAX_ITEMS = 100;
/** Where the event stream is cut, the end of the undo time is asked for. */
const LATE_MS = [1_500, 4_000, 10_000, 30_000];

type Listener = () => void;

export class Outbox {
  #items = new Map<Id, readonly OutboxItem[]>();
  #all: readonly OutboxItem[] = [];
  #hidden = new Map<Id, ReadonlySet<Id>>();
  #followed = new Map<Id, (item: OutboxItem) => void>();
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
  follow(submissionId: Id, accountId: Id, heldMs: number, ended: (item: OutboxItem) => void): void {
    this.#followed.set(submissionId, ended);
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
      else if (faultOf(error).code !== 'notSignedIn') this.#take(accountId, this.#items.get(accountId) ?? []);
    } finally {
      this.#flights.delete(accountId);
    }
  }

  async #load(accountId: Id): Promise<OutboxItem[]> {
    const after = `${new Date(Date.now() - LOOK_BACK_MS).toISOString().slice(0, 19)}Z`;
    const filter: JsonObject = {
      operator: 'OR',
      conditions: [{ undoStatus: 'pending' }, { undoStatus: 'final', after }],
    };
    const answers = await this.transport.call([
      ['EmailSubmission/query', { accountId, filter, limit: MAX_ITEMS }, 'query'],
      ['EmailSubmission/get', { accountId, '#ids': ref('query', 'EmailSubmission/query', '/ids') }, 'get'],
      [
        'Email/get',
        {
          accountId,
          '#ids': ref('get', 'EmailSubmission/get', '/list/*/emailId'),
          properties: ['subject', 'to'],
        },
        'emails',
      ],
    ]);
    const { list } = answers.of<{ list: EmailSubmission[] }>('get');
    const emails = new Map(
      answers
        .of<{ list: { id: Id; subject: string | null; to: EmailAddress[] | null }[] }>('emails')
        .list.map((email) => [email.id, email]),
    );
    return list.map((submission) => {
      const email = emails.get(submission.emailId);
      return { accountId, submission, subject: email?.subject ?? null, to: email?.to ?? [] };
    });
  }

  #take(accountId: Id, all: readonly OutboxItem[]): void {
    const shown = all.filter(({ submission }) => SHOWN.includes(stateOf(submission)));
    this.#items.set(accountId, shown);
    this.#all = [...this.#items.values()].flat();
    const waiting = shown.filter(({ submission }) => ON_ITS_WAY.includes(stateOf(submission)));
    this.#hidden.set(accountId, new Set(waiting.map(({ submission }) => submission.emailId)));
    for (const item of all) this.#tellEnd(item);
    for (const listener of this.#listeners) listener();
  }

  #tellEnd(item: OutboxItem): void {
    const { submission } = item;
    const ended = this.#followed.get(submission.id);
    const state = stateOf(submission);
    if (!ended || state === 'held' || state === 'sending') return;
    // A retry is told once, and followed on.
    if (state !== 'retry') this.#followed.delete(submission.id);
    ended(item);
  }
}

const NONE: ReadonlySet<Id> = new Set();
