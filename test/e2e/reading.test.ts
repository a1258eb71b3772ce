/** What a person does with one message: images, colours, attachments, headers, source, paper (page.md sections 3, 5, 10). */
import { readFile } from 'node:fs/promises';
import type { FrameLocator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { picture, type Size, type Visit, violations, visit } from './browser';
import { Hands } from './hands';
import { html, letter, named, PDF, PNG, plain, withFiles } from './letters';
import { ANNA, aWorld } from './world';

const world = aWorld([ANNA]);

describe.each<Size>(['desk', 'phone'])('on the %s', (size) => {
  let on: Visit;
  let inbox = '';
  const phone = size === 'phone';
  const sender = `news-${size}@example.com`;
  const row = (subject: string) => on.page.getByRole('row', { name: new RegExp(subject) });
  const button = (name: string | RegExp) =>
    on.page
      .getByRole('button', { name, exact: typeof name === 'string' })
      .locator('visible=true')
      .first();
  const frame = (): FrameLocator => on.page.frameLocator('iframe').last();
  const deliver = async (
    subject: string,
    content: string,
    more: { from?: string; headers?: string[] } = {},
  ) => {
    await world.dovecot.deliver(ANNA, letter({ subject: `${subject} ${size}`, content, ...more }));
    await row(`${subject} ${size}`).waitFor();
  };
  const read = async (subject: string) => {
    await row(`${subject} ${size}`).click();
    await on.page.getByRole('heading', { level: 2, name: `${subject} ${size}` }).waitFor();
  };
  const back = () => on.page.goto(inbox);

  beforeAll(async () => {
    on = await visit(world.browser, size, { colorScheme: 'dark' });
    await world.signIn(on.page, ANNA);
    await on.page.waitForURL(/\/mail\/[^~]+$/);
    inbox = on.page.url();
  }, 60_000);
  afterAll(() => on?.context.close());
  beforeEach(back);

  it('S8: images from outside come by our proxy, after a click; always, when the sender is trusted', async () => {
    const page = on.page;
    const shown = html('<p>Spring is here</p><img alt="A rose" src="http://example.com/rose.png">');
    const from = `News <${sender}>`;
    const image = () => frame().getByRole('img', { name: 'A rose' }).getAttribute('src');
    const note = page.getByText('Images from outside are not shown.');
    await deliver('Newsletter one', shown, { from });
    await read('Newsletter one');
    await note.waitFor();
    expect(await image()).toBeNull();
    await picture(page, `images-blocked-${size}`);
    await button('Show').click();
    await expect.poll(image).toMatch(/^\/api\/images\?/);
    expect(await note.count()).toBe(0);

    // Shown once is not shown for ever.
    await page.reload();
    await note.waitFor();
    const hands = new Hands(page);
    await hands.click(button(/^Always from/));
    await expect.poll(image).toMatch(/^\/api\/images\?/);
    expect(hands.acts).toBe(1);
    await page.getByText(`Images from ${sender} are always shown`).waitFor();
    await page.reload();
    await expect.poll(image).toMatch(/^\/api\/images\?/);
    expect(await note.count()).toBe(0);
  });

  it('images of a sender are allowed by two keys, and asked for again by undo', async () => {
    const page = on.page;
    const shown = html('<p>Autumn is here</p><img alt="A leaf" src="http://example.com/leaf.png">');
    await deliver('Newsletter two', shown, { from: `News <other-${sender}>` });
    await read('Newsletter two');
    const note = page.getByText('Images from outside are not shown.');
    await note.waitFor();
    const hands = new Hands(page);
    await hands.key('i', 'a');
    await expect.poll(() => note.count()).toBe(0);
    expect(hands.acts).toBe(2);
    await button('Undo').click();
    await note.waitFor();
    await page.reload();
    await note.waitFor();
  });

  it('a picture inside of the mail is shown where it stands, and is no attachment', async () => {
    const text = html('<p>Look:</p><img alt="Dot" src="cid:dot@example.com">');
    const file = { name: 'dot.png', type: 'image/png', bytes: PNG, cid: 'dot@example.com' };
    await deliver('Inline', withFiles(text, [file], 'related'));
    await read('Inline');
    const width = () =>
      frame()
        .getByRole('img', { name: 'Dot' })
        .evaluate((image) => (image as HTMLImageElement).naturalWidth);
    await expect.poll(width).toBe(1);
    expect(await on.page.getByRole('region', { name: 'Attachments' }).count()).toBe(0);
  });

  it('S6: previews a PDF and an image, and saves one or all', async () => {
    const page = on.page;
    const files = [
      { name: 'figures.pdf', type: 'application/pdf', bytes: PDF },
      { name: 'dot.png', type: 'image/png', bytes: PNG },
      { name: 'table.csv', type: 'text/csv', bytes: Buffer.from('a;b\n1;2\n') },
    ];
    await deliver('Three files', withFiles(plain('Three files for you'), files));
    await read('Three files');
    const attachments = page.getByRole('region', { name: 'Attachments' });
    const most = phone ? 300 : 272;
    // The row of the list says it too.
    const top = await page.locator('[data-message]').getByText('Three files for you').boundingBox();
    expect(top?.y).toBeLessThanOrEqual(most);

    await attachments.getByRole('button', { name: /Preview.*figures/ }).click();
    const pageOne = page.getByRole('img', { name: 'figures.pdf, page 1 of 1' });
    const ink = () =>
      pageOne.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const drawn = (element as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data;
        return [...(drawn ?? [])].filter((value, at) => at % 4 === 0 && value < 100).length;
      });
    await expect.poll(ink, { timeout: 20_000 }).toBeGreaterThan(50);
    await picture(page, `preview-pdf-${size}`);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');

    if (phone) await attachments.getByRole('button', { name: /more/ }).click();
    await attachments.getByRole('button', { name: /Preview.*dot/ }).click();
    const image = page.getByRole('dialog').getByRole('img', { name: 'dot.png' });
    await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1);
    await picture(page, `preview-image-${size}`);
    await page.keyboard.press('Escape');

    const saved = page.waitForEvent('download');
    await attachments.getByRole('link', { name: 'Save table.csv' }).click();
    expect(await readFile(await (await saved).path(), 'utf8')).toBe('a;b\n1;2\n');
    expect((await saved).suggestedFilename()).toBe('table.csv');
    const all = page.waitForEvent('download');
    await attachments.getByRole('link', { name: /Save all/ }).click();
    const zip = await readFile(await (await all).path());
    expect(zip.subarray(0, 2).toString()).toBe('PK');
    for (const { name } of files) expect(zip.includes(name)).toBe(true);
  }, 60_000);

  it('shows headers: two clicks, two keys; and the source as it came', async () => {
    const page = on.page;
    await deliver('Headers', plain('Look behind'), { headers: ['X-Curious: <b>yes</b>'] });
    await read('Headers');
    const hands = new Hands(page);
    const dialog = page.getByRole('dialog');
    await hands.click(button('More'));
    await hands.click(page.getByRole('menuitem', { name: 'Headers' }));
    await dialog.getByText('<b>yes</b>').waitFor();
    expect(hands.acts).toBe(2);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    await page.keyboard.press('h');
    await dialog.getByText('<b>yes</b>').waitFor();
    await page.keyboard.press('Escape');
    await button('More').click();
    await page.getByRole('menuitem', { name: 'Source' }).click();
    await dialog.getByText(/X-Curious: <b>yes<\/b>[\s\S]*Look behind/).waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, `source-${size}`);
    await page.keyboard.press('Escape');
  });

  it('prints the message alone', async () => {
    const page = on.page;
    await deliver('On paper', plain('Words for paper'));
    await read('On paper');
    await page.getByText('Words for paper').locator('visible=true').last().waitFor();
    await page.evaluate(() => {
      window.print = () => document.documentElement.setAttribute('data-printed', '');
    });
    await button('More').click();
    await page.getByRole('menuitem', { name: 'Print' }).click();
    expect(await page.locator('html').getAttribute('data-printed')).toBe('');
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText('Words for paper').last().isVisible()).toBe(true);
    expect(await page.getByRole('row').first().isVisible()).toBe(false);
    expect(await page.getByRole('toolbar').first().isVisible()).toBe(false);
    await picture(page, `print-${size}`);
    await page.emulateMedia({ media: 'screen' });
  });

  it('in the dark a mail is dark; its own colours come by a button, and are remembered for the sender', async () => {
    const page = on.page;
    const shown = html('<div style="background:#ffffff;color:#111111;padding:9px">White paper</div>');
    const from = `Paper <paper-${size}@example.com>`;
    await deliver('Colours', shown, { from });
    await read('Colours');
    const colour = () =>
      frame()
        .getByText('White paper')
        .evaluate((element) => getComputedStyle(element).backgroundColor);
    await expect.poll(colour).not.toBe('rgb(255, 255, 255)');
    await picture(page, `dark-mail-${size}`);
    await button('Original colours').click();
    await expect.poll(colour).toBe('rgb(255, 255, 255)');
    await vi.waitFor(async () => {
      const { originalColours } = await page.evaluate(() =>
        fetch('/api/settings').then((answer) => answer.json()),
      );
      expect(originalColours).toContain(`paper-${size}@example.com`);
    });
    await page.reload();
    await expect.poll(colour).toBe('rgb(255, 255, 255)');
    await picture(page, `dark-mail-original-${size}`);
    await button('Original colours').click();
    await expect.poll(colour).not.toBe('rgb(255, 255, 255)');
  });

  it('S30: says calmly that a signature does not match', async () => {
    const headers = [
      'Authentication-Results: mx.example.org; dkim=fail; dmarc=fail header.from=bank.example',
    ];
    const from = 'Your bank <service@bank.example>';
    await deliver('Your account', plain('Send us your password'), { headers, from });
    await read('Your account');
    await on.page.getByText('This may not be from bank.example: its signature does not match.').waitFor();
    await picture(on.page, `forged-${size}`);
    expect(await violations(on.page)).toEqual([]);
  });

  it('long names, right-to-left words and long words break nothing', async () => {
    const page = on.page;
    const long = 'Bartholomäus-Maximilian '.repeat(9).trim();
    await deliver('Long', html(`<p>${'unbreakable'.repeat(60)}</p>`), {
      from: named(long, `${'long'.repeat(15)}@${'domain'.repeat(8)}.example.com`),
    });
    await deliver('مرحبا بالعالم', plain('هذه رسالة من اليمين إلى اليسار.\nمع سطرين.'), {
      from: named('فاطمة الزهراء', 'fatima@example.com'),
    });
    await picture(page, `long-rows-${size}`);
    const sideways = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    for (const subject of ['Long', 'مرحبا بالعالم']) {
      await back();
      await read(subject);
      await page.getByRole('heading', { level: 3 }).first().waitFor();
      expect(await sideways()).toBe(0);
      expect(await violations(page)).toEqual([]);
      await picture(page, `${subject === 'Long' ? 'long' : 'right-to-left'}-message-${size}`);
    }
    const direction = await page
      .getByText('هذه رسالة')
      .locator('visible=true')
      .last()
      .evaluate((element) => getComputedStyle(element).direction);
    expect(direction).toBe('rtl');
  });

  it('nothing was refused by the policy and nothing threw', () => {
    // example.com cannot be reached from here: the proxy says so for the images that were asked for.
    expect(on.errors.filter((error) => !/status of (?:422|50\d)/.test(error))).toEqual([]);
  });
});
