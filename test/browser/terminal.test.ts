import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { control, eventually } from '../e2e/client.ts';
import { accessibilityFaults } from './accessible.ts';
import type { Opened } from './browser.ts';
import { browserTest } from './browserTest.ts';
import { findChromium } from './chromium.ts';
import { deposit, fact, faultsOf, go, heightOf, lieAboutWallets, order } from './flows.ts';
import { seen, take, withdraw } from './flows.ts';
import { pictures } from './pictures.ts';
import { Stage } from './stage.ts';

// A newcomer's first half hour on a real network, in minutes: series expire two minutes ahead.

const LIMIT_MS = 420_000;
const START = 64_000;
/** Whose page the newcomer has open; the makers quote by others. */
const HOME = 3;
/** Until an expiry that is bought now: enough on a slow machine, and not too long to wait for. */
const LEAST_LEFT_MS = 45_000;

let stage: Stage;
let alice: Opened;
let page: Page;
/** The expiry that alice has bought a call of. */
let bought: Expiry = { symbol: '', expiry: '', endsMs: 0 };

beforeAll(async () => {
  if (findChromium() === null) return;
  stage = await Stage.start({ preset: 'fast-expiry', history: true, blockTimeMs: 1_500 });
  await moveTo(START);
  alice = await stage.open('#/trade/BTC', { node: HOME });
  page = alice.page;
}, LIMIT_MS);

afterAll(async () => {
  if (findChromium() !== null) await stage.stop();
}, LIMIT_MS);

const moveTo = (index: number) =>
  control(stage.network.market.url, { underlying: 'BTC', price: String(index), hold: true });

interface Expiry {
  readonly symbol: string;
  readonly expiry: string;
  readonly endsMs: number;
}

/** The call nearest to the money with a bid and an ask, of the first expiry that is so far away. */
async function nearMoney(leastLeftMs: number): Promise<Expiry> {
  interface Market {
    readonly symbol: string;
    readonly expiry: string;
    readonly kind: string;
    readonly strikeUusd: string;
    readonly expirySeconds: string;
    readonly bid: object | null;
    readonly ask: object | null;
  }
  return eventually(
    'a call that is quoted on both sides',
    async () => {
      const answer = await fetch(stage.url('tenor/v1/markets?underlying=BTC&limit=400'));
      const { markets } = (await answer.json()) as { markets: Market[] };
      const ends = (market: Market) => 1_000 * Number(market.expirySeconds);
      const distance = (market: Market) => Math.abs(Number(market.strikeUusd) / 1e6 - START);
      const [found] = markets
        .filter(({ kind, bid, ask }) => kind === 'call' && bid !== null && ask !== null)
        .filter((market) => ends(market) > Date.now() + leastLeftMs)
        .toSorted((a, b) => ends(a) - ends(b) || distance(a) - distance(b));
      if (found === undefined) return undefined;
      const [, expiry = ''] = found.symbol.split('-');
      return { symbol: found.symbol, expiry, endsMs: ends(found) };
    },
    LIMIT_MS,
  );
}

browserTest(
  'a newcomer sees the chain move, takes alice, buys a call at the ask, and has a position',
  async () => {
    await page.getByRole('region', { name: 'Option chain' }).waitFor();
    const before = await heightOf(page);
    await eventually('two more blocks on the page', async () =>
      (await heightOf(page)) > before + 1 ? true : undefined,
    );
    await take(page, 'alice');
    await deposit(page, '100,000');
    const call = await nearMoney(LEAST_LEFT_MS);
    bought = call;
    await order(page, { ...call, side: 'buy', size: '0.2' });
    await seen(page, /^Bought 0\.2/);
    await pictures(page, 'bought');
    await go(page, '#/account');
    await page.getByRole('link', { name: call.symbol }).waitFor();
    expect(await fact(page, 'Marked value')).toBeGreaterThan(99_000);
    expect(await fact(page, 'Free for new risk')).toBeGreaterThan(90_000);
    await page.getByText('computed again here').waitFor();
    await go(page, `#/builder/BTC/${call.symbol}:1`);
    await page.getByRole('img', { name: /^Profit over the index/ }).waitFor();
  },
  LIMIT_MS,
);

browserTest(
  'a spread is sold from the builder, after its payoff and margin are shown',
  async () => {
    await go(page, '#/builder/BTC');
    await page.getByRole('group', { name: 'Direction' }).getByText('Sell').click();
    await page.getByLabel('Contracts').fill('0.2');
    await page.getByRole('button', { name: 'Call spread' }).click();
    await page.getByText('Most to lose').waitFor();
    expect(await fact(page, 'Most to win')).toBeGreaterThan(0);
    await seen(page, /→/);
    await pictures(page, 'spread');
    await page.getByRole('button', { name: 'Send 2 legs' }).click();
    await page.getByText('Strategy sent', { exact: true }).waitFor();
    await page.getByText(/^BTC-\S+ filled 0\.2; BTC-\S+ filled 0\.2$/).waitFor();
  },
  LIMIT_MS,
);

browserTest(
  'a light client in the page proves wallet, cash and positions, and catches a node that lies',
  async () => {
    const verify = page.getByRole('switch', { name: /Verif/i });
    await verify.click();
    await page.getByRole('switch', { name: /^Verified · block/ }).waitFor();
    const [, numbers = '', signed = '', all = ''] =
      /^(\d+) numbers proved; (\d+) of (\d+) voting power/.exec(
        (await verify.getAttribute('title')) ?? '',
      ) ?? [];
    // Wallet, cash, how many positions, and each of the three: a call, and both legs of a spread.
    expect(Number(numbers)).toBeGreaterThanOrEqual(5);
    expect(3 * Number(signed)).toBeGreaterThan(2 * Number(all));
    const stopLying = await lieAboutWallets(page);
    await page.getByRole('switch', { name: 'NOT VERIFIED' }).waitFor();
    const alarm = page.getByRole('alert').filter({ hasText: 'Not verified.' });
    const said = /The wallet: the node says [\d,.]+1 USD, the chain has [\d,.]+ USD/;
    await alarm.filter({ hasText: said }).waitFor();
    await pictures(page, 'lie');
    await stopLying();
    await page.getByRole('switch', { name: /^Verified · block/ }).waitFor();
    expect(await alarm.count()).toBe(0);
    await verify.click();
  },
  LIMIT_MS,
);

browserTest(
  'what was sent is found in the explorer, decoded, and can be read by everybody',
  async () => {
    const owner = stage.network.accounts.find(({ name }) => name === 'alice')!.address;
    await go(page, '#/explorer');
    await page.getByLabel(/^Height, hash/).fill(owner);
    await page.getByRole('button', { name: 'Find' }).click();
    // Until then the page shows a block, with what others sent.
    await page.getByText(`Latest transactions of ${owner}`).waitFor();
    const sent = page.getByRole('article');
    await sent.nth(2).waitFor();
    expect(await sent.getByText('done', { exact: true }).count()).toBe(await sent.count());
    await sent.first().locator('summary').first().click();
    await sent.first().getByText('sender', { exact: false }).first().waitFor();
    await pictures(page, 'explorer');
    expect(await accessibilityFaults(page)).toEqual([]);
    await sent.first().getByRole('link').last().click();
    await page.getByText('Proposer').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  },
  LIMIT_MS,
);

browserTest(
  'an order that rests is cancelled with all others by one click',
  async () => {
    const call = await nearMoney(10 * LEAST_LEFT_MS);
    await order(page, { ...call, side: 'buy', size: '0.1', price: '5' });
    await seen(page, /^Order \d+ rests$/);
    await go(page, '#/account');
    await page.getByRole('button', { name: 'Cancel all' }).click();
    await page.getByText('No open orders').waitFor();
  },
  LIMIT_MS,
);

browserTest(
  'a liquidation is seen by the one, and bid for by the other',
  async () => {
    const carol = await stage.open('#/account');
    await take(carol.page, 'carol');
    await deposit(carol.page, '40,000');
    const call = await nearMoney(10 * LEAST_LEFT_MS);
    await order(carol.page, { ...call, side: 'sell', size: '0.4' });
    await seen(carol.page, /^Sold 0\.4/);
    await go(carol.page, '#/account');
    await carol.page.getByRole('link', { name: call.symbol }).waitFor();
    const free = await fact(carol.page, 'Free for new risk');
    await withdraw(carol.page, String(Math.floor(0.95 * free)));
    await eventually('the withdrawal on the page', async () =>
      (await fact(carol.page, 'Free for new risk')) < free / 2 ? true : undefined,
    );
    // The page says how far the market may go: just beyond it she is under liquidation.
    const distance = carol.page.getByText(/↑ \+[\d.]+%/);
    const share = /\+([\d.]+)%/.exec(await distance.innerText())![1]!;
    let index = Math.ceil(START * (1 + Number(share) / 100));
    const isFlagged = () =>
      carol.page
        .getByText('under liquidation')
        .waitFor({ timeout: 10_000 })
        .then(() => true)
        .catch(() => false);
    do {
      index += 1_000;
      expect(index).toBeLessThan(1.4 * START);
      await moveTo(index);
    } while (!(await isFlagged()));
    // Deep enough that it is not over with the next volatility.
    await moveTo(index + 1_000);
    await pictures(carol.page, 'breached');
    await go(page, '#/liquidations');
    await page.getByRole('button', { name: 'Bid', exact: true }).click();
    await page.getByText('Bid sent', { exact: true }).waitFor();
    await seen(page, /sold at [\d.]+% of its value/);
    await pictures(page, 'liquidation');
    expect([faultsOf(carol), carol.strangers]).toEqual([[], []]);
    await carol.close();
  },
  LIMIT_MS,
);

browserTest(
  'an expiry settles, and its payout is told, with a history as a file',
  async () => {
    await go(page, '#/account');
    await page.getByRole('link', { name: new RegExp(`^BTC-${bought.expiry}-`) }).waitFor({
      state: 'detached',
      timeout: Math.max(bought.endsMs - Date.now(), 0) + 60_000,
    });
    await page.getByRole('button', { name: 'Settlements' }).click();
    await page.getByText('Settled at').waitFor();
    await pictures(page, 'settled');
    await page.getByRole('button', { name: 'History', exact: true }).click();
    await page.getByRole('cell', { name: 'Settlement', exact: true }).waitFor();
    await page.getByRole('cell', { name: 'Deposit', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Fills' }).click();
    await page.getByRole('cell', { name: bought.symbol }).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download CSV' }).click(),
    ]);
    const rows = readFileSync(await file.path(), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(rows[0]).toBe('time,series,side,contracts,price_usd,fee_usd,realised_usd,role');
    expect(rows.at(-1)).toMatch(new RegExp(`^20[^,]*Z,${bought.symbol},buy,0\\.2,`));
    expect(rows.length).toBeGreaterThan(3);
    // No error, no broken policy, and nothing left this machine.
    expect([faultsOf(alice), alice.strangers]).toEqual([[], []]);
  },
  LIMIT_MS,
);

browserTest(
  'a page whose node is killed goes on with another one, where its reader was',
  async () => {
    const host = new URL(stage.url('', HOME)).host;
    const footer = page.locator('footer');
    expect(await footer.innerText()).toContain(host);
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { seen });
      const bar = document.querySelector('footer')!;
      const watch = { subtree: true, childList: true, characterData: true };
      new MutationObserver(() => seen.push(bar.textContent)).observe(bar, watch);
    });
    await stage.network.stopValidator(HOME);
    await page.getByText('Live', { exact: true }).waitFor();
    await eventually('another node', async () =>
      (await footer.innerText()).includes(host) ? undefined : true,
    );
    const said = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    expect(said.join('\n')).toMatch(/Connection lost|No block for/);
    const then = await heightOf(page);
    await eventually('blocks again', async () =>
      (await heightOf(page)) > then + 1 ? true : undefined,
    );
    // Who one was, and what one does, goes through the other node from now on.
    const call = await nearMoney(10 * LEAST_LEFT_MS);
    await order(page, { ...call, side: 'buy', size: '0.1', price: '10' });
    await seen(page, / at 10$/);
    await pictures(page, 'recovered');
    expect(alice.strangers).toEqual([]);
  },
  LIMIT_MS,
);
