import { initialFactor } from './marginOnGrid.ts';
import { requirePrice } from './riskInput.ts';
import { weightOf } from './rounding.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';

/** Positions of many accounts, one after the other: account a holds [starts[a], starts[a + 1]). */
export interface AccountPositions {
  /** One longer than there are accounts. */
  readonly starts: Int32Array;
  /** Instrument numbers of the grid, ascending inside an account. */
  readonly instruments: Int32Array;
  /** 1e-4 contract, negative when short; whole numbers. */
  readonly quantities: Float64Array;
}

/**
 * Margin less equity of each account, uusd, whole numbers, rounded down: the account's IM is its
 * equity plus `initial`, its MM its equity plus `maintenance`, its MtM its equity plus `value`.
 */
export interface MarginParts {
  readonly initial: Float64Array;
  readonly maintenance: Float64Array;
  readonly value: Float64Array;
}

export function marginPartsFor(accounts: AccountPositions): MarginParts {
  const count = accounts.starts.length - 1;
  return {
    initial: new Float64Array(count),
    maintenance: new Float64Array(count),
    value: new Float64Array(count),
  };
}

/**
 * Re-margins every account against one grid: dot products expiry by expiry, no pricing, no
 * allocation per account. The same numbers as `marginOnGrid` without open orders, to the last bit.
 * The caller vouches for the order and bounds of the positions, as `marginOnGrid` checks them.
 *
 * @param out of the size of `accounts`; overwritten
 */
export function marginAccounts(
  grid: ScenarioGrid,
  accounts: AccountPositions,
  collateralPrice: number,
  out: MarginParts,
): void {
  requirePrice(collateralPrice, 'collateralPrice');
  const sweep = new AccountSweep(grid, accounts);
  const factors = grid.underlyings.map(({ params }) => initialFactor(params, collateralPrice));
  const count = accounts.starts.length - 1;
  for (let a = 0; a < count; a++) {
    sweep.margin(accounts.starts[a]!, accounts.starts[a + 1]!, factors);
    out.value[a] = Math.floor(sweep.value);
    out.initial[a] = Math.floor(sweep.value + sweep.initial);
    out.maintenance[a] = Math.floor(sweep.value + sweep.maintenance);
  }
}

/** The buffers and sums of one account at a time. */
class AccountSweep {
  value = 0;
  initial = 0;
  maintenance = 0;

  private readonly grid: ScenarioGrid;
  private readonly accounts: AccountPositions;
  private readonly values: Float64Array;
  private readonly totals: Float64Array;
  private basis = 0;
  private term = 0;
  private naked = 0;
  private futures = 0;
  private notional = 0;

  constructor(grid: ScenarioGrid, accounts: AccountPositions) {
    this.grid = grid;
    this.accounts = accounts;
    this.values = new Float64Array(grid.scenarioCount);
    this.totals = new Float64Array(grid.scenarioCount);
  }

  margin(first: number, end: number, initialFactors: readonly number[]): void {
    const { grid, accounts } = this;
    this.value = 0;
    this.initial = 0;
    this.maintenance = 0;
    let at = first;
    while (at < end) {
      const u = grid.expiries[grid.expiryOf[accounts.instruments[at]!]!]!.underlying;
      const factors = grid.underlyings[u]!;
      this.totals.fill(0);
      this.basis = this.term = this.naked = this.futures = this.notional = 0;
      while (at < end) {
        const e = grid.expiryOf[accounts.instruments[at]!]!;
        const expiry = grid.expiries[e]!;
        if (expiry.underlying !== u) break;
        let next = at + 1;
        while (next < end && accounts.instruments[next]! < expiry.end) next += 1;
        this.addExpiry(at, next, e, factors);
        at = next;
      }
      this.addUnderlying(factors, initialFactors[u]!);
    }
  }

  private addExpiry(first: number, end: number, e: number, factors: GridUnderlyingFactors): void {
    const { grid, values } = this;
    const { basis } = grid.expiries[e]!;
    const { roles, params } = factors;
    const { instruments, quantities } = this.accounts;
    const last = instruments[end - 1]!;
    const future = grid.isFuture[last] === 1;
    const options = future ? end - 1 : end;
    const value = this.addOptions(first, options);
    this.sumRows(first, options);
    const weight = future ? weightOf(quantities[options]!) : 0;
    if (future) {
      this.futures += Math.abs(weight);
      this.notional += Math.abs(weight) * grid.futureMarks[last]!;
    }
    this.addPnl(e, value, weight, last * values.length, roles.skewFrom);
    this.basis += Math.min(values[roles.basisUp]!, values[roles.basisDown]!, 0) * basis;
    const worseVolatility = Math.min(values[roles.volatilityUp]!, values[roles.volatilityDown]!, 0);
    this.term += worseVolatility * params.termShare;
    this.value += value;
  }

  /** Turns `values` into the PnL of the expiry; a weight of 0 stands for no future. */
  private addPnl(e: number, value: number, weight: number, row: number, skewFrom: number): void {
    const { values, totals } = this;
    const { prices } = this.grid;
    const { discount, inflate } = this.grid.expiries[e]!;
    for (let s = 0; s < skewFrom; s++) {
      const shocked = values[s]!;
      const discounted = shocked >= 0 ? shocked * discount : shocked * inflate;
      const pnl = discounted - value + weight * prices[row + s]!;
      values[s] = pnl;
      totals[s] = totals[s]! + pnl;
    }
    for (let s = skewFrom; s < values.length; s++) {
      const shocked = values[s]!;
      const discounted = shocked >= 0 ? shocked * discount : shocked * inflate;
      totals[s] = totals[s]! - Math.abs(discounted - value + weight * prices[row + s]!);
    }
  }

  /** Counts naked shorts by strike; returns the marked value of the options. */
  private addOptions(first: number, end: number): number {
    const { instruments, quantities } = this.accounts;
    const { marks, strikes } = this.grid;
    let value = 0;
    let net = 0;
    let lastStrike = 0;
    for (let i = first; i < end; i++) {
      const instrument = instruments[i]!;
      const weight = weightOf(quantities[i]!);
      value += weight * marks[instrument]!;
      const strike = strikes[instrument]!;
      if (strike !== lastStrike) {
        if (net < 0) this.naked -= net;
        net = 0;
        lastStrike = strike;
      }
      net += weight;
    }
    if (net < 0) this.naked -= net;
    return value;
  }

  /**
   * values = Σ weight·row, two rows a pass: half the loads and stores of one, in the same order of
   * additions.
   */
  private sumRows(first: number, end: number): void {
    const { values } = this;
    const { prices } = this.grid;
    const { instruments, quantities } = this.accounts;
    const count = values.length;
    values.fill(0);
    let i = first;
    for (; i + 1 < end; i += 2) {
      const weightA = weightOf(quantities[i]!);
      const weightB = weightOf(quantities[i + 1]!);
      const rowA = instruments[i]! * count;
      const rowB = instruments[i + 1]! * count;
      for (let s = 0; s < count; s++) {
        values[s] = values[s]! + weightA * prices[rowA + s]! + weightB * prices[rowB + s]!;
      }
    }
    if (i === end) return;
    const weight = weightOf(quantities[i]!);
    const row = instruments[i]! * count;
    for (let s = 0; s < count; s++) values[s] = values[s]! + weight * prices[row + s]!;
  }

  private addUnderlying(factors: GridUnderlyingFactors, initialFactor: number): void {
    const { totals, naked, notional } = this;
    const { damping, index, confidence, params } = factors;
    let worst = Math.min(this.basis, this.term);
    for (let s = 0; s < totals.length; s++) {
      const pnl = totals[s]! * damping[s]!;
      if (pnl < worst) worst = pnl;
    }
    const { nakedMaintenance, nakedInitial, futuresMaintenance, futuresInitial } = params;
    const doubt = confidence < params.confidenceThreshold ? 1 - confidence : 0;
    this.maintenance +=
      params.maintenanceFactor * worst -
      (naked * index * nakedMaintenance + notional * futuresMaintenance);
    this.initial +=
      initialFactor * worst -
      (naked * index * (nakedMaintenance + nakedInitial) +
        notional * (futuresMaintenance + futuresInitial) +
        (naked + this.futures) * index * doubt);
  }
}
