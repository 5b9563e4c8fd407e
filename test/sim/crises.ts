import { Lengths, longestOf, noLongest } from './lengths.ts';
import type { LongestOf } from './lengths.ts';
import { Simulation } from './simulation.ts';
import { emptyTally } from './tally.ts';
import type { Tally } from './tally.ts';

/** Half an hour after an expiry, and as many blocks as come before the window of the next one. */
const START_MS = Date.UTC(2026, 10, 23, 8, 30);
const BLOCKS_A_WORLD = 110;
const TRADERS = 16;
/** One world in so many has gaps that no margin covers, and no fund. */
const GAPS_IN = 3;

export interface Crises extends Tally {
  readonly worlds: number;
  /** With the seed of its world. */
  readonly longest: LongestOf;
}

/**
 * Random crises until so many accounts came under liquidation: each world is a day of its own, with
 * a seed of its own, in which prices jump often and half of the traders sell all they may. One node
 * has to do, as it is the model that they are held against.
 *
 * @throws Error with the seed of the world in which chain and model part
 */
export async function crises(
  seed: number,
  count: number,
  onWorld: (sum: Crises) => void = () => undefined,
): Promise<Crises> {
  let sum: Crises = { ...emptyTally(), worlds: 0, longest: noLongest() };
  for (let i = 0; sum.flags < count; i++) {
    const { tally, longest } = await oneDay(seed + i);
    const next = emptyTally();
    for (const key of Object.keys(next) as (keyof Tally)[]) next[key] = sum[key] + tally[key];
    sum = { ...next, worlds: i + 1, longest: longestOf(sum.longest, longest) };
    onWorld(sum);
  }
  return sum;
}

/**
 * What of a thousand crises has to be met, so that agreement says something: about half of what 35
 * to 150 of them met. Whose world ends first is not released.
 */
const LEAST_OF_1000: Partial<Tally> = {
  ...{ releases: 750, liquidationTrades: 30, bids: 1_000, soldSolvent: 300, soldInsolvent: 60 },
  ...{ deleveraged: 700, lossesShared: 10 },
};

/** Kinds of which too few were met. */
export const missingIn = (sum: Crises): string[] =>
  (Object.keys(LEAST_OF_1000) as (keyof Tally)[]).filter(
    (kind) => sum[kind] * 1_000 < LEAST_OF_1000[kind]! * sum.flags,
  );

interface Day {
  readonly tally: Tally;
  readonly longest: LongestOf;
}

async function oneDay(seed: number): Promise<Day> {
  const crises = seed % GAPS_IN === 0 ? 'gaps' : true;
  const options = { seed, traders: TRADERS, crises, alone: true, startMs: START_MS } as const;
  const simulation = await Simulation.start(options);
  const { tally, world } = simulation;
  const lengths = new Lengths(world, seed);
  try {
    while (tally.blocks < BLOCKS_A_WORLD) {
      await simulation.block();
      lengths.follow();
    }
  } catch (error) {
    throw new Error(`crises with seed ${seed}, block ${tally.blocks + 1}: ${String(error)}`, {
      cause: error,
    });
  } finally {
    await world.close();
  }
  return { tally, longest: lengths.longest };
}
