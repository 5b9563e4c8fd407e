import type { View } from '../../../runtime/context.ts';
import { buildScenarioGrid, marginAccounts, marginPartsFor } from '../core/index.ts';
import type { AccountPositions, GridExpiry, GridUnderlying, ScenarioGrid } from '../core/index.ts';
import { insideBounds } from '../judge/insideBounds.ts';
import { expiryMarketOf, marketsIn } from '../marks.ts';
import { params } from '../params.ts';
import { portfolioParamsOf } from '../inputs/portfolioRules.ts';
import type { BlockPrices } from './blockPrices.ts';
import { PORTFOLIO } from './riskTable.ts';
import type { RiskTable } from './riskTable.ts';
import type { SeriesSlots } from './seriesSlots.ts';

/** Rounded to doubles and back: below this, uusd, the judgement itself decides. */
const SLACK_UUSD = 2;

/**
 * Accounts of the portfolio mode that may be in breach, by their places in the table. All whose
 * prices are known are margined on one grid, to the last bit as one by one; of the others the
 * judgement knows what to leave out.
 */
export function portfolioSuspects(view: View, table: RiskTable, prices: BlockPrices): number[] {
  const suspects: number[] = [];
  const judged: number[] = [];
  for (let at = 0; at < table.ids.length; at++) {
    if (table.kinds[at] !== PORTFOLIO) continue;
    (isKnown(table, at, prices) ? judged : suspects).push(at);
  }
  if (judged.length === 0) return suspects;
  const instruments = new Int32Array(table.series.slots.length).fill(-1);
  const positions = layOut(table, judged, instruments, () =>
    insideBounds(() => gridOf(view, table.series, prices, instruments)),
  );
  const parts = marginPartsFor(positions.accounts);
  insideBounds(() => {
    marginAccounts(positions.grid, positions.accounts, 1, parts);
  });
  for (let a = 0; a < judged.length; a++) {
    const at = judged[a]!;
    if (table.cash[at]! + parts.maintenance[a]! < SLACK_UUSD) suspects.push(at);
  }
  return suspects;
}

function isKnown({ starts, counts, slots }: RiskTable, at: number, prices: BlockPrices): boolean {
  const start = starts[at]!;
  const end = start + counts[at]!;
  for (let i = start; i < end; i++) if (prices.isKnown[slots[i]!] === 0) return false;
  return true;
}

interface LaidOut {
  readonly grid: ScenarioGrid;
  readonly accounts: AccountPositions;
}

/**
 * The positions of some accounts one after the other, by instrument of a grid of what they hold.
 *
 * @param instruments by slot; the grid takes those that are 0 and writes their numbers
 */
function layOut(
  { starts: from, counts, slots, quantities: held }: RiskTable,
  places: readonly number[],
  instruments: Int32Array,
  makeGrid: () => ScenarioGrid,
): LaidOut {
  const starts = new Int32Array(places.length + 1);
  for (let a = 0; a < places.length; a++) starts[a + 1] = starts[a]! + counts[places[a]!]!;
  const count = starts[places.length]!;
  const quantities = new Float64Array(count);
  const numbers = new Int32Array(count);
  for (let a = 0; a < places.length; a++) {
    const start = from[places[a]!]!;
    const [first, rows] = [starts[a]!, counts[places[a]!]!];
    for (let i = 0; i < rows; i++) {
      const slot = slots[start + i]!;
      instruments[slot] = 0;
      numbers[first + i] = slot;
      quantities[first + i] = held[start + i]!;
    }
  }
  const grid = makeGrid();
  for (let i = 0; i < count; i++) numbers[i] = instruments[numbers[i]!]!;
  return { grid, accounts: { starts, instruments: numbers, quantities } };
}

interface OpenUnderlying extends Omit<GridUnderlying, 'expiries'> {
  readonly underlyingId: number;
  readonly expiries: (GridExpiry & { series: GridExpiry['series'][number][] })[];
}

/** A grid of the series whose instrument is 0, and their instruments. */
function gridOf(
  view: View,
  slots: SeriesSlots,
  { quotes }: BlockPrices,
  instruments: Int32Array,
): ScenarioGrid {
  const marketOf = marketsIn(view);
  const p = params.get(view);
  const market: OpenUnderlying[] = [];
  let expirySeconds: bigint | undefined;
  let next = 0;
  for (const at of slots.inOrder()) {
    if (instruments[at] !== 0) continue;
    const slot = slots.slots[at]!;
    const { series, mark } = quotes[at]!;
    if (market.at(-1)?.underlyingId !== slot.underlyingId) {
      const { underlyingId } = slot;
      const { index, confidence } = mark;
      const rules = portfolioParamsOf(p, underlyingId);
      market.push({ underlyingId, index, confidence, params: rules, expiries: [] });
      expirySeconds = undefined;
    }
    const { expiries } = market.at(-1)!;
    if (expirySeconds !== slot.expirySeconds) {
      ({ expirySeconds } = slot);
      expiries.push({ ...expiryMarketOf(view, series), series: [], futureMark: null });
    }
    expiries.at(-1)!.series.push(marketOf(series, mark));
    instruments[at] = next++;
  }
  return buildScenarioGrid(market);
}
