/** The demo mailbox in a browser: everything a screen can show, without a mail server. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type GatepostServer, startGatepost } from '@/test/servers/gatepost';
import { launchBrowser, type Size, visit } from './browser';

export interface Demo {
  gatepost: GatepostServer;
  /** Signed in, the inbox on the screen. */
  enter(size: Size, options?: Parameters<typeof visit>[2]): Promise<Page>;
}

/** Starts it before the tests of a file and stops it behind them. */
export function aDemo(): Demo {
  let browser: Browser;
  const demo = {} as Demo;
  beforeAll(async () => {
    demo.gatepost = await startGatepost();
    browser = await launchBrowser();
    demo.enter = async (size, options = {}) => {
      const { page } = await visit(browser, size, options);
      await page.goto(`${demo.gatepost.url}/sign-in`);
      await page.getByRole('button', { name: /demo|пробн|демо|пример/i }).click();
      await page.waitForURL(/\/mail\/[^~]+$/);
      await page.getByRole('row').first().waitFor();
      return page;
    };
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await demo.gatepost?.stop();
  });
  return demo;
}
