/** Numbers that a seed replays (xorshift32, Marsaglia 2003). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  }

  /** An integer from 0 to below `bound`. */
  below(bound: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % bound;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const fromEnvironment = (name: string, fallback: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${name} must be a whole number`);
  return value;
};

/** Runs of a campaign: CRASH_RUNS of each in place of the share that every test run makes. */
export const runsOf = (usual: number): number => fromEnvironment('CRASH_RUNS', usual);

/** The first seed: CRASH_SEED with CRASH_RUNS=1 replays one run. */
export const firstSeed = (): number => fromEnvironment('CRASH_SEED', 1);

/** Runs seeds one after another; a failure says which seed it was. */
export async function campaign<T>(runs: number, run: (seed: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let seed = firstSeed(); seed < firstSeed() + runs; seed++) {
    try {
      results.push(await run(seed));
    } catch (error) {
      throw new Error(`CRASH_SEED=${seed}: ${String(error)}`, { cause: error });
    }
  }
  return results;
}

/** How often each outcome was. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
