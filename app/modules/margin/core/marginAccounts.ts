import { initialFactor } from './expiryPart.ts';
import { requirePrice } from './riskInput.ts';
import { weightOf } from './rounding.ts';
import { createRowKernel } from './rowKernel.ts';
import type { RowKernel } from './rowKernel.ts';
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
  const { starts } = accounts;
  const sweep = createSweep(grid, accounts, collateralPrice);
  const { sums } = sweep;
  for (let a = 0; a + 1 < starts.length; a++) {
    sums.fill(0);
    marginOne(sweep, starts[a]!, starts[a + 1]!);
    const value = sums[VALUE]!;
    out.value[a] = Math.floor(value);
    out.initial[a] = Math.floor(value + sums[INITIAL]!);
    out.maintenance[a] = Math.floor(value + sums[MAINTENANCE]!);
  }
}

// Places in the sums of an account, then of one of its underlyings.
const VALUE = 0;
const INITIAL = 1;
const MAINTENANCE = 2;
const BASIS = 3;
const TERM = 4;
const NAKED = 5;
const DOUBTFUL = 6;
const NOTIONAL = 7;
/** Of the last expiry alone. */
const EXPIRY_NAKED = 8;

/** The grid flattened for the loops, and the buffers of one account at a time. */
interface Sweep {
  readonly grid: ScenarioGrid;
  readonly accounts: AccountPositions;
  readonly kernel: RowKernel;
  readonly initialFactors: readonly number[];
  readonly sums: Float64Array;
  // By expiry.
  readonly ends: Int32Array;
  readonly underlyingOf: Int32Array;
  readonly discounts: Float64Array;
  readonly inflates: Float64Array;
  readonly basisShares: Float64Array;
}

function createSweep(
  grid: ScenarioGrid,
  accounts: AccountPositions,
  collateralPrice: number,
): Sweep {
  const { scenarioCount, instrumentCount, prices, expiries, underlyings } = grid;
  const { starts } = accounts;
  let most = 1;
  for (let a = 0; a + 1 < starts.length; a++) most = Math.max(most, starts[a + 1]! - starts[a]!);
  const skewFrom = underlyings[0]?.roles.skewFrom ?? 0;
  const kernel = createRowKernel(scenarioCount, skewFrom, instrumentCount, most);
  for (let i = 0; i < instrumentCount; i++) {
    const row = prices.subarray(i * scenarioCount, (i + 1) * scenarioCount);
    kernel.prices.set(row, i * kernel.stride);
  }
  return {
    grid,
    accounts,
    kernel,
    initialFactors: underlyings.map(({ params }) => initialFactor(params, collateralPrice)),
    sums: new Float64Array(9),
    ends: Int32Array.from(expiries, (e) => e.end),
    underlyingOf: Int32Array.from(expiries, (e) => e.underlying),
    discounts: Float64Array.from(expiries, (e) => e.discount),
    inflates: Float64Array.from(expiries, (e) => e.inflate),
    basisShares: Float64Array.from(expiries, (e) => e.basis),
  };
}

function marginOne(sweep: Sweep, first: number, end: number): void {
  const { grid, kernel, sums, ends, underlyingOf } = sweep;
  const { instruments, quantities } = sweep.accounts;
  const { expiryOf } = grid;
  const { weights, rows, totals, pricesAt, stride } = kernel;
  for (let i = first; i < end; i++) {
    weights[i - first] = weightOf(quantities[i]!);
    rows[i - first] = pricesAt + 8 * stride * instruments[i]!;
  }
  let at = first;
  while (at < end) {
    const u = underlyingOf[expiryOf[instruments[at]!]!]!;
    const factors = grid.underlyings[u]!;
    totals.fill(0);
    sums.fill(0, BASIS);
    while (at < end) {
      const e = expiryOf[instruments[at]!]!;
      if (underlyingOf[e] !== u) break;
      const expiryEnd = ends[e]!;
      let next = at + 1;
      while (next < end && instruments[next]! < expiryEnd) next += 1;
      addExpiry(sweep, factors, e, at, next, first);
      at = next;
    }
    addUnderlying(sweep, factors, sweep.initialFactors[u]!);
  }
}

/** @param base where the account's positions begin, which the kernel counts from */
function addExpiry(
  sweep: Sweep,
  { roles, params }: GridUnderlyingFactors,
  e: number,
  first: number,
  end: number,
  base: number,
): void {
  const { kernel, sums, grid } = sweep;
  const { weights, rows, values, weightsAt, rowsAt } = kernel;
  const last = sweep.accounts.instruments[end - 1]!;
  const future = grid.isFuture[last] === 1;
  const options = future ? end - 1 : end;
  const value = addOptions(sweep, first, options, base);
  const weight = future ? weights[options - base]! : 0;
  if (future) {
    const size = Math.abs(weight);
    sums[NOTIONAL] = sums[NOTIONAL]! + size * grid.futureMarks[last]!;
  }
  const exposed = sums[EXPIRY_NAKED]! + Math.abs(weight);
  sums[DOUBTFUL] = sums[DOUBTFUL]! + exposed * grid.expiries[e]!.doubt;
  kernel.addExpiry(
    weightsAt + 8 * (first - base),
    weightsAt + 8 * (options - base),
    rowsAt + 4 * (first - base),
    rows[end - 1 - base]!,
    value,
    sweep.discounts[e]!,
    sweep.inflates[e]!,
    weight,
  );
  const moved = Math.min(values[roles.basisUp]!, values[roles.basisDown]!, 0);
  const worseVolatility = Math.min(values[roles.volatilityUp]!, values[roles.volatilityDown]!, 0);
  sums[BASIS] = sums[BASIS]! + moved * sweep.basisShares[e]!;
  sums[TERM] = sums[TERM]! + worseVolatility * params.termShare;
  sums[VALUE] = sums[VALUE]! + value;
}

/** Counts naked shorts by strike; returns the marked value of the options. */
function addOptions(sweep: Sweep, first: number, end: number, base: number): number {
  const { instruments } = sweep.accounts;
  const { weights } = sweep.kernel;
  const { marks, strikes } = sweep.grid;
  let value = 0;
  let naked = 0;
  let net = 0;
  let lastStrike = 0;
  for (let i = first; i < end; i++) {
    const instrument = instruments[i]!;
    const weight = weights[i - base]!;
    value += weight * marks[instrument]!;
    const strike = strikes[instrument]!;
    if (strike !== lastStrike) {
      if (net < 0) naked -= net;
      net = 0;
      lastStrike = strike;
    }
    net += weight;
  }
  if (net < 0) naked -= net;
  sweep.sums[EXPIRY_NAKED] = naked;
  sweep.sums[NAKED] = sweep.sums[NAKED]! + naked;
  return value;
}

function addUnderlying(
  sweep: Sweep,
  { damping, index, params }: GridUnderlyingFactors,
  factor: number,
): void {
  const { sums } = sweep;
  const { totals } = sweep.kernel;
  let worst = Math.min(sums[BASIS]!, sums[TERM]!);
  for (let s = 0; s < totals.length; s++) {
    const pnl = totals[s]! * damping[s]!;
    if (pnl < worst) worst = pnl;
  }
  const naked = sums[NAKED]!;
  const notional = sums[NOTIONAL]!;
  const { nakedMaintenance, nakedInitial, futuresMaintenance, futuresInitial } = params;
  const maintenance =
    params.maintenanceFactor * worst -
    (naked * index * nakedMaintenance + notional * futuresMaintenance);
  const initial =
    factor * worst -
    (naked * index * (nakedMaintenance + nakedInitial) +
      notional * (futuresMaintenance + futuresInitial) +
      sums[DOUBTFUL]! * index);
  sums[MAINTENANCE] = sums[MAINTENANCE]! + maintenance;
  sums[INITIAL] = sums[INITIAL]! + initial;
}
