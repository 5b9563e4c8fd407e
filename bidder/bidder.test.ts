import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as liquidation from '../proto/gen/tenor.liquidation.v1.ts';
import { TenorClient, keySigner } from '../client/index.ts';
import { TestChain } from '../test/harness/chain.ts';
import { ChainRpc } from '../test/harness/chainRpc.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  marginOf,
  markOf,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from '../test/harness/trading.ts';
import { Bidder } from './bidder.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import { runBidder } from './runBidder.ts';
import type { Limits } from './limits.ts';
import type { BidderEvent } from './report.ts';

const USD = 1_000_000n;

let chain: TestChain;
let rpc: ChainRpc;
let url: string;
let series: string;
let events: BidderEvent[];

const kinds = () => events.map(({ kind }) => kind);
const keyOf = (name: string) => createHash('sha256').update(`user ${name}`).digest();
const alice = () => chain.user('alice');
const carol = () => chain.user('carol');
const shortOf = (name: string) =>
  -(accountOf(chain, chain.user(name)).positions[0]?.position?.quantity ?? 0n);
const isFlagged = () =>
  chain.query(
    '/tenor.liquidation.v1.Query/Liquidations',
    liquidation.QueryLiquidationsRequest,
    liquidation.QueryLiquidationsResponse,
    {},
  ).flags.length > 0;

/** Alice is short a call of bob's and in breach once BTC is at 72,000; carol has cash to bid. */
beforeEach(async () => {
  events = [];
  chain = await TestChain.start({ alone: true, users: ['alice', 'bob', 'carol', 'dave'] });
  rpc = new ChainRpc(chain);
  url = await rpc.listen();
  for (let i = 0; i < 8; i++) await rpc.block();
  const users = [alice(), chain.user('bob'), carol()];
  for (const [i, user] of users.entries()) {
    rpc.waiting.push(chain.sign(user, [depositMsg(user, [12_000, 500_000, 300_000][i]!)], FEE));
  }
  await rpc.block();
  series = seriesOf(chain, 'BTC').find((s) => s.symbol.endsWith('-C'))!.symbol;
  const order = { series, size: 1, price: Math.round(markOf(chain, series) / 5) * 5 };
  for (const [user, side] of [
    [users[0]!, Side.SIDE_SELL] as const,
    [users[1]!, Side.SIDE_BUY] as const,
  ]) {
    rpc.waiting.push(chain.sign(user, [orderMsg(user, { ...order, side })]));
  }
  await rpc.block();
  expect(shortOf('alice')).toBe(10_000n);
});
afterEach(async () => {
  await rpc.close();
  await chain.close();
});

async function breach(): Promise<void> {
  chain.market = { ...chain.market, btc: 72_000 };
  for (let i = 0; i < 6 && !isFlagged(); i++) await rpc.block();
  expect(isFlagged()).toBe(true);
}

async function newBidder(limits: Partial<Limits> = {}, bidWaitMs?: number): Promise<Bidder> {
  const client = await TenorClient.connect(url, { signer: keySigner(keyOf('carol')) });
  expect(client.owner).toBe(carol().address);
  const report = (event: BidderEvent) => void events.push(event);
  return new Bidder(client, { ...DEFAULT_LIMITS, ...limits }, report, bidWaitMs);
}

/** A round, with a block for what it sends. */
async function round(bidder: Bidder): Promise<void> {
  let isDone = false;
  const work = bidder.round().finally(() => (isDone = true));
  while (!isDone) {
    if (rpc.waiting.length > 0) await rpc.block();
    await sleep(10);
  }
  await work;
}

/** Rounds, a block a second, until something holds. */
async function rounds(bidder: Bidder, holds: () => boolean, limit = 40): Promise<void> {
  for (let i = 0; !holds(); i++) {
    if (i === limit) throw new Error(`not within ${limit} rounds: ${JSON.stringify(kinds())}`);
    await round(bidder);
    if (!holds()) await rpc.block();
  }
}

describe('the reference bidder', () => {
  test('takes a slice of an account in breach, which frees it', async () => {
    await breach();
    const bidder = await newBidder();
    const before = accountOf(chain, carol()).subaccount!.cashUusd;
    const valueBefore = marginOf(chain, carol()).markToMarketUusd;
    await rounds(bidder, () => events.some(({ kind }) => kind === 'cleared'));
    const [bid] = events.filter((event) => event.kind === 'bid');
    const [cleared] = events.filter((event) => event.kind === 'cleared');
    expect(cleared!.filledPpb > 0n).toBe(true);
    expect(bid!.edgeUusd > 0n).toBe(true);
    const took = shortOf('carol');
    expect(took > 0n && took + shortOf('alice') === 10_000n).toBe(true);
    // It was paid to take it: premium at the mark, and what the discount left.
    expect(accountOf(chain, carol()).subaccount!.cashUusd).toBeGreaterThan(before);
    expect(marginOf(chain, carol()).markToMarketUusd).toBeGreaterThan(valueBefore);
    await rounds(bidder, () => !isFlagged());
    expect(marginOf(chain, alice()).maintenanceUusd).toBeGreaterThanOrEqual(0n);
    expect(kinds().filter((kind) => kind === 'refused')).toEqual([]);
  });

  test('never holds more than its limit of an underlying', async () => {
    await breach();
    // A tenth of a contract at 72,000.
    const limit = 7_200n * USD;
    const bidder = await newBidder({ maxNotionalUusd: limit, minEdgePpm: 0n, volDoubt: 0 });
    await rounds(bidder, () => events.some((e) => e.kind === 'passed' && e.why === 'noRoom'));
    const held = shortOf('carol');
    expect(held > 900n && held * 72_000n * 100n <= limit).toBe(true);
    for (let i = 0; i < 5; i++) {
      await round(bidder);
      await rpc.block();
    }
    expect(shortOf('carol')).toBe(held);
  });

  test('a second life bids neither twice nor above the limit', async () => {
    await breach();
    const limit = 21_600n * USD;
    const limits = { maxNotionalUusd: limit, minEdgePpm: 0n, volDoubt: 0 };
    const first = await newBidder(limits);
    await rounds(first, () => kinds().includes('bid'));
    // Killed while its bid is in the mempool: this one comes before the next may bid.
    const second = await newBidder(limits);
    const bids = () => kinds().filter((kind) => kind === 'bid').length;
    const before = bids();
    await round(second);
    expect(bids()).toBe(before);
    await rounds(second, () => events.some((e) => e.kind === 'passed' && e.why === 'noRoom'));
    expect(shortOf('carol') * 72_000n * 100n).toBeLessThanOrEqual(limit);
  });

  test('does nothing while prices are not live, and goes on when they are', async () => {
    await breach();
    const nothing = new Map([0, 1, 2, 3].map((i) => [i, null]));
    for (let i = 0; i < 4; i++) await rpc.block({ reports: nothing, afterMs: 9_000 });
    const bidder = await newBidder();
    for (let i = 0; i < 4; i++) {
      await round(bidder);
      await rpc.block({ reports: nothing, afterMs: 9_000 });
    }
    expect(events).toMatchObject([{ kind: 'passed', why: 'notLive' }]);
    await rounds(bidder, () => kinds().includes('cleared'));
  });

  test('leaves an account alone for longer each time it can carry none', async () => {
    rpc.waiting.push(chain.sign(carol(), [withdrawMsg(carol(), 299_995)], FEE));
    await rpc.block();
    await breach();
    const bidder = await newBidder({ minEdgePpm: 0n, volDoubt: 0 });
    const refused = () => events.filter((event) => event.kind === 'refused');
    await rounds(bidder, () => refused().length === 3, 60);
    expect(refused()[0]).toMatchObject({ codespace: 'liquidation', code: 7 });
    const heights = refused().map(({ height }) => height);
    expect(heights[1]! - heights[0]!).toBeGreaterThanOrEqual(2);
    expect(heights[2]! - heights[1]!).toBeGreaterThanOrEqual(4);
    expect(shortOf('carol')).toBe(0n);
  });

  test('bids nothing more until one whose answer is lost cannot come any more', async () => {
    await breach();
    const bidder = await newBidder({ maxFractionPpb: 10_000_000n }, 2_000);
    await rounds(bidder, () => kinds().includes('cleared'));
    events.length = 0;
    const sending = bidder.round();
    while (rpc.waiting.length === 0) await sleep(10);
    // It is in the mempool, and the node that took it is gone.
    rpc.isDown = true;
    await sending;
    expect(kinds().filter((kind) => kind !== 'cleared')).toEqual(['bid', 'lost']);
    rpc.isDown = false;
    const sentMs = chain.timeMs;
    await rounds(bidder, () => kinds().filter((kind) => kind === 'bid').length === 2);
    expect(chain.timeMs - sentMs).toBeGreaterThan(10_000);
  });
});

describe('a bidder as a program', () => {
  test('funds its account once, waits for a node that is down, and ends when told to', async () => {
    const dave = chain.user('dave');
    const options = {
      ...{ url, signer: keySigner(keyOf('dave')), subaccount: 0, limits: DEFAULT_LIMITS },
      ...{ fundUusd: 50_000n * USD, report: (event: BidderEvent) => void events.push(event) },
    };
    for (const life of [1, 2]) {
      rpc.isDown = life === 2;
      const stop = new AbortController();
      const running = runBidder(options, stop.signal);
      const until = async (kind: BidderEvent['kind']) => {
        while (!kinds().includes(kind)) {
          if (rpc.waiting.length > 0) await rpc.block();
          await sleep(10);
        }
      };
      if (life === 2) {
        await until('trouble');
        rpc.isDown = false;
      }
      await until('started');
      stop.abort();
      expect(await running).toEqual({ bids: 0, filled: 0, refused: 0, lost: 0 });
      const started = life === 1 ? ['deposited', 'started'] : ['trouble', 'started'];
      expect(kinds()).toEqual([...started, 'stopped']);
      events.length = 0;
    }
    expect(accountOf(chain, dave).subaccount!.cashUusd).toBe(50_000n * USD);
  });

  test('does not begin on another chain', async () => {
    const options = { url, signer: keySigner(keyOf('carol')), limits: DEFAULT_LIMITS };
    const run = runBidder(
      { ...options, subaccount: 0, chainId: 'other-1', report: () => undefined },
      new AbortController().signal,
    );
    await expect(run).rejects.toMatchObject({ kind: 'wrongChain' });
  });
});
