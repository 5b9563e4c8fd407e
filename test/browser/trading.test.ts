import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { FEE, Side, markOf, orderMsg } from '../harness/trading.ts';
import type { OrderArgs } from '../harness/trading.ts';
import { seedOf } from '../harness/keys.ts';
import { browserTest } from './browserTest.ts';
import { ChainStage } from './chainStage.ts';
import { findChromium } from './chromium.ts';
import { FakeKeplr } from './fakeKeplr.ts';
import { deposit, faultsOf, go, seen, seenAnew, take } from './flows.ts';

// What traders do with the ticket, their orders and their keys, on a chain in this process.

const LIMIT_MS = 180_000;

let stage: ChainStage;
/** A call at which bob bids and offers ten contracts each. */
let symbol: string;
let mark: number;

beforeAll(async () => {
  if (findChromium() === null) return;
  stage = await ChainStage.start({ alice: 100_000, bob: 900_000 });
  const { chain } = stage;
  symbol = stage.nearCalls()[2]!;
  mark = Math.round(markOf(chain, symbol) / 5) * 5;
  const bob = chain.user('bob');
  const quote = (side: OrderArgs['side'], price: number) =>
    orderMsg(bob, { series: symbol, side, size: 10, price });
  const quotes = [quote(Side.SIDE_BUY, mark - 50), quote(Side.SIDE_SELL, mark + 50)];
  await chain.block({ txs: [chain.sign(bob, quotes, FEE)] });
  await stage.run();
}, LIMIT_MS);

afterAll(async () => {
  if (findChromium() !== null) expect(await stage.stop()).toEqual([]);
}, LIMIT_MS);

const seriesHash = () => `#/trade/BTC/${symbol.split('-')[1]!}/${symbol}`;
const form = (page: Page) => page.getByRole('form', { name: 'Order' });
const rows = (page: Page) => page.getByRole('tabpanel').locator('tbody tr');

/** Types an order into the ticket; `send` is what the button says first. */
async function typed(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(fields)) {
    await form(page).getByLabel(name).first().fill(text);
  }
}

const submit = (page: Page, verb: 'Buy' | 'Sell') =>
  form(page).getByRole('button', { name: new RegExp(`^${verb} [\\d.]+ `) });

browserTest(
  'market orders trade within their bound, orders by volatility rest as such',
  async () => {
    const opened = await stage.open(seriesHash());
    const { page } = opened;
    await take(page, 'alice');
    await form(page).getByRole('button', { name: 'Market' }).click();
    await typed(page, { Size: '0.2', 'Highest price': String(mark + 60) });
    await submit(page, 'Buy').click();
    await page.getByText(/^Bought 0\.2 BTC/).waitFor();
    await page.getByText(/^at [\d,.]+, fee [\d.]+ USD$/).waitFor();
    await typed(page, { 'Highest price': String(mark - 200) });
    await submit(page, 'Buy').click();
    await page.getByText('The order failed').waitFor();
    await seen(page, /\[clob\/\d+\]$/);
    await form(page).getByRole('button', { name: 'IV', exact: true }).click();
    await typed(page, { Volatility: '40', 'Highest price': String(mark) });
    await submit(page, 'Buy').click();
    await page.getByText(/^Order \d+ rests$/).waitFor();
    await page.getByRole('tab', { name: /^Orders/ }).click();
    await rows(page)
      .getByText(/^40\.0% ≤ /)
      .waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText('No open orders').waitFor();
    expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
    await opened.close();
  },
  LIMIT_MS,
);

browserTest(
  'an order that rests is replaced in its place, and cancelled, by a click',
  async () => {
    const opened = await stage.open(seriesHash());
    const { page } = opened;
    await take(page, 'alice');
    await typed(page, { Size: '0.3', Price: String(mark - 100) });
    await submit(page, 'Buy').click();
    await page.getByText(/^Order \d+ rests$/).waitFor();
    await page.getByRole('tab', { name: /^Orders/ }).click();
    await page.getByRole('button', { name: 'Change', exact: true }).click();
    await page.getByLabel('New size').fill('0.4');
    await page.getByLabel('New price').fill(String(mark - 80));
    await page.getByRole('button', { name: 'Replace', exact: true }).click();
    await page.getByText(/^Order \d+ replaced$/).waitFor();
    const price = (mark - 80).toLocaleString('en');
    await rows(page).filter({ hasText: '0.4' }).filter({ hasText: price }).waitFor();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByText(/^Order \d+ cancelled$/).waitFor();
    await page.getByText('No open orders').waitFor();
    expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
    await opened.close();
  },
  LIMIT_MS,
);

browserTest(
  'an account that covers itself reads before it signs that it cannot be liquidated',
  async () => {
    const opened = await stage.open('#/account');
    const { page } = opened;
    await take(page, 'carol');
    await deposit(page, '90,000');
    await page.getByRole('radio', { name: /^Covered/ }).click();
    await page.getByText('Covered margin', { exact: true }).waitFor();
    const put = symbol.replace(/-C$/, '-P');
    await go(page, `#/trade/BTC/${put.split('-')[1]!}/${put}`);
    await form(page).getByRole('button', { name: 'Sell', exact: true }).click();
    await typed(page, { Size: '1', Price: String(mark + 500) });
    await form(page).getByText('Cannot be liquidated', { exact: true }).waitFor();
    await form(page).getByText('Most you can lose').waitFor();
    await submit(page, 'Sell').click();
    await page.getByText(/^Order \d+ rests$/).waitFor();
    // Twice of it is more than the cash covers: said by the chain, before anything is signed.
    await typed(page, { Size: '2' });
    await form(page)
      .getByText(/\[[a-z]+\/\d+\]$/)
      .waitFor();
    expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
    await opened.close();
  },
  LIMIT_MS,
);

browserTest(
  'Keplr signs what its owner allows; a session key orders without it, until it is ended',
  async () => {
    const opened = await stage.open(seriesHash());
    const { page } = opened;
    page.setDefaultTimeout(60_000);
    const keplr = await FakeKeplr.of(seedOf('user alice'));
    await keplr.install(page);
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.getByRole('button', { name: 'Connect Keplr' }).click();
    await page.getByRole('button', { name: /^My Keplr/ }).waitFor();
    expect(keplr.asked.slice(0, 3).map(({ what }) => what)).toEqual([
      'suggest',
      'enable',
      'getKey',
    ]);

    keplr.isRefusing = true;
    await typed(page, { Size: '0.1', Price: String(mark + 60) });
    await submit(page, 'Buy').click();
    await page.getByText('The order failed').waitFor();
    await page.getByText('Request rejected').waitFor();
    keplr.isRefusing = false;
    await submit(page, 'Buy').click();
    await page.getByText(/^Bought 0\.1 BTC/).waitFor();

    await page.getByRole('button', { name: /^My Keplr/ }).click();
    await page.getByRole('button', { name: 'Begin a session' }).click();
    await page.getByText('Session granted').waitFor();
    const granted = keplr.prompts;
    await page.reload({ waitUntil: 'domcontentloaded' });
    // Resumed from what this browser keeps, without a word from Keplr.
    await page.getByRole('button', { name: /^My Keplr/ }).waitFor();
    await typed(page, { Size: '0.1', Price: String(mark + 60) });
    await submit(page, 'Buy').click();
    await page.getByText(/^Bought 0\.1 BTC/).waitFor();
    expect(keplr.prompts).toBe(granted);

    await go(page, '#/account');
    await page.getByRole('button', { name: 'End it' }).click();
    await seen(page, 'Session ended');
    await page.getByText('No session keys').waitFor();
    expect(keplr.prompts).toBe(granted + 1);
    await go(page, seriesHash());
    await seenAnew(page, /^Bought 0\.1 BTC/, () => submit(page, 'Buy').click());
    expect(keplr.prompts).toBe(granted + 2);
    expect([faultsOf(opened), opened.strangers]).toEqual([[], []]);
    await opened.close();
  },
  LIMIT_MS,
);

browserTest(
  'a session that was ended from elsewhere is not resumed',
  async () => {
    const opened = await stage.open('#/account');
    const { page } = opened;
    await take(page, 'alice');
    const begin = async (of: Page) => {
      await of
        .locator('header')
        .getByRole('button', { name: /^alice/ })
        .click();
      await of.getByRole('button', { name: 'Begin a session' }).click();
      await of.getByText('Session granted').waitFor();
    };
    await begin(page);
    const other = await stage.open('#/account');
    await take(other.page, 'alice');
    await other.page.getByRole('button', { name: 'End it' }).click();
    await other.page.getByText('No session keys').waitFor();
    await page.reload({ waitUntil: 'domcontentloaded' });
    await page
      .locator('header')
      .getByRole('button', { name: /^alice/ })
      .click();
    await page.getByRole('button', { name: 'Begin a session' }).waitFor();
    expect([faultsOf(opened), faultsOf(other)]).toEqual([[], []]);
    await other.close();
    await opened.close();
  },
  LIMIT_MS,
);
