import { describe, expect, test } from '@jest/globals';
import { FeedKind, Finding } from '../../proto/gen/tenor.oracle.v1.ts';
import { findingsOf } from '../../app/modules/oracle/core/findings.ts';
import type { Conduct } from '../../app/modules/oracle/core/findings.ts';
import { leavingOut, newProposer } from '../../app/modules/oracle/core/leavingOut.ts';
import { addMove, NO_FOLLOWING } from '../../app/modules/oracle/core/following.ts';
import { dispersionPpm, weightedMedian } from '../../app/modules/oracle/core/median.ts';
import {
  addValue,
  distanceOf,
  newTally,
  newValues,
  unitOf,
} from '../../app/modules/oracle/core/tally.ts';
import { addBlock, newTurnout } from '../../app/modules/oracle/core/turnout.ts';
import { defaultOracleParams, ruleOf } from '../../app/modules/oracle/params.ts';
import { aggregate } from '../../feeder/core/aggregate.ts';
import type { Observation } from '../../feeder/core/aggregate.ts';
import { Random } from '../crash/random.ts';

// The accounting's own arithmetic and the feeder's own medians, over a simulated market: what a
// chain of a year would have written of its validators, without the chain.

const RULES = defaultOracleParams.accountability!;
const NO_CONFIDENCE = ruleOf(defaultOracleParams, FeedKind.FEED_KIND_INDEX).noConfidencePpm;
const SOURCE_RULES = { minSources: 3, maxAgeMs: 15_000, maxDeviation: 0.02 };
const SOURCES = 7;
/** A volatility of 55% a year, over the two blocks of a second between base and vote. */
const STEP = 0.55 * Math.sqrt(2 / 31_536_000);
/** Of each source about the market: 2 bp for good, 1 bp anew. */
const OFFSET = 0.000_2;
const NOISE = 0.000_1;

/** What one validator says of an index that others say `median` of, with a dispersion in ppm. */
type Manner = (seen: Seen) => number;

interface Seen {
  readonly price: number;
  readonly base: number;
  readonly random: Normal;
  readonly others: { readonly median: number; readonly dispersion: number };
}

/** Normal numbers of a seed, by Box and Muller. */
class Normal {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  below(bound: number): number {
    return this.#random.below(bound);
  }

  next(): number {
    const u = (this.#random.below(1e9) + 1) / 1e9;
    return Math.sqrt(-2 * Math.log(u)) * Math.cos((2 * Math.PI * this.#random.below(1e9)) / 1e9);
  }
}

/** A feeder whose sources are around the market; some of them may be bad. */
function feeder(bad: (source: number, seen: Seen) => Partial<Observation> = () => ({})): Manner {
  const offsets = Array.from({ length: SOURCES }, (_, i) => ((i * 5) % SOURCES) - 3);
  return (seen) => {
    const { price, random } = seen;
    const observations = offsets.map((offset, i) => ({
      ...{ source: `source${i}`, weight: 1, seenMs: 10_000_000 },
      price: price * (1 + (offset * OFFSET) / 3 + NOISE * random.next()),
      ...bad(i, seen),
    }));
    return aggregate(observations, SOURCE_RULES, 10_000_000).value!.price;
  };
}

const uusd = (usd: number): bigint => BigInt(Math.round(usd * 1e6));

/** Median and dispersion of what is said, as the chain makes them. */
function chainOf(said: readonly number[]) {
  const words = said.map((usd, i) => ({ value: uusd(usd), power: 1n, order: String(i) }));
  const median = weightedMedian(words)!;
  return { median: Number(median) / 1e6, dispersion: dispersionPpm(words, median) };
}

/** What all say of a price: peers near it with most of the power, and those under test. */
function look(manners: readonly Manner[], base: number, price: number, random: Normal) {
  const near = () => price * (1 + (NOISE / 3) * random.next());
  const others = [near(), near(), near()];
  const seen = { price, base, random, others: chainOf(others) };
  const said = manners.map((manner) => manner(seen));
  const peers = manners.flatMap(() => others);
  return { said, ...chainOf([...peers, ...said]) };
}

function addLook(
  conduct: Conduct,
  said: number,
  at: { readonly base: number; readonly median: number; readonly dispersion: number },
): Conduct {
  const { values } = conduct;
  const feed = values.feeds[0] ?? newTally(FeedKind.FEED_KIND_INDEX, 1);
  const value = {
    unitPpm: unitOf(at.dispersion, NO_CONFIDENCE),
    distancePpm: distanceOf(said, at.median),
    ...{ isStale: false, weight: 1n },
  };
  const following = addMove(values.following ?? NO_FOLLOWING, {
    ...{ baseUusd: at.base, medianUusd: at.median, saidUusd: said },
    dispersionPpm: at.dispersion,
  });
  return {
    turnout: addBlock(conduct.turnout, 'reported', false),
    values: { ...values, feeds: [addValue(feed, value, RULES.farMilli)], following },
  };
}

const nothingDone = (): Conduct => ({
  turnout: newTurnout(new Uint8Array(20)),
  values: newValues(new Uint8Array(20)),
});

/** Runs so many days of so many looks, and tells what is found at the end of each. */
function findingsOver(manners: readonly Manner[], days: number, looks: number): Finding[][] {
  const random = new Normal(days);
  // A chain looks about 10,000 times a day, and has that many moves: fewer are noisier.
  const rules = { ...RULES, minMoves: Math.ceil(looks / 5) };
  const found = manners.map((): Finding[] => []);
  let price = 64_000;
  let base = price;
  for (let day = 0; day < days; day++) {
    const conduct = manners.map(nothingDone);
    for (let i = 0; i < looks; i++) {
      price *= Math.exp(STEP * random.next());
      const { said, median, dispersion } = look(manners, base, price, random);
      for (const [v, usd] of said.entries()) {
        conduct[v] = addLook(conduct[v]!, usd, { base, median, dispersion });
      }
      price *= Math.exp(STEP * 20 * random.next());
      base = price * (1 + (NOISE / 6) * random.next());
    }
    for (const [v, of] of conduct.entries()) found[v]!.push(...findingsOf(of, rules));
  }
  return found;
}

describe('a year of days', () => {
  test('finds nothing of honest validators at the edge, or behind one bad source', () => {
    const edge: Manner = ({ others }) => others.median * (1 + (3 * others.dispersion) / 1e6);
    const frozen = feeder((source, { base }) => (source === 0 ? { price: base } : {}));
    const skewed = feeder((source, { price }) => (source === 1 ? { price: price * 1.5 } : {}));
    // Just close enough to the others to be counted, and always on one side.
    const sly = feeder((source, { price }) => (source === 2 ? { price: price * 1.019 } : {}));
    const cut = feeder((source) => (source === 3 ? { seenMs: 0 } : {}));
    expect(findingsOver([edge, frozen, skewed, sly, cut], 365, 60)).toEqual([[], [], [], [], []]);
  });
});

describe('within a day', () => {
  test('one that repeats the chain’s last price is found by its lag, with noise added, too', () => {
    const copier: Manner = ({ base }) => base;
    const noisy: Manner = ({ base, random }) => base * (1 + NOISE * random.next());
    const lagging = [Finding.FINDING_LAGGING];
    expect(findingsOver([copier], 1, 1_000)).toEqual([lagging]);
    expect(findingsOver([noisy], 1, 1_000)).toEqual([lagging]);
  });

  test('one that is half a block late, or always 8 basis points high, is not', () => {
    const late: Manner = ({ base, price }) => base + (price - base) / 2;
    const high: Manner = ({ price }) => price * 1.000_8;
    expect(findingsOver([late, high], 1, 1_000)).toEqual([[], []]);
  });

  test('one that lies by a percent more often than not is far off', () => {
    const liar: Manner = ({ price, random }) => price * (random.below(10) < 6 ? 1.01 : 1);
    expect(findingsOver([liar], 1, 1_000)[0]).toContain(Finding.FINDING_FAR);
  });
});

describe('proposers of a year', () => {
  const VALIDATORS = 10;
  const BLOCKS = 2_000;
  const addresses = Array.from({ length: VALIDATORS }, (_, i) => new Uint8Array(20).fill(i + 1));

  /** How often the vote of one comes too late for a proposer, or is left out by it. */
  type Misses = (proposer: number, validator: number) => number;

  /** Over so many days of so many blocks, in which each is away now and then for a while. */
  function foundIn(days: number, misses: Misses): number[] {
    const random = new Random(days);
    const found = new Set<number>();
    for (let day = 0; day < days; day++) {
      const all = addresses.map(newProposer).map((p) => ({ ...p, times: addresses.map(() => 0) }));
      const awayFor = addresses.map(() => 0);
      const wasThere = addresses.map(() => true);
      for (let height = 0; height < BLOCKS; height++) {
        const by = random.below(VALIDATORS);
        all[by]!.blocks += 1n;
        for (let v = 0; v < VALIDATORS; v++) {
          if (awayFor[v] === 0 && random.below(500) === 0) awayFor[v] = 1 + random.below(300);
          awayFor[v] = Math.max(awayFor[v]! - 1, 0);
          const isThere = awayFor[v] === 0 && random.below(1_000) >= misses(by, v) * 1_000;
          if (!isThere && wasThere[v]) all[by]!.times[v]! += 1;
          wasThere[v] = isThere;
        }
      }
      const proposers = all.map(({ times, ...own }) => ({
        ...own,
        missed: times.flatMap((blocks, v) =>
          blocks === 0 ? [] : [{ consensusAddress: addresses[v]!, blocks: BigInt(blocks) }],
        ),
      }));
      for (const { consensusAddress } of leavingOut(proposers, RULES)) {
        found.add(consensusAddress[0]! - 1);
      }
    }
    return [...found].sort((a, b) => a - b);
  }

  /** One is slow for all; one has a bad link to another; the rest are late now and then. */
  const honest: Misses = (by, v) => (v === 3 ? 0.3 : by === 1 && v === 2 ? 0.35 : 0.02);

  test('are not suspected for links that are bad, nor for who is slow or away', () => {
    expect(foundIn(365, honest)).toEqual([]);
  });

  test('are found within a day when they leave out one of the others, alone or together', () => {
    expect(foundIn(1, (by, v) => (by === 4 && v === 5 ? 0.8 : honest(by, v)))).toEqual([4]);
    const together: Misses = (by, v) => (by < 3 && v === 9 ? 1 : honest(by, v));
    expect(foundIn(1, together)).toEqual([0, 1, 2]);
  });
});
