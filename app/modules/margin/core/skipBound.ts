import { RiskInputError } from './riskInput.ts';
import { weightOf } from './rounding.ts';
import type { AccountPositions } from './marginAccounts.ts';
import type { GridExpiryFactors, GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';

/**
 * Which accounts need no margin this block.
 *
 * Maintenance margin is a minimum of sums over positions of quantity × x, where x is one of a few
 * numbers of the instrument alone: its mark, or its mark plus a share of its discounted scenario
 * PnL, for each scenario and charge. A minimum of sums moves by at most the sum of what each
 * summand can move. So from one grid to the next the MM of an account falls by at most
 * Σ |quantity| × (the largest change of any x of the instrument), and over many blocks by the sum
 * of these. Keep the running sum per instrument; an account whose MM was H above the threshold when
 * last computed is safe until Σ |quantity|·(sum now − sum then) reaches H.
 */

/** Floating-point error allowed for, as a share of the numbers summed. */
const RELATIVE_SLACK = 1e-12;
/** Two directed roundings, uusd. */
const ROUNDING_SLACK = 2;

/**
 * Adds to each instrument's drift the most that MM can have moved per contract between two grids.
 *
 * @param drift instrumentCount long, USD per contract since whenever it was zeroed; updated
 * @param funding USD per contract charged to futures since the last grid, by instrument
 * @throws RiskInputError when the grids do not hold the same instruments, or were not built with
 * the same params objects: a governed change recomputes every account
 */
export function addDrift(
  before: ScenarioGrid,
  after: ScenarioGrid,
  drift: Float64Array,
  funding?: Float64Array,
): void {
  const same = before.instrumentCount === after.instrumentCount && sameParams(before, after);
  if (!same || drift.length !== after.instrumentCount) {
    throw new RiskInputError('bad_order', 'instruments of the grids', after.instrumentCount);
  }
  for (let i = 0; i < drift.length; i++) {
    if (before.strikes[i] !== after.strikes[i] || before.isFuture[i] !== after.isFuture[i]) {
      throw new RiskInputError('bad_order', 'grids differ at instrument', i);
    }
    const moved = instrumentDrift(before, after, i);
    drift[i] = drift[i]! + moved + Math.abs(funding?.[i] ?? 0);
  }
}

/** The most the MM of a position of weight 1 can have moved. */
function instrumentDrift(before: ScenarioGrid, after: ScenarioGrid, i: number): number {
  const old = xs(before, i);
  const now = xs(after, i);
  let moved = 0;
  let size = 0;
  for (let k = 0; k < old.length; k++) {
    moved = Math.max(moved, Math.abs(now[k]! - old[k]!));
    size = Math.max(size, Math.abs(now[k]!), Math.abs(old[k]!));
  }
  return moved + contingencyDrift(before, after, i) + size * RELATIVE_SLACK;
}

/** The x of an instrument, always in the same order. */
function xs(grid: ScenarioGrid, i: number): number[] {
  const expiry = grid.expiries[grid.expiryOf[i]!]!;
  const factors = grid.underlyings[expiry.underlying]!;
  const { roles, damping, params } = factors;
  const { maintenanceFactor } = params;
  const future = grid.isFuture[i] === 1;
  const mark = future ? grid.futureMarks[i]! : grid.marks[i]!;
  const found = [mark];
  const add = (s: number, share: number): void => {
    const [low, high] = unitPnl(grid, expiry, i, s);
    found.push(mark + share * low, mark + share * high);
    if (s >= roles.skewFrom) found.push(mark - share * low, mark - share * high);
  };
  for (let s = 0; s < damping.length; s++) add(s, maintenanceFactor * damping[s]!);
  for (const s of [roles.basisUp, roles.basisDown]) add(s, maintenanceFactor * expiry.basis);
  for (const s of [roles.volatilityUp, roles.volatilityDown]) {
    add(s, maintenanceFactor * params.termShare);
  }
  return found;
}

function unitPnl(
  grid: ScenarioGrid,
  { discount, inflate }: GridExpiryFactors,
  i: number,
  s: number,
): [number, number] {
  const price = grid.prices[i * grid.scenarioCount + s]!;
  if (grid.isFuture[i] === 1) return [price, price];
  return [price * discount - grid.marks[i]!, price * inflate - grid.marks[i]!];
}

function contingencyDrift(before: ScenarioGrid, after: ScenarioGrid, i: number): number {
  const factors = factorsOf(after, i);
  if (after.isFuture[i] === 1) {
    return (
      Math.abs(after.futureMarks[i]! - before.futureMarks[i]!) * factors.params.futuresMaintenance
    );
  }
  return Math.abs(factors.index - factorsOf(before, i).index) * factors.params.nakedMaintenance;
}

function factorsOf(grid: ScenarioGrid, i: number): GridUnderlyingFactors {
  return grid.underlyings[grid.expiries[grid.expiryOf[i]!]!.underlying]!;
}

function sameParams(before: ScenarioGrid, after: ScenarioGrid): boolean {
  if (before.underlyings.length !== after.underlyings.length) return false;
  return before.underlyings.every(({ params }, u) => params === after.underlyings[u]!.params);
}

/** Σ |quantity|·drift of one account, uusd. Store it when the account's margin is computed. */
export function exposureToDrift(
  accounts: AccountPositions,
  account: number,
  drift: Float64Array,
): number {
  const { starts, instruments, quantities } = accounts;
  let exposure = 0;
  for (let i = starts[account]!; i < starts[account + 1]!; i++) {
    exposure += Math.abs(weightOf(quantities[i]!)) * drift[instruments[i]!]!;
  }
  return exposure;
}

/**
 * True when the MM of an account cannot have fallen to the threshold since it was last computed.
 * Positions and cash must be unchanged since then: whatever changes them recomputes the margin.
 *
 * @param headroomUusd MM less the threshold when last computed
 * @param exposureThen and now: `exposureToDrift` at that time and at present
 */
export function canSkip(headroomUusd: number, exposureThen: number, exposureNow: number): boolean {
  return headroomUusd > exposureNow - exposureThen + ROUNDING_SLACK;
}
