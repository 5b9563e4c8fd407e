import { portfolioMargin } from './portfolioMargin.ts';
import { ceilUusd, floorUusd } from './rounding.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import type { GridUnderlying } from './portfolioTypes.ts';
import type { ScenarioGrid } from './scenarioGrid.ts';
import type {
  GridAccount,
  PortfolioExpiry,
  PortfolioInput,
  PortfolioMargin,
  PortfolioUnderlying,
} from './portfolioTypes.ts';
import type { StandardMargin } from './types.ts';

/** "Why was I liquidated": the margin with every part, and what it takes to compute it again. */
export interface PortfolioExplanation {
  readonly input: PortfolioInput;
  readonly margin: PortfolioMargin;
}

/**
 * Explains one account of a grid. `input` is the market reduced to the account's legs:
 * `replayExplanation` gives the same margin from it alone, to the last bit.
 *
 * @param market what the grid was built from
 */
export function explainOnGrid(
  grid: ScenarioGrid,
  market: readonly GridUnderlying[],
  account: GridAccount,
  collateralPrice = 1,
): PortfolioExplanation {
  const margin = marginOnGrid(grid, account, collateralPrice);
  const held = new Map(account.positions.map((position) => [position.instrument, position]));
  let instrument = 0;
  const underlyings: PortfolioUnderlying[] = market.map((underlying) => {
    const { index, confidence, params } = underlying;
    const expiries: PortfolioExpiry[] = [];
    for (const {
      forward,
      terms,
      confidence: ofExpiry,
      series,
      futureMark,
    } of underlying.expiries) {
      const options = series.flatMap((listed) => {
        const position = held.get(instrument++);
        return position ? [{ ...listed, ...legOf(position) }] : [];
      });
      const future = futureMark === null ? undefined : held.get(instrument++);
      const futures = future ? [{ mark: futureMark!, ...legOf(future) }] : [];
      if (options.length + futures.length === 0) continue;
      expiries.push({ forward, terms, confidence: ofExpiry, options, futures });
    }
    return { index, confidence, params, expiries };
  });
  return { input: { cashUusd: account.equityUusd, collateralPrice, underlyings }, margin };
}

function legOf({ quantity, orders }: GridAccount['positions'][number]): {
  quantity: number;
  orders: GridAccount['positions'][number]['orders'];
} {
  return { quantity, orders };
}

/** Computes an explained margin again from its input alone. */
export function replayExplanation({ input }: PortfolioExplanation): PortfolioMargin {
  return portfolioMargin(input);
}

/** The signed margins that explained parts add up to. */
export interface SumOfParts {
  readonly initialMarginUusd: bigint;
  readonly maintenanceMarginUusd: bigint;
}

/** Adds up the parts of a portfolio margin: options, scenario losses, contingencies. */
export function sumPortfolioParts(margin: PortfolioMargin): SumOfParts {
  let initial = 0;
  let maintenance = 0;
  let value = 0;
  for (const part of margin.underlyings) {
    for (const expiry of part.expiries) value += expiry.optionsValue;
    initial += part.initialRisk - part.initialContingency;
    maintenance += part.maintenanceFactor * part.worst - part.maintenanceContingency;
  }
  return {
    initialMarginUusd: margin.equityUusd + floorUusd(value + initial),
    maintenanceMarginUusd: margin.equityUusd + floorUusd(value + maintenance),
  };
}

/** Adds up the parts of a standard margin: the cheapest method of each expiry, and the add-ons. */
export function sumStandardParts(margin: StandardMargin): SumOfParts {
  let initial = 0;
  let maintenance = 0;
  for (const part of margin.underlyings) {
    for (const expiry of part.expiries) {
      initial += expiry.initial.requirement;
      maintenance += expiry.maintenance.requirement;
    }
    initial += part.confidenceCharge + part.collateralCharge;
  }
  return {
    initialMarginUusd: margin.equityUusd - ceilUusd(initial),
    maintenanceMarginUusd: margin.equityUusd - ceilUusd(maintenance),
  };
}
