import { marginOnGrid } from './marginOnGrid.ts';
import { requireLegCount, RiskInputError } from './riskInput.ts';
import { buildScenarioGrid } from './scenarioGrid.ts';
import type {
  GridAccount,
  GridPosition,
  PortfolioExpiry,
  PortfolioFuture,
  PortfolioInput,
  PortfolioMargin,
  PortfolioOption,
} from './portfolioTypes.ts';
import type { GridExpiry, GridUnderlying } from './portfolioTypes.ts';
import type { ScenarioGrid } from './scenarioGrid.ts';

/**
 * Portfolio margin of one account given as plain legs: prices them in every scenario, then sums.
 * For many accounts over the same market price once: `buildScenarioGrid`, then `marginAccounts`.
 *
 * Legs may come in any order; each series and future at most once.
 *
 * @throws RiskInputError for values outside the bounds of riskInput.ts, or a series given twice
 */
export function portfolioMargin(input: PortfolioInput): PortfolioMargin {
  const { grid, account } = gridOfPortfolio(input);
  return marginOnGrid(grid, account, input.collateralPrice ?? 1);
}

/** An account with a grid of its own. */
export interface PortfolioGrid {
  readonly grid: ScenarioGrid;
  readonly account: GridAccount;
  /** Where each leg of the input stands: its instrument, and its place in `positions`. */
  readonly places: ReadonlyMap<PortfolioOption | PortfolioFuture, number>;
}

/** Prices the legs of an account. @throws RiskInputError as `portfolioMargin` */
export function gridOfPortfolio(input: PortfolioInput): PortfolioGrid {
  const positions: GridPosition[] = [];
  const places = new Map<PortfolioOption | PortfolioFuture, number>();
  let equityUusd = input.cashUusd;
  const market = input.underlyings.map(
    ({ index, confidence, params, expiries }): GridUnderlying => {
      const listed = expiries.map((expiry): GridExpiry => {
        if (expiry.futures.length > 1) {
          throw new RiskInputError('bad_order', 'futures of one expiry', expiry.futures.length);
        }
        const options = [...expiry.options].sort(byStrike);
        for (const leg of [...options, ...expiry.futures]) {
          const { quantity, orders } = leg;
          places.set(leg, positions.length);
          positions.push({ instrument: positions.length, quantity, orders });
        }
        requireLegCount(positions.length);
        for (const future of expiry.futures) equityUusd += future.pnlUusd ?? 0n;
        return gridExpiry(expiry, options);
      });
      return { index, confidence, params, expiries: listed };
    },
  );
  return { grid: buildScenarioGrid(market), account: { equityUusd, positions }, places };
}

function gridExpiry(expiry: PortfolioExpiry, series: readonly PortfolioOption[]): GridExpiry {
  const { forward, terms, confidence, futures } = expiry;
  return { forward, terms, confidence, series, futureMark: futures[0]?.mark ?? null };
}

/** Total: two legs of the same series compare equal, and are refused by the grid. */
function byStrike(a: PortfolioOption, b: PortfolioOption): number {
  return a.strike - b.strike || Number(b.isCall) - Number(a.isCall);
}
