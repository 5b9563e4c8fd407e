import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { ExpiryStatus } from '../../proto/gen/tenor.options.v1.ts';
import { FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { settlementPrice } from '../../app/modules/options/core/index.ts';
import { TestChain } from '../harness/chain.ts';
import { seriesOf } from '../harness/trading.ts';

/**
 * Fast expiries: a window of 20 s, of which 10 s must be covered; a sample holds at most 5 s.
 * Power that makes a quorum:
 */
const QUORUM = 267n;
const { EXPIRY_STATUS_AWAITING_PRICE, EXPIRY_STATUS_SETTLED } = ExpiryStatus;
const { EXPIRY_STATUS_SETTLING, EXPIRY_STATUS_TRADING } = ExpiryStatus;

let chain: TestChain;
let expirySeconds: bigint;

/** A chain 40 s before its next expiry, whose index has been live for long. */
beforeEach(async () => {
  chain = await TestChain.start({ preset: 'fast-expiry' });
  for (let i = 0; i < 6; i++) await chain.block();
  expirySeconds = seriesOf(chain, 'BTC')[0]!.expirySeconds;
  while (offset() < -45) await chain.block({ afterMs: 5_000 });
  await chain.block({ afterMs: (-40 - offset()) * 1_000 });
});

afterEach(async () => {
  await chain.close();
});

/** Seconds after the expiry. */
const offset = (ms = chain.timeMs): number => ms / 1_000 - Number(expirySeconds);

/** Too few for a quorum. */
const SILENT = new Map([
  [1, null],
  [2, null],
]);

/**
 * A block at each of these seconds from the expiry. Validators see a price of 64,000 plus the
 * second, and two of four say nothing where `isOut`, so that the block after that has no quorum.
 */
async function blocks(seconds: readonly number[], isOut = false): Promise<void> {
  for (const second of seconds) {
    chain.market = { ...chain.market, btc: 64_000 + second };
    const reports = isOut ? { reports: SILENT } : {};
    await chain.block({ afterMs: (second - offset()) * 1_000, ...reports });
  }
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

function settlement() {
  const { expiry, samples } = chain.query(
    '/tenor.options.v1.Query/Settlement',
    options.QuerySettlementRequest,
    options.QuerySettlementResponse,
    { underlying: 'BTC', expirySeconds, afterTimeMs: 0n, limit: 0 },
  );
  return { ...expiry!, samples };
}

/** Second from the expiry, price over 64,000 and seconds held of each sample. */
const taken = () =>
  settlement().samples.map(({ timeMs, priceUusd, heldMs }) => [
    offset(Number(timeMs)),
    Number(priceUusd) / 1e6 - 64_000,
    Number(heldMs) / 1_000,
  ]);

/** The average of these samples, as the chain rounds it. */
function averageOf(samples: readonly (readonly number[])[]): bigint {
  const sum = samples.reduce((total, [, over, held]) => {
    return total + BigInt((64_000 + over!) * 1e6) * BigInt(held! * 1_000);
  }, 0n);
  const held = samples.reduce((total, sample) => total + sample[2]!, 0);
  return settlementPrice(sum, BigInt(held * 1_000));
}

const index = () =>
  chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  ).prices[0]!.price!;

const PRICED = [EXPIRY_STATUS_SETTLING, EXPIRY_STATUS_SETTLED];
function expectPriced(samples: readonly (readonly number[])[]): void {
  expect(taken()).toEqual(samples);
  const { status, settlementUusd } = settlement();
  expect(PRICED).toContain(status);
  expect(settlementUusd).toBe(averageOf(samples));
}

describe('every settlement sample', () => {
  test('says its block, who stood behind the price, how old it was and how sure', async () => {
    chain.market = { ...chain.market, indexAgeMs: 2_000 };
    await blocks(range(-22, -19));
    const [first] = settlement().samples;
    expect(first).toEqual({
      ...{ timeMs: (expirySeconds - 19n) * 1_000n, priceUusd: 63_980_000_000n, heldMs: 1_000n },
      ...{ height: BigInt(chain.height), reportedPower: 400n, quorumPower: QUORUM },
      ...{ ageMs: 2_000n, confidencePpm: 1_000_000 },
    });
    // Three of four are a quorum, too, and the sample says that it was three.
    const three = new Map([[0, null]]);
    await chain.block({ reports: three });
    await chain.block();
    expect(settlement().samples.at(-1)!.reportedPower).toBe(300n);
  });
});

describe('a settlement window', () => {
  test('that an outage starts in is priced on the samples before it, if they suffice', async () => {
    await blocks(range(-21, -8));
    await blocks([-7, -3, 1], true);
    expect(index().status).toBe(FeedStatus.FEED_STATUS_LIVE);
    // The votes of second -8 came in at -7.
    expectPriced(range(-19, -7).map((second) => [second, second - 1, 1]));
  });

  test('that an outage starts in waits for the present when that is too little', async () => {
    await blocks(range(-21, -17));
    await blocks([-16, -11, -6, 0, 5], true);
    expect(index().status).toBe(FeedStatus.FEED_STATUS_STALE);
    expect(settlement().status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
    expect(settlement().coveredMs).toBe(4_000n);
    // The first price after the outage stands for 5 s at most, and nothing for the hole.
    await blocks([60, 62]);
    expect(settlement()).toMatchObject({
      status: EXPIRY_STATUS_AWAITING_PRICE,
      coveredMs: 9_000n,
    });
    await blocks([63]);
    expectPriced([
      ...range(-19, -16).map((second) => [second, second - 1, 1]),
      ...[
        [62, 60, 5],
        [63, 62, 1],
      ],
    ]);
  });

  test('that begins inside an outage covers what comes after it', async () => {
    await blocks([-35, -28, -21, -14], true);
    expect(index().status).toBe(FeedStatus.FEED_STATUS_STALE);
    await blocks(range(-13, 0));
    expectPriced([[-12, -13, 5], ...range(-11, 0).map((second) => [second, second - 1, 1])]);
  });

  test('with an outage wholly inside has a hole of all but one sample’s time', async () => {
    await blocks(range(-21, -17));
    await blocks([-16, -12, -8], true);
    await blocks(range(-7, 0));
    expectPriced([
      ...range(-19, -16).map((second) => [second, second - 1, 1]),
      [-6, -7, 5],
      ...range(-5, 0).map((second) => [second, second - 1, 1]),
    ]);
  });

  test('whose index is back in its last second counts that, and then waits', async () => {
    await blocks([-35, -28, -21, -14, -8, -2], true);
    await blocks([-1, 0]);
    expect(taken()).toEqual([[0, -1, 5]]);
    expect(settlement().status).toBe(EXPIRY_STATUS_AWAITING_PRICE);
    await blocks(range(1, 5));
    expectPriced([[0, -1, 5], ...range(1, 5).map((second) => [second, second - 1, 1])]);
  });

  test('lets the next price stand for a block without a quorum', async () => {
    await blocks(range(-21, -11));
    await blocks([-10], true);
    await blocks(range(-9, 0));
    expectPriced([
      ...range(-19, -10).map((second) => [second, second - 1, 1]),
      [-8, -9, 2],
      ...range(-7, 0).map((second) => [second, second - 1, 1]),
    ]);
  });

  test('takes no price that quorums repeat and sources saw too long ago', async () => {
    await blocks(range(-21, -11));
    // Everybody reports, and what they report is 11 s old.
    chain.market = { ...chain.market, indexAgeMs: 11_000 };
    await blocks([-10, -8, -6]);
    expect(index().status).toBe(FeedStatus.FEED_STATUS_STALE);
    expect(taken().at(-1)).toEqual([-10, -11, 1]);
  });

  test('in which the whole chain stood still goes on where it was', async () => {
    await blocks(range(-21, -15));
    expect(settlement().status).toBe(EXPIRY_STATUS_TRADING);
    await chain.node.restart();
    // Stopped for 9 s with its votes of before: they are a quorum of the first block after it.
    await blocks([-6]);
    await blocks(range(-5, 0));
    expectPriced([
      ...range(-19, -15).map((second) => [second, second - 1, 1]),
      [-6, -15, 5],
      ...range(-5, 0).map((second) => [second, second - 1, 1]),
    ]);
  });

  test('over whose end the whole chain stood still waits for the present', async () => {
    await blocks(range(-21, -16));
    await chain.node.restart();
    await blocks([3_600]);
    // Its votes may be of before, and are no price of now.
    expect(index().freshCount).toBe(0);
    const status = EXPIRY_STATUS_AWAITING_PRICE;
    expect(settlement()).toMatchObject({ status, coveredMs: 4_000n });
    await blocks([3_601]);
    expect(index().freshCount).toBe(1);
    expect(settlement()).toMatchObject({ status, coveredMs: 9_000n });
  });
});
