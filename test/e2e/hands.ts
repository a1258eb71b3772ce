/** A person's hands, counted: clicks, taps and swipes, and keys; typed text is one (page.md section 10). */
import type { CDPSession, Locator, Page } from 'playwright-core';

export class Hands {
  acts = 0;
  #touch: CDPSession | null = null;

  constructor(readonly page: Page) {}

  /** A click, or a tap on what has a touch screen. */
  async click(target: Locator, options: Parameters<Locator['click']>[0] = {}): Promise<void> {
    this.acts += 1;
    await target.click(options);
  }

  async key(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.acts += 1;
      await this.page.keyboard.press(key);
    }
  }

  async text(words: string): Promise<void> {
    this.acts += 1;
    await this.page.keyboard.type(words);
  }

  /** A finger goes sideways over a share of the width, and lets go; `held` is asked before it does. */
  async swipe(target: Locator, share: number, held?: () => Promise<unknown>): Promise<void> {
    this.acts += 1;
    const { x, y, width } = await this.#box(target);
    const from = share > 0 ? x + 60 : x + width - 60;
    await this.#finger('touchStart', from, y);
    const steps = 8;
    for (let step = 1; step <= steps; step += 1)
      await this.#finger('touchMove', from + (width * share * step) / steps, y);
    await held?.();
    await this.#finger('touchEnd');
  }

  /** Until `seen` is there. */
  async longPress(target: Locator, seen: Locator): Promise<void> {
    this.acts += 1;
    const { x, y, width } = await this.#box(target);
    await this.#finger('touchStart', x + width / 2, y);
    await seen.waitFor();
    await this.#finger('touchEnd');
  }

  async #box(target: Locator): Promise<{ x: number; y: number; width: number }> {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    if (!box) throw new Error('It is not on the screen.');
    return { x: box.x, y: box.y + box.height / 2, width: box.width };
  }

  async #finger(type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0): Promise<void> {
    this.#touch ??= await this.page.context().newCDPSession(this.page);
    await this.#touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: type === 'touchEnd' ? [] : [{ x, y }],
    });
  }
}
