/** The scripts of one account on its ManageSieve server: the user's, with the one of ours out of sight. One session, one change. */
import { createHash } from 'node:crypto';
import type { Vacation } from '@/lib/account/sieve/vacation-script';
import { RequestError } from '@/lib/errors';
import type { State } from '@/lib/jmap/types';
import type { ScriptName, SieveSession } from '@/lib/sieve/client';
import {
  NO_VACATION,
  VACATION_SCRIPT,
  vacationIn,
  vacationScript,
  WRAPPER_SCRIPT,
  wrappedIn,
  wrapperScript,
} from './vacation-script';

export class Scripts {
  readonly #session: SieveSession;
  readonly #canInclude: boolean;
  /** The user's own, as far as they were read in this session. */
  readonly #texts = new Map<string, string>();

  constructor(session: SieveSession, extensions: readonly string[]) {
    this.#session = session;
    this.#canInclude = extensions.includes('include');
  }

  /** The user's own. Active is also the one that ours runs. */
  async list(): Promise<ScriptName[]> {
    const all = await this.#session.list();
    const active = await this.#userActive(all);
    return all.filter(({ name }) => !isOurs(name)).map(({ name }) => ({ name, isActive: name === active }));
  }

  async get(name: string): Promise<string> {
    const known = this.#texts.get(name) ?? (await this.#session.get(name));
    this.#texts.set(name, known);
    return known;
  }

  /** Another one whenever something of them is another: the server has no word for that. */
  async state(): Promise<State> {
    const hash = createHash('sha256');
    for (const { name, isActive } of await this.list())
      hash.update(JSON.stringify([name, isActive, await this.get(name)]));
    return hash.digest('hex').slice(0, 16);
  }

  check(script: string): Promise<void> {
    return this.#session.check(script);
  }

  /** @throws invalidSieve, overQuota; invalidProperties for a name of ours */
  async put(name: string, script: string): Promise<void> {
    if (isOurs(name))
      throw new RequestError('invalidProperties', 'this name is taken', { params: { property: 'name' } });
    this.#texts.delete(name);
    await this.#session.put(name, script);
  }

  /** @throws sieveIsActive */
  async remove(name: string): Promise<void> {
    const own = await this.list();
    if (own.some((script) => script.name === name && script.isActive))
      throw new RequestError('sieveIsActive', 'the script is active');
    this.#texts.delete(name);
    await this.#session.remove(name);
  }

  async rename(from: string, to: string): Promise<void> {
    const all = await this.#session.list();
    const isRunByOurs =
      (await this.#userActive(all)) === from &&
      all.some(({ name, isActive }) => isActive && name === WRAPPER_SCRIPT);
    this.#texts.clear();
    await this.#session.rename(from, to);
    if (isRunByOurs) await this.#session.put(WRAPPER_SCRIPT, wrapperScript(to));
  }

  /** null: none of the user's runs; the answer while away goes on. */
  async activate(name: string | null): Promise<void> {
    await this.#run(name, (await this.vacation()).isEnabled);
  }

  async vacation(): Promise<Vacation> {
    const all = await this.#session.list();
    if (!all.some(({ name }) => name === VACATION_SCRIPT)) return NO_VACATION;
    const vacation = vacationIn(await this.#session.get(VACATION_SCRIPT)) ?? NO_VACATION;
    // Another program may have made another script the active one: then nobody answers.
    const runs = all.some(({ name, isActive }) => isActive && isOurs(name));
    return { ...vacation, isEnabled: vacation.isEnabled && runs };
  }

  async setVacation(vacation: Vacation, addresses: string[]): Promise<void> {
    const active = await this.#userActive(await this.#session.list());
    await this.#session.put(VACATION_SCRIPT, vacationScript(vacation, addresses));
    await this.#run(active, vacation.isEnabled);
  }

  /** Makes active what runs the user's script, ours, both or none. */
  async #run(name: string | null, isAway: boolean): Promise<void> {
    if (!isAway) return this.#session.activate(name);
    if (name === null) return this.#session.activate(VACATION_SCRIPT);
    if (!this.#canInclude)
      throw new RequestError(
        'forbidden',
        'the server cannot run the answer while away beside another script',
      );
    await this.#session.put(WRAPPER_SCRIPT, wrapperScript(name));
    await this.#session.activate(WRAPPER_SCRIPT);
  }

  async #userActive(all: ScriptName[]): Promise<string | null> {
    const active = all.find(({ isActive }) => isActive)?.name ?? null;
    if (active === WRAPPER_SCRIPT) return wrappedIn(await this.#session.get(WRAPPER_SCRIPT));
    return active === VACATION_SCRIPT ? null : active;
  }
}

function isOurs(name: string): boolean {
  return name === VACATION_SCRIPT || name === WRAPPER_SCRIPT;
}
