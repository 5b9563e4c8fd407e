/** A strike step for expiries at most `maxTenorSeconds` away; 0 means any. */
export interface TenorStep {
  readonly maxTenorSeconds: bigint;
  readonly stepUusd: bigint;
}

export interface StepNow {
  readonly stepUusd: bigint;
  /** The block time from which a finer step holds; the greatest safe integer when none is left. */
  readonly validUntilMs: number;
}

/** The step of an expiry at a block time. `steps` go from the shortest tenor to any. */
export function stepAt(
  steps: readonly TenorStep[],
  expirySeconds: number,
  nowMs: number,
): StepNow | undefined {
  let validUntilMs = Number.MAX_SAFE_INTEGER;
  for (const { maxTenorSeconds, stepUusd } of steps) {
    const startsMs = (expirySeconds - Number(maxTenorSeconds)) * 1000;
    if (maxTenorSeconds === 0n || nowMs >= startsMs) return { stepUusd, validUntilMs };
    validUntilMs = startsMs;
  }
  return undefined;
}

/** The multiple of the step nearest to the index; a tie goes up. */
export function atTheMoney(indexUusd: bigint, stepUusd: bigint): bigint {
  return ((2n * indexUusd + stepUusd) / (2n * stepUusd)) * stepUusd;
}

/** Positive strikes at the money and `eachSide` steps around: nearest first, upper before lower. */
export function strikesAround(indexUusd: bigint, stepUusd: bigint, eachSide: number): bigint[] {
  const middle = atTheMoney(indexUusd, stepUusd);
  const strikes = [middle];
  for (let i = 1n; i <= BigInt(eachSide); i++) {
    strikes.push(middle + i * stepUusd, middle - i * stepUusd);
  }
  return strikes.filter((strike) => strike > 0n);
}

/** Index prices from `fromUusd` to below `toUusd` have the same strikes. The step is even. */
export function sameStrikes(
  indexUusd: bigint,
  stepUusd: bigint,
): { readonly fromUusd: bigint; readonly toUusd: bigint } {
  const middle = atTheMoney(indexUusd, stepUusd);
  return { fromUusd: middle - stepUusd / 2n, toUusd: middle + stepUusd / 2n };
}
