import {
  BUY_PRICE,
  BUY_QUANTITY,
  ROW,
  SELL_QUANTITY,
  SERIES,
} from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { GAS } from '../../../lib/gas.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from '../judge/blockMemo.ts';
import { boundedSeriesIn } from '../judge/boundedSeries.ts';
import type { BoundedMarket } from '../judge/boundedSeries.ts';
import { DearestQuotes, expiryQuotes, expiryUnitCosts } from '../core/index.ts';
import type { ExpiryQuotes, QuotedExpiryParts } from '../core/index.ts';
import { expiryLegs } from '../inputs/legs.ts';
import type { ExpiryLegs } from '../inputs/legs.ts';
import { collateralPriceOf } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { onBlockGrid } from '../inputs/blockGrids.ts';
import { standardExpiry } from '../inputs/standardInput.ts';

const USD = 1e6;

/**
 * What a group quotes at one expiry, at the marks of the block: the dearest contract of it, by each
 * rule. Nothing of it depends on what the account holds. The standard rules take it straight from
 * the rows; legs are made only where those do not say it, or for scenarios (ADR 176).
 */
export class QuotedExpiry implements ExpiryLegs, QuotedExpiryParts {
  readonly #view: View;
  readonly #quotes: ExpiryHoldings;
  /** By rows; NaN in it where only legs can say. */
  readonly #dearest = new DearestQuotes();
  /** Undefined where all its series are gone. */
  readonly market: BoundedMarket | undefined;
  #legs: ExpiryLegs['legs'] | undefined;
  #standard: ExpiryQuotes | undefined;
  #portfolio: QuotedExpiryParts['portfolio'] | undefined;
  /** No volatility is known for some of it. */
  isDegraded = false;

  /** @param unmetered is kept for as long as this is */
  constructor(unmetered: View, quotes: ExpiryHoldings) {
    this.#view = unmetered;
    this.#quotes = quotes;
    const seriesOf = boundedSeriesIn(unmetered);
    const { rows } = quotes;
    for (let at = 0; at < rows.length; at += ROW) {
      const series = seriesOf(rows[at + SERIES]!);
      // Quotes, too, can outlive their series for some blocks.
      if (series === undefined) continue;
      this.market ??= series.market;
      if (series.isDegraded) this.isDegraded = true;
      if (rows[at + BUY_QUANTITY]! > 0) {
        this.#dearest.addBid(rows[at + BUY_PRICE]! / USD + series.market.takerFeeUsd);
      }
      if (rows[at + SELL_QUANTITY]! > 0) this.#dearest.addOffer(series, series.short);
    }
  }

  get underlyingId(): number {
    return this.#quotes.underlyingId;
  }

  get legs(): ExpiryLegs['legs'] {
    this.#legs ??= expiryLegs(this.#view, this.#quotes).legs;
    return this.#legs;
  }

  get expirySeconds(): bigint {
    return this.#quotes.expirySeconds;
  }

  get forward(): number {
    return this.market!.forward;
  }

  get settlementFeePerUnit(): number {
    return this.market!.settlementFeeUsd;
  }

  /** Of its forward and volatilities. */
  get confidence(): number {
    return this.market!.ofExpiry;
  }

  get standard(): ExpiryQuotes {
    this.#standard ??= Number.isNaN(this.#dearest.sellEach) ? this.#byLegs() : this.#dearest;
    return this.#standard;
  }

  /** Call it while it is not degraded. */
  get portfolio(): QuotedExpiryParts['portfolio'] {
    this.#portfolio ??= this.#makePortfolio();
    return this.#portfolio;
  }

  #byLegs(): ExpiryQuotes {
    const p = params.get(this.#view);
    const expiry = standardExpiry(this.#view, this.legs, p);
    return expiryQuotes(expiry, this.market!.index, standardParamsOf(p, this.underlyingId));
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

/** Of expiries that still have a series. Gas follows the expiries, and not what is remembered. */
export function quotedIn(view: View): (quotes: ExpiryHoldings) => QuotedExpiry | undefined {
  const { expiries } = memo.get(view);
  return (quotes) => {
    const quoted = expiries.get(quotes, (unmetered) => new QuotedExpiry(unmetered, quotes))!;
    view.gas.consume(GAS.step);
    return quoted.market === undefined ? undefined : quoted;
  };
}
