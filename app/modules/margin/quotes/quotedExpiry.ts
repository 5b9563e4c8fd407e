import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { GAS } from '../../../lib/gas.ts';
import { instrumentOf } from '../../options/core/index.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from '../judge/blockMemo.ts';
import { shortRequirementOf, unitCosts } from '../core/index.ts';
import type { ExpiryPositions, ExpiryQuotes, ScenarioGrid, UnitCosts } from '../core/index.ts';
import { expiryLegs, sumOrders } from '../inputs/legs.ts';
import type { ExpiryLegs, Leg } from '../inputs/legs.ts';
import { collateralPriceOf, isDegraded } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { onBlockGrid } from '../inputs/blockGrids.ts';
import { standardExpiry } from '../inputs/standardInput.ts';

type Factors = ScenarioGrid['underlyings'][number];

/**
 * What a group quotes at one expiry, at the marks of the block: the dearest contract of it, by each
 * rule. Made when asked for; nothing of it depends on what the account holds.
 */
export class QuotedExpiry implements ExpiryLegs {
  readonly #view: View;
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
  readonly legs: ExpiryLegs['legs'];
  #standard: ExpiryQuotes | undefined;
  #portfolio: (UnitCosts & { readonly factors: Factors }) | undefined;

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

  get standard(): ExpiryQuotes {
    this.#standard ??= this.#makeStandard();
    return this.#standard;
  }

  /** Call it while it is not degraded. */
  get portfolio(): UnitCosts & { readonly factors: Factors } {
    this.#portfolio ??= this.#makePortfolio();
    return this.#portfolio;
  }

  #makeStandard(): ExpiryQuotes {
    const p = params.get(this.#view);
    const of = { buyPrice: 0, sellEach: 0, isSelling: false, putStrike: 0 };
    const most = { ...of, lowestCall: Infinity, highestCall: 0 };
    const expiry = standardExpiry(this.#view, this.legs.slice(0, 1), p);
    for (const leg of this.legs) {
      const orders = sumOrders(leg, p.takerFeePpm);
      if (orders === undefined) continue;
      most.buyPrice = Math.max(most.buyPrice, orders.buyPrice);
      if (orders.sellQuantity === 0) continue;
      const { isCall, strike } = instrumentOf(leg.series).requirement(leg.series);
      most.isSelling = true;
      most.sellEach = Math.max(most.sellEach, this.#short(leg, isCall, strike, expiry));
      if (isCall) {
        most.lowestCall = Math.min(most.lowestCall, strike);
        most.highestCall = Math.max(most.highestCall, strike);
      } else most.putStrike = Math.max(most.putStrike, strike);
    }
    return most;
  }

  #short({ mark }: Leg, isCall: boolean, strike: number, expiry: ExpiryPositions): number {
    const rules = standardParamsOf(params.get(this.#view), this.underlyingId);
    const option = { isCall, strike, mark: mark.mark };
    return shortRequirementOf(expiry, option, mark.index, rules, 'initial');
  }

  #makePortfolio(): UnitCosts & { readonly factors: Factors } {
    const p = params.get(this.#view);
    const { grid, positions } = onBlockGrid(this.#view, this, p.takerFeePpm);
    const quoted = positions.map(({ instrument, orders }) => ({
      instrument,
      buyPrice: orders && orders.buyQuantity > 0 ? orders.buyPrice : undefined,
      sellPrice: orders && orders.sellQuantity > 0 ? orders.sellPrice : undefined,
    }));
    const { factors } = grid;
    return { ...unitCosts(grid, factors, quoted, collateralPriceOf(this.#view)), factors };
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
