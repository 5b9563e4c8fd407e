import type { OptionTerms } from './leg.ts';

/** A series as far as a strategy chooses by it. */
export interface ListedOption extends OptionTerms {
  readonly symbol: string;
}

/** Which series, and how many contracts of each for one of the strategy; negative sells. */
export interface StrategyLeg {
  readonly symbol: string;
  readonly ratio: number;
}

export const MAX_LEGS = 8;

export type StrategyKind =
  'callVertical' | 'putVertical' | 'straddle' | 'strangle' | 'butterfly' | 'condor' | 'calendar';

/** As the field calls them, and what one expects of the market who buys one. */
export const STRATEGIES: Readonly<Record<StrategyKind, { name: string; view: string }>> = {
  callVertical: { name: 'Call spread', view: 'rises, but not far' },
  putVertical: { name: 'Put spread', view: 'falls, but not far' },
  straddle: { name: 'Straddle', view: 'moves, either way' },
  strangle: { name: 'Strangle', view: 'moves far, either way' },
  butterfly: { name: 'Butterfly', view: 'ends near the middle strike' },
  condor: { name: 'Iron condor', view: 'stays between the inner strikes' },
  calendar: { name: 'Calendar', view: 'stays now, moves later' },
};

/** What there is to choose from. */
export interface StrategyMarket {
  readonly listed: readonly ListedOption[];
  readonly expirySeconds: number;
  readonly forward: number;
}

type Row = { readonly strike: number; readonly call: string; readonly put: string };

/** The legs of one that is bought; null where the strikes for it are not listed. */
export function strategyLegs(kind: StrategyKind, market: StrategyMarket): StrategyLeg[] | null {
  if (kind === 'calendar') return calendar(market);
  const rows = rowsOf(market.listed, market.expirySeconds);
  const middle = nearest(rows, market.forward);
  const at = (steps: number): Row | undefined => rows[middle + steps];
  switch (kind) {
    case 'callVertical':
      return legs([at(0)?.call, 1], [at(1)?.call, -1]);
    case 'putVertical':
      return legs([at(0)?.put, 1], [at(-1)?.put, -1]);
    case 'straddle':
      return legs([at(0)?.call, 1], [at(0)?.put, 1]);
    case 'strangle':
      return legs([at(-1)?.put, 1], [at(1)?.call, 1]);
    case 'butterfly':
      return butterfly(rows, middle);
    case 'condor':
      return legs([at(-2)?.put, 1], [at(-1)?.put, -1], [at(1)?.call, -1], [at(2)?.call, 1]);
  }
}

/** Wings as far from the middle as each other: strikes are farther apart outside. */
function butterfly(rows: readonly Row[], middle: number): StrategyLeg[] | null {
  const body = rows[middle];
  if (body === undefined) return null;
  const below = rows.slice(0, middle).reverse();
  for (const low of below) {
    const high = rows.find(({ strike }) => strike === 2 * body.strike - low.strike);
    if (high !== undefined) return legs([low.call, 1], [body.call, -2], [high.call, 1]);
  }
  return null;
}

/** Sells the chosen expiry and buys the next one with the same strike, nearest to the forward. */
function calendar({ listed, expirySeconds, forward }: StrategyMarket): StrategyLeg[] | null {
  const near = rowsOf(listed, expirySeconds);
  const later = [...new Set(listed.map((one) => one.expirySeconds))]
    .filter((seconds) => seconds > expirySeconds)
    .sort((a, b) => a - b);
  for (const seconds of later) {
    const far = new Map(rowsOf(listed, seconds).map((row) => [row.strike, row]));
    const both = near.filter(({ strike }) => far.has(strike));
    const row = both[nearest(both, forward)];
    if (row !== undefined) return legs([row.call, -1], [far.get(row.strike)!.call, 1]);
  }
  return null;
}

/** Strikes of an expiry of which call and put are listed, rising. */
function rowsOf(listed: readonly ListedOption[], expirySeconds: number): Row[] {
  const calls = new Map<number, string>();
  const puts = new Map<number, string>();
  for (const option of listed) {
    if (option.expirySeconds !== expirySeconds) continue;
    (option.isCall ? calls : puts).set(option.strike, option.symbol);
  }
  return [...calls]
    .filter(([strike]) => puts.has(strike))
    .map(([strike, call]) => ({ strike, call, put: puts.get(strike)! }))
    .sort((a, b) => a.strike - b.strike);
}

/** The place of the nearest strike; -1 when there is none. */
function nearest(rows: readonly Row[], forward: number): number {
  const distance = ({ strike }: Row) => Math.abs(strike - forward);
  return rows.reduce(
    (best, row, i) => (best === -1 || distance(row) < distance(rows[best]!) ? i : best),
    -1,
  );
}

function legs(...given: (readonly [symbol: string | undefined, ratio: number])[]) {
  const found: StrategyLeg[] = [];
  for (const [symbol, ratio] of given) {
    if (symbol === undefined) return null;
    found.push({ symbol, ratio });
  }
  return found;
}

/** The same, sold. */
export const reversed = (given: readonly StrategyLeg[]): StrategyLeg[] =>
  given.map(({ symbol, ratio }) => ({ symbol, ratio: -ratio }));

/**
 * Adds a leg: a series that is there already changes its ratio, and goes at 0. Null when it would
 * be one leg too many.
 */
export function withLeg(given: readonly StrategyLeg[], leg: StrategyLeg): StrategyLeg[] | null {
  const known = given.some(({ symbol }) => symbol === leg.symbol);
  const added = known
    ? given.map((one) =>
        one.symbol === leg.symbol ? { ...one, ratio: one.ratio + leg.ratio } : one,
      )
    : [...given, leg];
  const kept = added.filter(({ ratio }) => ratio !== 0);
  return kept.length > MAX_LEGS ? null : kept;
}
