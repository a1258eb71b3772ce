/** What `Z` takes back: the last actions, newest first. */
export interface Undoable {
  undo(): void;
}

const MAX_STEPS = 50;

export class UndoHistory {
  #steps: Undoable[] = [];

  push(step: Undoable): void {
    this.#steps.push(step);
    if (this.#steps.length > MAX_STEPS) this.#steps.shift();
  }

  /** Takes back this step, or the newest; false when there is none left. */
  undo(step: Undoable | undefined = this.#steps.at(-1)): boolean {
    if (!step || !this.#steps.includes(step)) return false;
    this.forget(step);
    step.undo();
    return true;
  }

  forget(step: Undoable): void {
    this.#steps = this.#steps.filter((other) => other !== step);
  }
}
