import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { GAS } from '../../../lib/gas.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from '../judge/blockMemo.ts';
import { expiryQuotes, expiryUnitCosts } from '../core/index.ts';
import type { ExpiryQuotes, QuotedExpiryParts } from '../core/index.ts';
import { expiryLegs } from '../inputs/legs.ts';
import type { ExpiryLegs } from '../inputs/legs.ts';
import { collateralPriceOf, isDegraded } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { onBlockGrid } from '../inputs/blockGrids.ts';
import { standardExpiry } from '../inputs/standardInput.ts';

/**
 * What a group quotes at one expiry, at the marks of the block: the dearest contract of it, by each
 * rule. Made when asked for; nothing of it depends on what the account holds.
 */
export class QuotedExpiry implements ExpiryLegs, QuotedExpiryParts {
  readonly #view: View;
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly legs: ExpiryLegs['legs'];
  #standard: ExpiryQuotes | undefined;
  #portfolio: QuotedExpiryParts['portfolio'] | undefined;

  /** @param unmetered is kept for as long as this is */
  constructor(unmetered: View, quotes: ExpiryHoldings) {
    this.#view = unmetered;
    this.underlyingId = quotes.underlyingId;
    this.expirySeconds = quotes.expirySeconds;
    this.legs = expiryLegs(unmetered, quotes).legs;
  }

  /** No volatility is known for some of it. */
  get isDegraded(): boolean {
    return this.legs.some(({ mark }) => isDegraded(mark));
  }

  get forward(): number {
    return this.legs[0]!.mark.forward;
  }

  get settlementFeePerUnit(): number {
    return standardExpiry(this.#view, this.legs.slice(0, 1), params.get(this.#view))
      .settlementFeePerUnit;
  }

  /** Of its forward and volatilities. */
  get confidence(): number {
    return this.legs[0]!.mark.quality.confidence;
  }

  get standard(): ExpiryQuotes {
    this.#standard ??= this.#makeStandard();
    return this.#standard;
  }

  /** Call it while it is not degraded. */
  get portfolio(): QuotedExpiryParts['portfolio'] {
    this.#portfolio ??= this.#makePortfolio();
    return this.#portfolio;
  }

  #makeStandard(): ExpiryQuotes {
    const p = params.get(this.#view);
    const expiry = standardExpiry(this.#view, this.legs, p);
    const { index } = this.legs[0]!.mark;
    return expiryQuotes(expiry, index, standardParamsOf(p, this.underlyingId));
  }

  #makePortfolio(): QuotedExpiryParts['portfolio'] {
    const { takerFeePpm } = params.get(this.#view);
    const { grid, positions } = onBlockGrid(this.#view, this, takerFeePpm);
    const { factors } = grid;
    const price = collateralPriceOf(this.#view);
    return { ...expiryUnitCosts(grid, factors, positions, price), factors };
  }
}

/** What groups quote at an expiry is looked at once a block, and again once it has changed. */
const memo = new BlockMemo('margin/quoted', (memory) => ({
  expiries: memory.map<ExpiryHoldings, QuotedExpiry>(),
}));

/** Of expiries that still have a series. Gas follows the legs, and not what is remembered. */
export function quotedIn(view: View): (quotes: ExpiryHoldings) => QuotedExpiry | undefined {
  const { expiries } = memo.get(view);
  return (quotes) => {
    const quoted = expiries.get(quotes, (unmetered) => new QuotedExpiry(unmetered, quotes))!;
    view.gas.consume(GAS.step);
    return quoted.legs.length === 0 ? undefined : quoted;
  };
}
