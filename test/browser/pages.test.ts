import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { root } from '../../testnet/paths.ts';
import { TestChain } from '../harness/chain.ts';
import { trade } from '../harness/crisis.ts';
import { seedOf } from '../harness/keys.ts';
import { TestReadSide } from '../harness/streams.ts';
import { depositMsg, FEE, seriesOf } from '../harness/trading.ts';
import { accessibilityFaults } from './accessible.ts';
import { TestBrowser } from './browser.ts';
import { browserTest } from './browserTest.ts';
import { findChromium } from './chromium.ts';
import { fact, faultsOf, go, take } from './flows.ts';
import { picture } from './pictures.ts';

// The terminal as it is built, on a chain in this process: its own read side, streams and policy.

const LIMIT_MS = 240_000;
const BLOCK_MS = 1_000;
const DEPOSITS = { alice: 100_000, bob: 100_000, carol: 11_000 };
/** Time for what is drawn later: charts, code that comes on demand. */
const SETTLE_MS = 2_500;

let chain: TestChain;
let readSide: TestReadSide;
let browser: TestBrowser;
let symbol: string;
let isOver = false;
let blocks: Promise<void>;
const folder = mkdtempSync(join(tmpdir(), 'tenor-pages-'));

/** Blocks as a network makes them, one a second. */
async function makeBlocks(): Promise<void> {
  while (!isOver) {
    await chain.block();
    await new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
  }
}

beforeAll(async () => {
  if (findChromium() === null) return;
  chain = await TestChain.start({ alone: true });
  for (let i = 0; i < 8; i++) await chain.block();
  const txs = Object.entries(DEPOSITS).map(([name, usd]) =>
    chain.sign(chain.user(name), [depositMsg(chain.user(name), usd)], FEE),
  );
  await chain.block({ txs });
  const calls = seriesOf(chain, 'BTC').filter((series) => series.symbol.endsWith('-C'));
  const distance = ({ strikeUusd }: { strikeUusd: bigint }) =>
    Math.abs(Number(strikeUusd) / 1e6 - chain.market.btc);
  symbol = calls.toSorted((a, b) => distance(a) - distance(b)).at(1)!.symbol;
  await trade(chain, { seller: 'alice', buyer: 'bob', series: symbol, size: 0.5 });
  await trade(chain, { seller: 'carol', buyer: 'bob', series: symbol, size: 1 });
  const accounts = [...chain.users.values()].map(({ name, address }) => {
    const privateKey = Buffer.from(seedOf(`user ${name}`)).toString('hex');
    return { name, address, privateKey };
  });
  const testAccounts = join(folder, 'accounts.json');
  writeFileSync(testAccounts, JSON.stringify(accounts));
  const files = join(root, 'dist', 'terminal');
  readSide = await TestReadSide.start(chain.node, {}, { files, testAccounts });
  await readSide.reader.caughtUp();
  browser = await TestBrowser.start();
  blocks = makeBlocks();
}, LIMIT_MS);

afterAll(async () => {
  if (findChromium() === null) return;
  isOver = true;
  await blocks;
  await browser.stop();
  await readSide.close();
  await chain.close();
  rmSync(folder, { recursive: true, force: true });
  expect(readSide.faults).toEqual([]);
}, LIMIT_MS);

const open = (hash: string, width: number) =>
  browser.open(`${readSide.api.url}/${hash}`, { width });

async function look(page: Page, name: string, width: number): Promise<void> {
  await page.waitForTimeout(SETTLE_MS);
  await picture(page, name);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  expect([name, width, wide]).toEqual([name, width, width]);
  expect([name, await accessibilityFaults(page)]).toEqual([name, []]);
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
  'a liquidation is seen by whose account it is, and by everybody else with its auction',
  async () => {
    const carol = await open('#/account', 1_440);
    await take(carol.page, 'carol');
    await carol.page.getByRole('link', { name: symbol }).waitFor();
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
