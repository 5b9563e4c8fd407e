import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../test/harness/execution.ts';
import { consensusAddress } from '../staking/index.ts';
import { applyVotes } from './applyVotes.ts';
import { findArbitrage, repairSurface, sliceVariance, surfaceAt } from '../../lib/math/index.ts';
import { agedSurface, slicesOf } from './core/surface.ts';
import { wrongSurfaceOf } from './genesis.ts';
import { indexFeed, requireFeeds, yearsTo } from './index.ts';
import { params } from './params.ts';
import { totalsOf } from './accountability/totals.ts';
import { bases, prices, surfaces } from './state.ts';
import { decodeVote } from './votes/decodeVote.ts';
import { encodeVote } from './votes/encodeVote.ts';
import type { ExpiryVote, Vote } from './votes/vote.ts';

const USD = 1_000_000n;
const BTC = 1;
const NONE = new Uint8Array(0);
const { BLOCK_ID_FLAG_ABSENT, BLOCK_ID_FLAG_COMMIT } = BlockIDFlag;

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
});

/** What a validator says: bytes, or an index of BTC in USD; undefined when it did not vote. */
type Said = Uint8Array | number | undefined | 'omitted';

const bytesOf = (said: Said) =>
  said instanceof Uint8Array
    ? said
    : typeof said === 'number'
      ? chain.extension({ btc: said, eth: 3_200, vol: 0.6 })
      : NONE;

function commit(said: readonly Said[]): ExtendedCommitInfo {
  const votes = said.map((word, i) => ({
    validator: { address: consensusAddress(chain.validators[i]!.pubkey), power: 100n },
    voteExtension: bytesOf(word),
    extensionSignature: word === undefined || word === 'omitted' ? NONE : new Uint8Array(64),
    blockIdFlag: word === undefined ? BLOCK_ID_FLAG_ABSENT : BLOCK_ID_FLAG_COMMIT,
  }));
  return { round: 0, votes };
}

function block(said: readonly Said[] | undefined, afterMs = 1_000): void {
  chain.wait(afterMs);
  applyVotes(chain.ctx, said === undefined ? undefined : commit(said));
}

/** What votes of the block under way are told against. */
const baseNow = () => bases.get(chain.view, BigInt(Math.max(chain.header.height - 2, 0)))!;

/** A vote that is changed before it is said. Call it before the block. */
function changed(said: number, change: (vote: Vote) => Vote): Uint8Array {
  chain.wait(0);
  const vote = decodeVote(bytesOf(said), baseNow())!;
  const bytes = encodeVote(change(vote), baseNow());
  chain.header = { ...chain.header, height: chain.header.height - 1 };
  return bytes;
}

const btc = () => prices.get(chain.view, BTC);
const isSettledIn = () => requireFeeds(chain.view, 'liquidate', [indexFeed(BTC)]) === undefined;
const recordOf = (i: number) => {
  const address = Buffer.from(consensusAddress(chain.validators[i]!.pubkey));
  return totalsOf(chain.view).find((record) => address.equals(record.consensusAddress));
};

const withIndex = (vote: Vote, priceUusd: bigint): Vote => ({
  ...vote,
  underlyings: vote.underlyings.map((u, i) =>
    i === 0 ? { ...u, index: { priceUusd, ageMs: 0 } } : u,
  ),
});

const withExpiries = (vote: Vote, change: (expiry: ExpiryVote, i: number) => ExpiryVote): Vote => ({
  ...vote,
  underlyings: vote.underlyings.map((u) => ({ ...u, expiries: u.expiries.map(change) })),
});

describe('the index', () => {
  test('is the power-weighted median of a quorum of reports', () => {
    block([64_000, 64_010, 64_020, undefined]);
    expect(btc()).toMatchObject({
      indexUusd: 64_010n * USD,
      status: FeedStatus.FEED_STATUS_RECOVERING,
      dispersionPpm: 156,
      height: 2n,
      freshCount: 1,
    });
  });

  test.each<[string, Said[] | undefined]>([
    ['half of the power is silent', [64_000, 64_000, NONE, NONE]],
    ['half of the power is absent', [64_000, 64_000, undefined, undefined]],
    ['half of the power is malformed', [64_000, 64_000, Uint8Array.of(9), new Uint8Array(600)]],
    ['half of the power has no index', [64_000, 64_000, 0, 0]],
    ['the block has no votes', undefined],
  ])('stays as it is when %s', (_, said) => {
    block([60_000, 60_000, 60_000, 60_000]);
    const before = btc();
    block(said);
    expect(btc()).toEqual(before);
  });

  test('is not moved, halted or made doubtful by any lie of one validator in four', () => {
    const lie = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.constantFrom<Said>(0, 0.000001, 1e9, undefined, 'omitted'),
      fc
        .bigInt(1n, 10n ** 15n)
        .map((priceUusd) => changed(64_000, (vote) => withIndex(vote, priceUusd))),
    );
    fc.assert(
      fc.property(lie, fc.nat(3), fc.constantFrom<Said>(64_000, undefined), (word, liar, other) => {
        const said: Said[] = [64_000, 64_000, 64_000, 64_000];
        said[(liar + 1) % 4] = other;
        said[liar] = word;
        block([64_000, 64_000, 64_000, 64_000]);
        block(said);
        expect(btc()).toMatchObject({ indexUusd: 64_000n * USD, dispersionPpm: 0 });
      }),
      { numRuns: 60 },
    );
  });

  test('and forwards and volatilities of a quorum are taken; a lone expiry is not', () => {
    const alone = (vote: Vote) =>
      withExpiries(vote, (expiry, i) =>
        i === 0 ? expiry : { expirySeconds: expiry.expirySeconds },
      );
    block([64_000, changed(65_000, alone), changed(66_000, alone), NONE]);
    const surface = surfaces.get(chain.view, BTC)!;
    expect(surface.rows).toHaveLength(1);
    for (const row of surface.rows) {
      expect(row.forwardUusd).toBe(65_000n * USD);
      const years = yearsTo(Number(row.expirySeconds), chain.header.timeMs);
      for (const variance of row.variances) expect(variance).toBe(0.6 * 0.6 * years);
    }
  });
});

describe('a surface', () => {
  const vols = fc.array(fc.integer({ min: 100, max: 50_000 }), { minLength: 9, maxLength: 9 });
  const rows = fc.array(vols, { minLength: 1, maxLength: 8 });

  /** Each validator's own volatilities of the expiries that are voted on, in another order. */
  function sayRows(given: readonly number[][]): void {
    const extension = (shift: number) =>
      changed(64_000, (vote) =>
        withExpiries(vote, (expiry, i) => ({
          ...expiry,
          surface: { ...expiry.surface!, volsBp: given[(i + shift) % given.length]! },
        })),
      );
    block([extension(0), extension(1), extension(2), extension(3)]);
  }

  test('of any reports has no arbitrage, then and as time passes, and none halts it', () => {
    chain = new Execution();
    params.set(chain.ctx, { ...params.get(chain.view), maxExtensionBytes: 4_096 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 30_000_000_000 }), (given, laterMs) => {
        sayRows(given);
        const stored = surfaces.get(chain.view, BTC);
        if (stored === undefined) return;
        expect(wrongSurfaceOf(stored)).toBeNull();
        const later = chain.header.timeMs + laterMs;
        const aged = agedSurface(slicesOf(stored), Number(stored.timeMs), later);
        if (aged === undefined) return;
        expect(findArbitrage(aged)).toBeNull();
        expect(repairSurface(aged).variances).toEqual(aged.variances);
        for (const share of [0.01, 0.5, 1, 2]) {
          const at = surfaceAt(aged, aged.taus[aged.taus.length - 1]! * share);
          for (const k of [-9, -0.3, 0, 0.2, 30]) expect(sliceVariance(at, k)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('without arbitrage stays as it was said, bit by bit', () => {
    const flat = Array.from({ length: 9 }, () => 5_500);
    sayRows([flat]);
    const { rows: stored, timeMs } = surfaces.get(chain.view, BTC)!;
    for (const { expirySeconds, variances } of stored) {
      const years = yearsTo(Number(expirySeconds), Number(timeMs));
      expect(variances).toEqual(flat.map(() => 0.55 * 0.55 * years));
    }
  });
});

describe('a feed', () => {
  const all: Said[] = [64_000, 64_000, 64_000, 64_000];
  const silent: Said[] = [NONE, NONE, NONE, NONE];

  test('without a quorum goes stale after 10 s, is halted after 60 s, and comes back live', () => {
    for (let i = 0; i < 5; i++) block(all);
    block(silent, 10_000);
    expect(btc()?.status).toBe(FeedStatus.FEED_STATUS_LIVE);
    block(silent, 1);
    expect(btc()?.status).toBe(FeedStatus.FEED_STATUS_STALE);
    block(silent, 49_999);
    expect(btc()?.status).toBe(FeedStatus.FEED_STATUS_STALE);
    block(silent, 1);
    expect(btc()).toMatchObject({ status: FeedStatus.FEED_STATUS_HALTED, freshCount: 0 });
    block(all);
    expect(btc()).toMatchObject({ status: FeedStatus.FEED_STATUS_RECOVERING, freshCount: 1 });
    for (let i = 0; i < 4; i++) block(all);
    expect(btc()).toMatchObject({ status: FeedStatus.FEED_STATUS_LIVE, freshCount: 5 });
  });

  test('has settled in after five quorums in a row, and starts again when it was stale', () => {
    for (let i = 0; i < 4; i++) block(all);
    expect(isSettledIn()).toBe(false);
    block(all);
    expect(isSettledIn()).toBe(true);
    block(silent, 10_001);
    expect(isSettledIn()).toBe(false);
    for (let i = 0; i < 4; i++) block(all);
    expect(isSettledIn()).toBe(false);
  });

  test('has not settled in after an outage, over which the block time jumps in one block', () => {
    for (let i = 0; i < 6; i++) block(all);
    expect(isSettledIn()).toBe(true);
    // Votes of that block may be of before it; those of the next are not.
    block(all, 8 * 3_600_000);
    expect(btc()).toMatchObject({ freshCount: 0, status: FeedStatus.FEED_STATUS_HALTED });
    block(all);
    expect(btc()).toMatchObject({ freshCount: 1, status: FeedStatus.FEED_STATUS_RECOVERING });
    expect(isSettledIn()).toBe(false);
  });
});

describe('the record of a validator', () => {
  test('counts what it did in each block', () => {
    block([64_000, NONE, Uint8Array.of(1), undefined]);
    block([64_000, 64_000, 90_000, 'omitted']);
    expect(recordOf(0)).toMatchObject({ reported: 2n, outliers: 0n, lastReportedHeight: 3n });
    expect(recordOf(1)).toMatchObject({ reported: 1n, empty: 1n });
    expect(recordOf(2)).toMatchObject({ reported: 1n, malformed: 1n, outliers: 1n });
    expect(recordOf(3)).toMatchObject({ late: 1n, omitted: 1n });
    expect(recordOf(3)!.lastReportedHeight).toBeUndefined();
  });

  test('counts the votes it left out as a proposer', () => {
    const proposer = consensusAddress(chain.validators[1]!.pubkey);
    chain.header = { ...chain.header, proposer };
    block([64_000, 64_000, 64_000, 'omitted']);
    expect(recordOf(1)).toMatchObject({ leftOut: 1n, reported: 1n });
    expect(recordOf(0)).toMatchObject({ leftOut: 0n });
  });

  test('tells what came late from what stays away', () => {
    for (let i = 0; i < 4; i++) block([64_000, 64_000, 64_000, undefined]);
    expect(recordOf(3)).toMatchObject({ late: 2n, absent: 2n });
    block([64_000, 64_000, 64_000, 64_000]);
    block([64_000, 64_000, 64_000, undefined]);
    expect(recordOf(3)).toMatchObject({ reported: 1n, late: 3n, absent: 2n });
  });

  test('goes once the windows that are kept do not know it', () => {
    const given = params.get(chain.view);
    const accountability = { ...given.accountability!, windowsKept: 1 };
    params.set(chain.ctx, { ...given, accountability });
    block([64_000, 64_000, 64_000, 64_000]);
    block(undefined);
    block([64_000, 64_000, 64_000]);
    expect(recordOf(3)).toMatchObject({ reported: 1n });
    block([64_000, 64_000, 64_000], 3_600_000);
    expect(recordOf(3)).toBeDefined();
    block([64_000, 64_000, 64_000], 3_600_000);
    expect(recordOf(3)).toBeUndefined();
    expect(recordOf(2)).toMatchObject({ reported: 4n });
  });
});
