import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { trade } from '../harness/crisis.ts';
import { accessibilityFaults } from './accessible.ts';
import { browserTest } from './browserTest.ts';
import { ChainStage } from './chainStage.ts';
import { findChromium } from './chromium.ts';
import { fact, faultsOf, go, take } from './flows.ts';
import { picture } from './pictures.ts';

const LIMIT_MS = 240_000;
const DEPOSITS = { alice: 100_000, bob: 100_000, carol: 11_000 };
/** Time for what is drawn later: charts, code that comes on demand. */
const SETTLE_MS = 2_500;

let stage: ChainStage;
let symbol: string;

beforeAll(async () => {
  if (findChromium() === null) return;
  stage = await ChainStage.start(DEPOSITS);
  symbol = stage.nearCalls()[1]!;
  await trade(stage.chain, { seller: 'alice', buyer: 'bob', series: symbol, size: 0.5 });
  await trade(stage.chain, { seller: 'carol', buyer: 'bob', series: symbol, size: 1 });
  await stage.run();
}, LIMIT_MS);

afterAll(async () => {
  if (findChromium() !== null) expect(await stage.stop()).toEqual([]);
}, LIMIT_MS);

const open = (hash: string, width: number) => stage.open(hash, { width });

async function look(page: Page, name: string, width: number): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  await picture(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect([name, width, wide]).toEqual([name, width, width]);
  expect([name, await accessibilityFaults(page)]).toEqual([name, []]);
}

/** Beside the index of the header its candles, in percent. */
async function lookAtVolatility(page: Page, width: number): Promise<void> {
  const shown = await page
    .locator('dt', { hasText: /^30-day IV$/ })
    .locator('+ dd')
    .innerText();
  expect(shown).toMatch(/^\d+\.\d\d%$/);
  await page.getByRole('button', { name: 'Vol', exact: true }).click();
  await page.getByRole('img', { name: /^Chart of the volatility index of BTC, .*%$/ }).waitFor();
  await look(page, 'volatility', width);
}

const PAGES = {
  trade: '#/trade/BTC',
  surface: '#/surface/BTC',
  liquidations: '#/liquidations',
  network: '#/network',
} as const;

for (const width of [1_440, 390]) {
  browserTest(
    `pages ${width} pixels wide have no faults, fit, and can be read by everybody`,
    async () => {
      const opened = await open('#/trade/BTC', width);
      for (const [name, hash] of Object.entries(PAGES)) {
        await go(opened.page, hash);
        await look(opened.page, name, width);
        if (name === 'trade') await lookAtVolatility(opened.page, width);
      }
      expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
      await opened.close();
    },
    LIMIT_MS,
  );

  browserTest(
    `an account and a strategy, ${width} pixels wide, say what they are worth`,
    async () => {
      const opened = await open('#/account', width);
      const { page } = opened;
      await take(page, 'alice');
      await page.getByRole('link', { name: symbol }).waitFor();
      expect(await fact(page, 'Marked value')).toBeGreaterThan(90_000);
      await page.getByText('computed again here').waitFor();
      // The margin and why it is so are of one block, which both name.
      const [one, other] = await page.getByText(/^block [\d,]+$/).allInnerTexts();
      expect([one, other]).toEqual([expect.stringMatching(/^block \d/), one]);
      await page.getByText(/↑ \+[\d.]+%/).waitFor();
      await look(page, 'account', width);
      await go(page, '#/builder/BTC');
      await page.getByRole('button', { name: 'Iron condor' }).click();
      await page.getByText('Most to lose').waitFor();
      expect(await fact(page, 'Most to win')).toBeGreaterThan(0);
      await page.getByText(/→/).first().waitFor();
      await look(page, 'builder', width);
      expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
      await opened.close();
    },
    LIMIT_MS,
  );
}

browserTest(
  'a gateway serves the page, too, which talks to the node that it follows',
  async () => {
    const gateway = await stage.gateway('alice');
    const opened = await stage.browser.open(`${gateway.page!}#/account`);
    const { page } = opened;
    await take(page, 'alice');
    await page.getByRole('link', { name: symbol }).waitFor();
    const node = new URL(stage.readSide.api.url).host;
    expect(await page.locator('footer').innerText()).toContain(node);
    expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
    await opened.close();
    await gateway.close();
  },
  LIMIT_MS,
);

browserTest(
  'a liquidation is seen by whose account it is, and by everybody else with its auction',
  async () => {
    const carol = await open('#/account', 1_440);
    await take(carol.page, 'carol');
    await carol.page.getByRole('link', { name: symbol }).waitFor();
    const { chain } = stage;
    chain.market = { ...chain.market, btc: chain.market.btc + 7_000 };
    await carol.page.getByText('under liquidation').waitFor();
    await look(carol.page, 'breached', 1_440);
    const other = await open('#/liquidations', 1_440);
    await other.page.getByRole('button', { name: 'Connect to bid' }).waitFor();
    await other.page.getByText(/^Breached: maintenance margin/).waitFor();
    await look(other.page, 'auction', 1_440);
    expect([faultsOf(carol), faultsOf(other)]).toEqual([[], []]);
    await carol.close();
    await other.close();
  },
  LIMIT_MS,
);
