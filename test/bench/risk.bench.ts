import {
  priceAroundSettlement,
  SECONDS_PER_YEAR,
  settlementTerms,
} from '../../app/lib/math/settlementWindow.ts';
import {
  addDrift,
  buildScenarioGrid,
  canSkip,
  DEFAULT_PORTFOLIO_PARAMS,
  exposureToDrift,
  marginAccounts,
  marginPartsFor,
  shockedVolatility,
  standardMargin,
  volatilityShocks,
} from '../../app/modules/margin/core/index.ts';
import type {
  AccountPositions,
  GridUnderlying,
  MarginParts,
  OptionLeg,
  ScenarioGrid,
} from '../../app/modules/margin/core/index.ts';
import type { Figure } from './figure.ts';

export const name = 'risk';

const POSITIONS = 20;
const INDEX = 64_000;

/** The same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Ten expiries of 31 strikes, calls and puts, and a future each: 630 instruments. */
function market(index: number): GridUnderlying[] {
  const expiries = [1, 2, 3, 9, 16, 40, 70, 100, 190, 280].map((days) => {
    const secondsToExpiry = days * 86_400;
    const noSamples = { windowSeconds: 1_800, weightedSum: 0, weightSeconds: 0 };
    const terms = settlementTerms({ secondsToExpiry, ...noSamples });
    const forward = index * (1 + (0.05 * secondsToExpiry) / SECONDS_PER_YEAR);
    const series = Array.from({ length: 62 }, (_, i) => {
      const strike = 34_000 + 2_000 * (i >> 1);
      const isCall = i % 2 === 0;
      const volatility = 0.5 + 0.4 * Math.abs(strike / INDEX - 1);
      const mark = priceAroundSettlement(isCall, forward, strike, volatility, terms);
      return { isCall, strike, volatility, mark };
    });
    return { forward, terms, series, futureMark: forward };
  });
  return [{ index, confidence: 1, expiries }];
}

function randomAccounts(count: number, instruments: number): AccountPositions {
  const random = generator(count);
  const starts = new Int32Array(count + 1);
  const held = new Int32Array(count * POSITIONS);
  const quantities = new Float64Array(count * POSITIONS);
  for (let a = 0; a < count; a++) {
    const chosen = new Set<number>();
    while (chosen.size < POSITIONS) chosen.add(Math.floor(random() * instruments));
    held.set(
      [...chosen].sort((x, y) => x - y),
      a * POSITIONS,
    );
    starts[a + 1] = (a + 1) * POSITIONS;
  }
  for (let i = 0; i < quantities.length; i++) quantities[i] = Math.floor((random() - 0.5) * 1e5);
  return { starts, instruments: held, quantities };
}

/**
 * Milliseconds of processor time of the fastest of some runs. The work is one thread without I/O,
 * so on an idle machine this is the time that passes; on a shared one it leaves the others out.
 */
function fastestMs(runs: number, work: () => void): number {
  let fastest = Infinity;
  for (let i = 0; i < runs; i++) {
    const started = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(started);
    fastest = Math.min(fastest, (user + system) / 1_000);
  }
  return fastest;
}

/**
 * The peer: every position of every account priced in every scenario, and summed. No charges, no
 * discounting: only what pricing account by account cannot avoid.
 */
function priceByAccount(markets: readonly GridUnderlying[], accounts: AccountPositions): number {
  const { scenarios } = DEFAULT_PORTFOLIO_PARAMS;
  const listed = markets.flatMap(({ expiries }) =>
    expiries.flatMap((expiry) => {
      const shocks = volatilityShocks(expiry.terms.yearsToExpiry, DEFAULT_PORTFOLIO_PARAMS);
      const series = expiry.series.map((s) => ({ ...s, expiry, shocks }));
      return [...series, { expiry, shocks, isCall: null, strike: 0, volatility: 0, mark: 0 }];
    }),
  );
  const totals = new Float64Array(scenarios.length);
  let worst = 0;
  for (let a = 0; a + 1 < accounts.starts.length; a++) {
    totals.fill(0);
    for (let i = accounts.starts[a]!; i < accounts.starts[a + 1]!; i++) {
      const leg = listed[accounts.instruments[i]!]!;
      const { forward, terms } = leg.expiry;
      for (const [s, { indexShock, volatility }] of scenarios.entries()) {
        let pnl = forward * indexShock;
        if (leg.isCall !== null) {
          const sigma = shockedVolatility(leg, forward, leg.shocks, volatility);
          const shocked = forward * (1 + indexShock);
          pnl = priceAroundSettlement(leg.isCall, shocked, leg.strike, sigma, terms) - leg.mark;
        }
        totals[s] = totals[s]! + accounts.quantities[i]! * pnl;
      }
    }
    worst += Math.min(...totals);
  }
  return worst;
}

function benchRemargin(emit: (f: Figure) => void, count: number): void {
  const listed = market(INDEX);
  const { instrumentCount } = buildScenarioGrid(listed);
  const accounts = randomAccounts(count, instrumentCount);
  const parts = marginPartsFor(accounts);
  let grid: ScenarioGrid | null = null;
  const gridMs = fastestMs(20, () => (grid = buildScenarioGrid(listed)));
  const sumMs = fastestMs(30, () => {
    marginAccounts(grid!, accounts, 1, parts);
  });
  const peerMs = fastestMs(count > 1_000 ? 1 : 3, () => priceByAccount(listed, accounts));
  const size = `${count} accounts x ${POSITIONS} positions x 33 scenarios`;
  const value = gridMs + sumMs;
  const peer = 'pricing account by account';
  emit({
    name: `re-margin ${size}`,
    value,
    unit: 'ms',
    peer,
    peerValue: peerMs,
    ratio: peerMs / value,
  });
  emit({ name: `of which pricing ${instrumentCount} instruments`, value: gridMs, unit: 'ms' });
  emit({ name: 'of which one account', value: (sumMs / count) * 1e6, unit: 'ns' });
  benchSkip(emit, grid!, accounts, parts);
}

/** How many accounts need no margin after the index has moved, and what it costs to know. */
function benchSkip(
  emit: (f: Figure) => void,
  grid: ScenarioGrid,
  accounts: AccountPositions,
  parts: MarginParts,
): void {
  const count = parts.maintenance.length;
  const moved = buildScenarioGrid(market(INDEX * 1.001));
  const drift = new Float64Array(grid.instrumentCount);
  const driftMs = fastestMs(10, () => {
    addDrift(grid, moved, drift.fill(0));
  });
  let skipped = 0;
  const checkMs = fastestMs(10, () => {
    skipped = 0;
    for (let a = 0; a < count; a++) {
      // Equity as much above maintenance as half of what maintenance keeps back.
      const headroom = (parts.value[a]! - parts.maintenance[a]!) / 2;
      if (canSkip(headroom, 0, exposureToDrift(accounts, a, drift))) skipped += 1;
    }
  });
  emit({
    name: `skipped of ${count} after a 0.1% move`,
    value: (100 * skipped) / count,
    unit: '%',
  });
  emit({ name: `skip bound for ${count} accounts`, value: driftMs + checkMs, unit: 'ms' });
}

/** One account at the most series it may hold: the sweep is a sort, not a square. */
function benchStandard(emit: (f: Figure) => void, count: number): void {
  const random = generator(count);
  const options = Array.from({ length: count }, (_, i): OptionLeg => {
    const quantity = Math.floor((random() - 0.5) * 1e5);
    return { isCall: i % 2 === 0, strike: 20_000 + 100 * (i >> 1), mark: 900, quantity };
  });
  const expiries = [{ forward: INDEX, settlementFeePerUnit: 9.6, options, futures: [] }];
  const input = { cashUusd: 0n, underlyings: [{ index: INDEX, confidence: 1, expiries }] };
  const value = 1_000 * fastestMs(200, () => standardMargin(input));
  emit({ name: `standard margin of ${count} series of one expiry`, value, unit: 'us' });
}

export function run(emit: (f: Figure) => void): Promise<void> {
  for (const count of [100, 1_000, 10_000]) benchRemargin(emit, count);
  for (const count of [8, 64, 512]) benchStandard(emit, count);
  return Promise.resolve();
}
