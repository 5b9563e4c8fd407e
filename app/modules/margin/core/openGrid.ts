import { expiryFactors, underlyingFactors } from './scenarioGrid.ts';
import type { GridExpiryFactors, GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import type { ExpiryMarket, GridUnderlying, SeriesMarket } from './portfolioTypes.ts';
import { validateExpiry, validateGridMarket, validateSeries } from './validatePortfolioInput.ts';

/** Series that a new grid has room for. */
const ROOM = 16;

/** A series with its prices in every scenario. */
export type PricedSeries = SeriesMarket & { readonly scenarioPrices: Float64Array };

/**
 * The grid of one expiry to which series come as somebody needs them: shared by all accounts of a
 * block, so that each says of its legs only where they stand. The numbers of instruments follow no
 * strike; what is summed follows the order of the positions that are given with it.
 */
export class OpenGrid implements ScenarioGrid {
  readonly scenarioCount: number;
  readonly expiries: readonly GridExpiryFactors[];
  readonly underlyings: readonly GridUnderlyingFactors[];
  readonly factors: GridUnderlyingFactors;
  instrumentCount = 0;
  prices: Float64Array;
  marks: Float64Array = new Float64Array(ROOM);
  futureMarks: Float64Array = new Float64Array(ROOM);
  isFuture: Uint8Array = new Uint8Array(ROOM);
  isCall: Uint8Array = new Uint8Array(ROOM);
  strikes: Float64Array = new Float64Array(ROOM);
  expiryOf: Int32Array = new Int32Array(ROOM);

  /** @throws RiskInputError for values outside the bounds of riskInput.ts */
  constructor(underlying: Omit<GridUnderlying, 'expiries'>, expiry: ExpiryMarket) {
    validateGridMarket([{ ...underlying, expiries: [] }]);
    validateExpiry(expiry);
    this.factors = underlyingFactors({ ...underlying, expiries: [] });
    this.scenarioCount = this.factors.damping.length;
    this.underlyings = [this.factors];
    this.expiries = [expiryFactors(expiry, 0, 0, 0, this.factors)];
    this.prices = new Float64Array(ROOM * this.scenarioCount);
  }

  /** Returns the number of the instrument. @throws RiskInputError */
  add(series: PricedSeries): number {
    validateSeries(series);
    const instrument = this.instrumentCount;
    if (instrument === this.marks.length) this.#grow(2 * instrument);
    this.prices.set(series.scenarioPrices, instrument * this.scenarioCount);
    this.marks[instrument] = series.mark;
    this.isCall[instrument] = series.isCall ? 1 : 0;
    this.strikes[instrument] = series.strike;
    this.instrumentCount += 1;
    return instrument;
  }

  #grow(room: number): void {
    this.prices = grown(this.prices, new Float64Array(room * this.scenarioCount));
    this.marks = grown(this.marks, new Float64Array(room));
    this.futureMarks = grown(this.futureMarks, new Float64Array(room));
    this.isFuture = grown(this.isFuture, new Uint8Array(room));
    this.isCall = grown(this.isCall, new Uint8Array(room));
    this.strikes = grown(this.strikes, new Float64Array(room));
    this.expiryOf = grown(this.expiryOf, new Int32Array(room));
  }
}

function grown<T extends Float64Array | Uint8Array | Int32Array>(before: T, room: T): T {
  room.set(before);
  return room;
}
