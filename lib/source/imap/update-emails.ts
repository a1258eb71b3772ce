/** Keywords and mailboxes of Emails: differences only, batched, the index told before the caller (gateway.md 2.9). */
import { CommandError, MailError, RequestError } from '@/lib/errors';
import { storeFlags } from '@/lib/imap/change';
import type { Selected } from '@/lib/imap/select';
import { uidSets } from '@/lib/imap/uid-set';
import type { Location } from '@/lib/index/types';
import type { Id } from '@/lib/jmap/types';
import { errorFields, log } from '@/lib/log';
import type { EmailPatch } from '@/lib/source/source';
import { type ImapContext, wiredMailbox } from './context';
import { Effects } from './effects';
import { groupBy, selectFor } from './locate';
import { refreshMailbox } from './refresh-mailbox';
import { refreshMailboxes } from './refresh-mailboxes';
import { removeMessages } from './remove';
import { transfer } from './transfer';
import { type Done, planUpdates, type RemoveStep, type StoreStep } from './update-plan';

export type Results = Map<Id, MailError | null>;

export async function updateEmails(context: ImapContext, patches: EmailPatch[]): Promise<Results> {
  const ids = patches.map(({ id }) => id);
  const known = await context.index.emails(ids, { withoutStructure: true });
  const rows = new Map(known.map((row) => [row.id, row]));
  const locations = groupBy(await context.index.locations(ids), ({ emailId }) => emailId);
  const plan = planUpdates(patches, rows, locations);
  const effects = new Effects(context, rows, locations);
  const run = new Run(context, ids, plan.refused);

  for (const step of plan.stores) {
    await run.step(step.locations, (rest, done) => store(context, { ...step, locations: rest }, done));
  }
  for (const { id, addKeywords, removeKeywords } of patches) {
    const changed = addKeywords.length + removeKeywords.length > 0;
    if (changed && run.lives(id)) effects.keywords(id, addKeywords, removeKeywords);
  }
  for (const step of plan.copies) {
    const work: Work = (rest, done) => transfer(context, { ...step, locations: rest, done }, true, effects);
    await run.step(step.locations, work, step.to);
  }
  for (const step of plan.moves) {
    const work: Work = (rest, done) => transfer(context, { ...step, locations: rest, done }, false, effects);
    await run.step(step.locations, work, step.to);
  }
  for (const step of plan.removals) {
    const work: Work = (rest, done) => removeFrom(context, { ...step, locations: rest, done }, effects);
    await run.step(step.locations, work);
  }
  await effects.write();
  run.lookAgain();
  return run.results;
}

/** On locations of one mailbox. */
type Work = (locations: Location[], done: Done) => Promise<void>;

/** Steps one after the other; an Email that failed takes no part in what follows. */
export class Run {
  readonly results: Results;
  readonly #doubtful = new Set<Id>();

  constructor(
    readonly context: ImapContext,
    ids: Id[],
    refused: ReadonlyMap<Id, MailError>,
  ) {
    this.results = new Map(ids.map((id) => [id, refused.get(id) ?? null]));
  }

  lives(id: Id): boolean {
    return this.results.get(id) === null;
  }

  /** @param target also changed, perhaps, when the step fails */
  async step(locations: Location[], work: Work, target?: Id): Promise<void> {
    const rest = locations.filter(({ emailId }) => this.lives(emailId));
    if (rest.length === 0) return;
    const mailboxIds = new Set(rest.map(({ mailboxId }) => mailboxId));
    if (target !== undefined) mailboxIds.add(target);
    const done = new Set<number>();
    const mark: Done = (uids) => {
      for (const uid of uids) done.add(uid);
    };
    try {
      await work(rest, mark).catch(async (error) => {
        // Refused before anything was done: it can be done under the name that the mailbox has now.
        if (done.size > 0 || !(await this.#wasRenamed(error, [...mailboxIds]))) throw error;
        await work(rest, mark);
      });
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      this.context.rights.refused(this.context, error);
      if (target !== undefined) this.#doubtful.add(target);
      for (const { emailId, mailboxId, uid } of rest) {
        if (!done.has(uid)) this.results.set(emailId, error);
        this.#doubtful.add(mailboxId);
      }
    }
  }

  /** By another program, as a new list of the mailboxes tells. */
  async #wasRenamed(error: unknown, ids: Id[]): Promise<boolean> {
    if (!(error instanceof CommandError) || error.code !== 'notFound') return false;
    const paths = () =>
      Promise.all(ids.map(async (id) => (await this.context.index.mailbox(id))?.wire?.path));
    const before = await paths();
    await refreshMailboxes(this.context);
    const now = await paths();
    return !now.includes(undefined) && now.some((path, at) => path !== before[at]);
  }

  /** What really happened to the Emails of failed steps is read from the server, behind the answer. */
  lookAgain(): void {
    for (const mailboxId of this.#doubtful) {
      refreshMailbox(this.context, mailboxId, 50).catch((error) =>
        log.debug('imap.refresh', errorFields(error)),
      );
    }
  }
}

async function store(
  context: ImapContext,
  { mailboxId, sign, flags, locations }: StoreStep,
  done: Done,
): Promise<void> {
  const { wire } = await wiredMailbox(context, mailboxId);
  await context.pool.interactive(async (session) => {
    const selected = await selectFor(session, wire.path, locations);
    const stored = sign === '+' ? permanent(selected, flags) : flags;
    for (const { set, uids } of uidSets(locations.map(({ uid }) => uid))) {
      await storeFlags(session, set, sign, stored);
      done(uids);
    }
  });
}

/** They only teach a filter: the move to Junk that they come with is what the person wants. */
const HINTS: ReadonlySet<string> = new Set(['$junk', '$notjunk']);

/** @throws unsupported when the mailbox would forget the flag, forbidden when it is read-only */
function permanent(selected: Selected, flags: string[]): string[] {
  if (selected.readOnly) throw new CommandError('forbidden', 'the mailbox is read-only');
  const kept = selected.permanentFlags;
  if (!kept || kept.has('\\*')) return flags;
  const lost = flags.filter((flag) => !kept.has(flag.toLowerCase()));
  const keyword = lost.find((flag) => !HINTS.has(flag.toLowerCase()));
  if (keyword)
    throw new RequestError('unsupported', 'the server keeps no such keyword', { params: { keyword } });
  return flags.filter((flag) => !lost.includes(flag));
}

/** Out of one of its mailboxes, or of all. */
export async function removeFrom(
  context: ImapContext,
  { mailboxId, locations, done }: RemoveStep & { done: Done },
  effects: Effects,
): Promise<void> {
  const { wire } = await wiredMailbox(context, mailboxId);
  await context.pool.interactive(async (session) => {
    await selectFor(session, wire.path, locations);
    for (const { uids } of uidSets(locations.map(({ uid }) => uid))) {
      effects.left(locations, uids, await removeMessages(context, session, uids));
      done(uids);
    }
  });
}
