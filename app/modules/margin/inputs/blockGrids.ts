import type { View } from '../../../runtime/context.ts';
import { OpenGrid } from '../core/index.ts';
import type { GridPosition } from '../core/index.ts';
import { BlockMemo } from '../judge/blockMemo.ts';
import { expiryMarketOf, marketsIn } from '../marks.ts';
import { params } from '../params.ts';
import { sumOrders } from './legs.ts';
import type { ExpiryLegs } from './legs.ts';
import { portfolioParamsOf } from './portfolioRules.ts';

/** The scenarios of a block, for all accounts: grids by expiry, and where in them series are. */
const memo = new BlockMemo('margin/grids', (memory) => ({
  grids: memory.map<string, OpenGrid>(),
  places: memory.map<number, number>(),
}));

/** What an account has at one expiry, as the portfolio core takes it. */
export interface OnGrid {
  readonly grid: OpenGrid;
  readonly positions: readonly GridPosition[];
}

/**
 * The legs of one expiry, at least one, each with a volatility, on the block's grid of it.
 * @throws RiskInputError, MathInputError
 */
export function onBlockGrid(view: View, expiry: ExpiryLegs, takerFeePpm: number): OnGrid {
  const { underlyingId, expirySeconds, legs } = expiry;
  const { grids, places } = memo.get(view);
  const grid = grids.get(`${underlyingId}/${expirySeconds}`, (unmetered) => {
    const { series, mark } = legs[0]!;
    const { index, confidence } = mark;
    const rules = portfolioParamsOf(params.get(unmetered), underlyingId);
    return new OpenGrid({ index, confidence, params: rules }, expiryMarketOf(unmetered, series));
  })!;
  const marketOf = marketsIn(view);
  const positions = legs.map((leg): GridPosition => {
    const { series, mark, quantity } = leg;
    const place = () => grid.add(marketOf(series, mark));
    const instrument = places.get(Number(series.id), place)!;
    return { instrument, quantity: Number(quantity), orders: sumOrders(leg, takerFeePpm) };
  });
  return { grid, positions };
}
