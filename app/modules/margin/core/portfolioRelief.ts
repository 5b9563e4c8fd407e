import { ceilUusd, weightOf } from './rounding.ts';
import type { GridPosition } from './portfolioTypes.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';

/** How much of which position is closed: its place in the account, and 1e-4 contracts, above 0. */
export type Closed = readonly (readonly [position: number, quantity: number])[];

/** One expiry's sums over its positions. */
interface ExpirySums {
  readonly underlying: number;
  readonly expiry: number;
  /** Σ weight·price of the options, and of the futures, by scenario. */
  readonly options: Float64Array;
  readonly futures: Float64Array;
  value: number;
  /** What they come to. */
  pnl: Float64Array;
  basis: number;
  term: number;
}

interface UnderlyingSums {
  /** Undamped, by scenario. */
  readonly pnl: Float64Array;
  basis: number;
  term: number;
  contingency: number;
}

/**
 * What one portfolio account's maintenance requirement comes to when parts of it are closed at
 * their marks, again and again: a closing changes one expiry, so each answer costs a row of
 * scenarios and not the account. Sums are made in another order than `marginOnGrid`'s and may
 * differ from it in the last bits: good for choosing what to close, not for a verdict.
 */
export class PortfolioRelief {
  readonly #grid: ScenarioGrid;
  readonly #held: readonly GridPosition[];
  readonly #expiries = new Map<number, ExpirySums>();
  readonly #underlyings: UnderlyingSums[];
  /** Net weight of the options of a strike, by its first instrument. */
  readonly #strikes = new Map<number, number>();

  /** @param held in order of instrument, as `marginOnGrid` takes them */
  constructor(grid: ScenarioGrid, held: readonly GridPosition[]) {
    this.#grid = grid;
    this.#held = held;
    this.#underlyings = grid.underlyings.map(() => ({
      pnl: new Float64Array(grid.scenarioCount),
      ...{ basis: 0, term: 0, contingency: 0 },
    }));
    for (const { instrument, quantity } of held) {
      const e = grid.expiryOf[instrument]!;
      let sums = this.#expiries.get(e);
      if (sums === undefined) {
        const rows = () => new Float64Array(grid.scenarioCount);
        const { underlying } = grid.expiries[e]!;
        const totals = { value: 0, pnl: rows(), basis: 0, term: 0 };
        sums = { underlying, expiry: e, options: rows(), futures: rows(), ...totals };
        this.#expiries.set(e, sums);
      }
      this.#addTo(sums, instrument, weightOf(quantity));
      this.#addStrike(instrument, weightOf(quantity), this.#strikes);
    }
    for (const sums of this.#expiries.values()) {
      this.#finish(sums);
      this.#count(this.#underlyings[sums.underlying]!, sums, 1);
    }
    for (const [instrument, net] of this.#strikes) this.#countNaked(instrument, net, 1);
    for (const { instrument, quantity } of held) this.#countFuture(instrument, quantity, 1);
  }

  /** Equity less the maintenance margin, uusd, rounded up: below 0 where options lend value. */
  requirementAfter(closed: Closed): bigint {
    const changed = new Map<number, ExpirySums>();
    const strikes = new Map<number, number>();
    const underlyings = this.#underlyings.map((sums) => ({ ...sums, pnl: sums.pnl.slice() }));
    for (const [at, quantity] of closed) {
      const { instrument, quantity: had } = this.#held[at]!;
      const e = this.#grid.expiryOf[instrument]!;
      const weight = weightOf(had < 0 ? quantity : -quantity);
      const base = this.#expiries.get(e)!;
      const sums = changed.get(e) ?? copyOf(base);
      changed.set(e, sums);
      this.#addTo(sums, instrument, weight);
      this.#addStrike(instrument, weight, strikes);
      const left = had < 0 ? had + quantity : had - quantity;
      this.#countFuture(instrument, had, -1, underlyings);
      this.#countFuture(instrument, left, 1, underlyings);
    }
    for (const [e, sums] of changed) {
      this.#finish(sums);
      this.#count(underlyings[sums.underlying]!, this.#expiries.get(e)!, -1);
      this.#count(underlyings[sums.underlying]!, sums, 1);
    }
    for (const [instrument, change] of strikes) {
      const net = this.#strikes.get(instrument)!;
      this.#countNaked(instrument, net, -1, underlyings);
      this.#countNaked(instrument, net + change, 1, underlyings);
    }
    let value = 0;
    for (const [e, sums] of this.#expiries) value += (changed.get(e) ?? sums).value;
    for (const [u, sums] of underlyings.entries()) {
      value += this.#risk(this.#grid.underlyings[u]!, sums);
    }
    return ceilUusd(-value);
  }

  /** factor·worst − contingencies of one underlying. */
  #risk({ damping, params }: GridUnderlyingFactors, sums: UnderlyingSums): number {
    let worst = Math.min(0, sums.basis, sums.term);
    for (let s = 0; s < damping.length; s++) worst = Math.min(worst, sums.pnl[s]! * damping[s]!);
    return params.maintenanceFactor * worst - sums.contingency;
  }

  #addTo(sums: ExpirySums, instrument: number, weight: number): void {
    const { scenarioCount, prices, marks, isFuture } = this.#grid;
    const row = isFuture[instrument] === 1 ? sums.futures : sums.options;
    sums.value += weight * marks[instrument]!;
    for (let s = 0; s < scenarioCount; s++) {
      row[s] = row[s]! + weight * prices[instrument * scenarioCount + s]!;
    }
  }

  /** PnL and charges of an expiry from its sums. */
  #finish(sums: ExpirySums): void {
    const { discount, inflate, basis } = this.#grid.expiries[sums.expiry]!;
    const { roles, params } = this.#grid.underlyings[sums.underlying]!;
    const { pnl, options, futures, value } = sums;
    for (let s = 0; s < pnl.length; s++) {
      const raw = options[s]!;
      const one = (raw >= 0 ? raw * discount : raw * inflate) - value + futures[s]!;
      pnl[s] = s >= roles.skewFrom ? -Math.abs(one) : one;
    }
    sums.basis = Math.min(pnl[roles.basisUp]!, pnl[roles.basisDown]!, 0) * basis;
    const volatility = Math.min(pnl[roles.volatilityUp]!, pnl[roles.volatilityDown]!, 0);
    sums.term = volatility * params.termShare;
  }

  #count(total: UnderlyingSums, sums: ExpirySums, sign: 1 | -1): void {
    for (let s = 0; s < sums.pnl.length; s++) total.pnl[s] = total.pnl[s]! + sign * sums.pnl[s]!;
    total.basis += sign * sums.basis;
    total.term += sign * sums.term;
  }

  /** Calls and puts of a strike net out, under the first instrument of the strike. */
  #addStrike(instrument: number, weight: number, strikes: Map<number, number>): void {
    const { expiryOf, isFuture, strikes: prices } = this.#grid;
    if (isFuture[instrument] === 1) return;
    const isSecond =
      instrument > 0 &&
      isFuture[instrument - 1] !== 1 &&
      expiryOf[instrument - 1] === expiryOf[instrument] &&
      prices[instrument - 1] === prices[instrument];
    const first = isSecond ? instrument - 1 : instrument;
    strikes.set(first, (strikes.get(first) ?? 0) + weight);
  }

  #countNaked(
    instrument: number,
    net: number,
    sign: 1 | -1,
    underlyings: readonly UnderlyingSums[] = this.#underlyings,
  ): void {
    const { underlying } = this.#grid.expiries[this.#grid.expiryOf[instrument]!]!;
    const { index, params } = this.#grid.underlyings[underlying]!;
    const charge = Math.max(0, -net) * index * params.nakedMaintenance;
    underlyings[underlying]!.contingency += sign * charge;
  }

  #countFuture(
    instrument: number,
    quantity: number,
    sign: 1 | -1,
    underlyings: readonly UnderlyingSums[] = this.#underlyings,
  ): void {
    if (this.#grid.isFuture[instrument] !== 1) return;
    const { underlying } = this.#grid.expiries[this.#grid.expiryOf[instrument]!]!;
    const { params } = this.#grid.underlyings[underlying]!;
    const notional = weightOf(Math.abs(quantity)) * this.#grid.futureMarks[instrument]!;
    underlyings[underlying]!.contingency += sign * notional * params.futuresMaintenance;
  }
}

function copyOf(sums: ExpirySums): ExpirySums {
  const { options, futures, pnl } = sums;
  return { ...sums, options: options.slice(), futures: futures.slice(), pnl: pnl.slice() };
}
