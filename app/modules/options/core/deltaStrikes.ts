import { atTheMoney } from './strikes.ts';

/** What strikes by delta are chosen with. */
export interface DeltaRule {
  /** Strikes on each side that are listed anyway. */
  readonly eachSide: number;
  /** Further ones on each side at the most. */
  readonly most: number;
  /** They reach out to this |delta|. */
  readonly leastDelta: number;
  /** Of the option at this strike that is out of the money: in size, from 0 to 1. */
  readonly deltaOf: (strikeUusd: bigint, isCall: boolean) => number;
}

/** A coarser step than this many times the finest is not asked for: the loop ends. */
const MAX_MULTIPLE = 1n << 10n;

/**
 * Strikes beyond those around the money, out to where an option has the least delta: multiples of
 * the step, or of the smallest power of two of it at which they are few enough on a side. So when
 * the step gets finer, what was listed stays among them. Nearest first, upper before lower.
 */
export function deltaStrikes(indexUusd: bigint, stepUusd: bigint, rule: DeltaRule): bigint[] {
  const reach = atTheMoney(indexUusd, stepUusd);
  const edge = BigInt(rule.eachSide) * stepUusd;
  const upper = side(reach + edge, stepUusd, true, rule);
  const lower = side(reach - edge, stepUusd, false, rule);
  const longer = Math.max(upper.length, lower.length);
  return Array.from({ length: longer }, (_, i) => [upper[i], lower[i]])
    .flat()
    .filter((strike) => strike !== undefined);
}

/** Beyond `edgeUusd`, outward. */
function side(edgeUusd: bigint, stepUusd: bigint, isCall: boolean, rule: DeltaRule): bigint[] {
  for (let multiple = 1n; multiple <= MAX_MULTIPLE; multiple *= 2n) {
    const found = outward(edgeUusd, multiple * stepUusd, isCall, rule);
    if (found !== null) return found;
  }
  return [];
}

/** Null when there are more than enough. */
function outward(
  edgeUusd: bigint,
  stepUusd: bigint,
  isCall: boolean,
  { most, leastDelta, deltaOf }: DeltaRule,
): bigint[] | null {
  const strikes: bigint[] = [];
  let strike = isCall
    ? (edgeUusd / stepUusd + 1n) * stepUusd
    : ((edgeUusd - 1n) / stepUusd) * stepUusd;
  while (strike > 0n && deltaOf(strike, isCall) >= leastDelta) {
    if (strikes.length === most) return null;
    strikes.push(strike);
    strike += isCall ? stepUusd : -stepUusd;
  }
  return strikes;
}
