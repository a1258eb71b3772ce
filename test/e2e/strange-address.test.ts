/** An address that nobody gave, or that is gone: a page in words, with a way back (page.md section 8). */
import { afterEach, describe, expect, it } from 'vitest';
import { type Size, type Visit, violations, visit } from './browser';
import { ANNA, aWorld } from './world';

const world = aWorld();
let on: Visit;
afterEach(() => on.context.close());

const STRANGE = [
  '/mail/x/y',
  '/mail/x/y/z/whatever',
  '/mail/x',
  '/search',
  '/search?account=x&q=y',
  '/nowhere',
];
const WORDS = [
  { locale: 'en', title: 'This page does not exist', back: 'Go to mail' },
  { locale: 'ru', title: 'Такой страницы нет', back: 'К почте' },
];

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  it('is told, and leads to the mail', async () => {
    on = await visit(world.browser, size);
    const { page, errors } = on;
    await world.signIn(page, ANNA);
    await page.waitForURL(/\/mail\//);
    const own = new URL(page.url()).pathname;
    for (const { locale, title, back } of WORDS) {
      await on.context.addCookies([{ name: 'gatepost-locale', value: locale, url: world.gatepost.url }]);
      for (const path of [...STRANGE, `${own}/thread/whatever`]) {
        await page.goto(world.gatepost.url + path);
        await page.getByRole('heading', { name: title }).waitFor();
        expect(await page.title(), path).not.toBe('');
      }
      expect(await violations(page)).toEqual([]);
      await page.getByRole('link', { name: back }).click();
      await page.waitForURL((url) => url.pathname === own);
    }
    // What is no page at all is answered as such, which the browser notes in its console.
    expect(errors.filter((error) => !error.includes('status of 404'))).toEqual([]);
  }, 120_000);
});
