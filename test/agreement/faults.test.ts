import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import { sourceNames } from '../../testnet/market/faults.ts';
import type { Mode, SourceName } from '../../testnet/market/faults.ts';
import { DONE, FaultStage } from '../harness/faultStage.ts';
import { Side, markOf } from '../harness/trading.ts';

const { FEED_STATUS_HALTED, FEED_STATUS_LIVE, FEED_STATUS_RECOVERING } = FeedStatus;
const { FEED_STATUS_STALE } = FeedStatus;
const OPTION_SOURCES = ['deribit', 'okx', 'bybit', 'binance_options'] as const;
const LIMIT_MS = 180_000;

let stage: FaultStage;

afterEach(async () => {
  await stage.close();
});

const begin =
  (alone = false) =>
  async (): Promise<void> => {
    stage = await FaultStage.start(alone);
  };

describe('one source of eight', () => {
  beforeEach(begin(true), LIMIT_MS);

  test.each<[string, Mode, number]>([
    ['frozen', 'freeze', 0],
    ['skewed by half', 'skew', 0.5],
    ['cut', 'off', 0],
  ])(
    'that is %s moves nothing and stops nothing, whichever it is',
    async (_what, mode, by) => {
      const { market } = stage;
      let price = 64_000;
      for (const source of sourceNames) {
        stage.fault(source, mode, by);
        const mark = markOf(market.chain, stage.call);
        // The market goes on without it, down and up by half a percent.
        price = price === 64_000 ? 63_680 : 64_000;
        market.world.set('BTC', { price });
        await market.seconds(36, 9_000);
        await stage.expectBusinessAt(price, source);
        // A call moves by less than its index.
        expect(Math.abs(markOf(market.chain, stage.call) - mark)).toBeLessThan(64_000 * 0.005);
        stage.fault(source, 'normal');
        await market.seconds(9, 9_000);
      }
    },
    LIMIT_MS,
  );

  test(
    'with one row of its options mad, or all of an expiry, costs no surface',
    async () => {
      const vols = () => stage.feeds().map(({ volsBp }) => volsBp);
      const before = vols();
      const rows: readonly (readonly [SourceName, string])[] = [
        ['deribit', 'BTC-25JUN27-64000-C'],
        ['deribit', 'BTC-27NOV26'],
        ['okx', 'BTC-USD-261225'],
        ['bybit', 'BTC-25DEC26'],
        ['binance_options', 'BTC-261225'],
      ];
      for (const [source, row] of rows) {
        const { world } = stage.market;
        world.fault(() => world.faults.setRow({ source, row, mode: 'mad', by: 0 }));
        await stage.market.seconds(36, 9_000);
        await stage.expectBusinessAt(64_000, row);
        const moved = vols().flatMap((slice, i) => slice.map((v, j) => v / before[i]![j]! - 1));
        expect([row, moved.filter((share) => Math.abs(share) > 0.02)]).toEqual([row, []]);
        stage.fault(source, 'normal');
      }
    },
    LIMIT_MS,
  );
});

describe('one validator of four', () => {
  beforeEach(begin(), LIMIT_MS);

  test(
    'all of whose sources lie is outvoted in everything, and counted',
    async () => {
      const { market } = stage;
      const liar = market.otherWorld((world) => {
        world.set('BTC', { price: 96_000, vol: 2 });
        world.set('ETH', { price: 1_600, vol: 0.1 });
        world.setCoin('USDT', { price: 0.8 });
      });
      const before = stage.feeds();
      const outliers = stage.votes().map((v) => v.outliers);
      market.feeders[2]!.lookAt(liar);
      await market.seconds(40, 5_000);
      await stage.expectBusinessAt(64_000, 'a liar');
      const { prices, stablecoins } = stage.prices();
      expect(prices[1]!.price!.indexUusd).toBe(3_200_000_000n);
      expect(stablecoins.map(({ priceUusd }) => priceUusd)).toEqual([1_000_000n, 1_000_000n]);
      // Medians of three that agree and one that does not are what the three say.
      const after = stage.feeds().map(({ volsBp }) => volsBp);
      for (const [i, { volsBp }] of before.entries()) {
        for (const [j, vol] of volsBp.entries()) {
          expect(Math.abs(after[i]![j]! / vol - 1)).toBeLessThan(0.005);
        }
      }
      const grown = stage.votes().map((v, i) => v.outliers - outliers[i]!);
      expect(grown.filter((count) => count > 5n)).toHaveLength(1);
    },
    LIMIT_MS,
  );

  test.each([
    ['ahead', 30_000],
    ['behind', -30_000],
  ])(
    'whose clock is 30 s %s moves and stops nothing',
    async (_what, aheadMs) => {
      const { market } = stage;
      market.feeders[1]!.clockAheadMs = aheadMs;
      market.world.set('BTC', { price: 64_320 });
      await market.seconds(40, 5_000);
      await stage.expectBusinessAt(64_320, `${aheadMs} ms`);
      // It says that its prices are old, or can believe none: neither ages what the others say.
      const { seenMs, reportedPower, quorumPower } = stage.btc();
      expect(BigInt(market.chain.timeMs) - seenMs).toBeLessThan(5_000n);
      expect(reportedPower).toBeGreaterThanOrEqual(quorumPower);
    },
    LIMIT_MS,
  );
});

test(
  'feeders dead on two, then everywhere for two minutes, come back after a jump of 20%',
  async () => {
    await begin()();
    const { market } = stage;
    const price = stage.fair();
    const dead = (indexes: readonly number[], isDead: boolean) =>
      indexes.forEach((i) => (market.feeders[i]!.isDead = isDead));
    dead([1, 2], true);
    await market.seconds(20, 5_000);
    expect(stage.btc()).toMatchObject({ status: FEED_STATUS_STALE, indexUusd: 64_000_000_000n });
    await stage.expectOnlyReductions(price);

    dead([0, 3], true);
    market.world.set('BTC', { price: 76_800, vol: 0.8 });
    await market.seconds(120, 5_000);
    expect(stage.btc()).toMatchObject({ status: FEED_STATUS_HALTED, indexUusd: 64_000_000_000n });
    expect(stage.surfaces()).toEqual([FEED_STATUS_HALTED]);
    await stage.expectOnlyReductions(price);
    expect(stage.flags()).toEqual([]);

    dead([0, 1, 2, 3], false);
    await market.until(() => stage.surfaces().includes(FEED_STATUS_RECOVERING), 1_000, 4);
    expect(stage.btc()).toMatchObject({
      ...{ status: FEED_STATUS_RECOVERING, indexUusd: 76_800_000_000n },
    });
    // Under water at once, and flagged; nothing is done to it before five fresh quorums.
    expect(stage.maintenance('alice')).toBeLessThan(0n);
    expect(stage.flags()).toMatchObject([{ owner: stage.user('alice').address, steps: 0 }]);
    await stage.offer();
    while (stage.btc().status === FEED_STATUS_RECOVERING) {
      expect(stage.held('alice')).toBe(-5_000n);
      expect(stage.btc().freshCount).toBeLessThan(5);
      await market.block();
    }
    // The books reopen with an auction first, which is the longer the outage was.
    await market.until(() => stage.held('alice') > -5_000n, 5_000, 120);
    expect(stage.btc().freshCount).toBeGreaterThanOrEqual(5);
  },
  LIMIT_MS,
);

test(
  'while volatilities triple and their sources are out, nobody is liquidated on the old ones',
  async () => {
    await begin()();
    const { market } = stage;
    const price = stage.fair();
    for (const source of OPTION_SOURCES) stage.fault(source, 'off');
    market.world.set('BTC', { vol: 1.65 });
    // What feeders saw last is reported with its age.
    await market.seconds(45, 5_000);
    expect([stage.btc().status, ...stage.surfaces()]).toEqual([
      ...[FEED_STATUS_LIVE, FEED_STATUS_STALE],
    ]);
    expect(await stage.order('carol', Side.SIDE_BUY, 0.1, stage.fair())).toBe('clob/6');
    market.world.set('BTC', { price: 70_400 });
    await market.seconds(100, 5_000);
    expect([stage.btc().status, ...stage.surfaces()]).toEqual([
      ...[FEED_STATUS_LIVE, FEED_STATUS_HALTED],
    ]);
    expect(stage.btc().indexUusd).toBe(70_400_000_000n);
    expect(stage.maintenance('alice')).toBeLessThan(0n);
    expect(stage.flags()).toEqual([]);
    await stage.expectOnlyReductions(price);

    for (const source of OPTION_SOURCES) stage.fault(source, 'normal');
    await market.until(() => stage.surfaces().includes(FEED_STATUS_RECOVERING), 1_000, 8);
    expect(stage.held('alice')).toBe(-5_000n);
    await market.until(() => stage.flags().length === 1, 1_000, 3);
    await stage.offer();
    await market.until(() => stage.held('alice') > -5_000n, 1_000, 30);
  },
  LIMIT_MS,
);

test(
  'a stablecoin at 0.9 moves no index, though three of seven venues quote in it',
  async () => {
    await begin()();
    stage.market.world.setCoin('USDT', { price: 0.9 });
    await stage.market.seconds(20, 5_000);
    expect(stage.prices().stablecoins[0]!.priceUusd).toBe(900_000n);
    await stage.expectBusinessAt(64_000, 'USDT at 0.9');
    expect(await stage.order('carol', Side.SIDE_BUY, 0.1, stage.fair())).toBe(DONE);
  },
  LIMIT_MS,
);
