import { sourceNames } from './faults.ts';
import type { World } from './world.ts';

/** The truth and what hides it, prices as decimal strings. */
export function stateOf(world: World): object {
  const { tick, timeMs, quotes, coins } = world.snapshot;
  return {
    time: new Date(timeMs).toISOString(),
    tick,
    underlyings: Object.fromEntries(
      Object.entries(quotes).map(([symbol, { price, vol, held }]) => [
        symbol,
        { price: price.toFixed(6), vol: vol.toFixed(6), held },
      ]),
    ),
    stablecoins: Object.fromEntries(
      Object.entries(coins).map(([symbol, { price, held }]) => [
        symbol,
        { price: price.toFixed(6), held },
      ]),
    ),
    sources: Object.fromEntries(
      sourceNames.map((source) => {
        const { mode, by } = world.faults.of(source);
        return [source, by === 0 ? { mode } : { mode, by: String(by) }];
      }),
    ),
    rows: world.faults.rows.map(({ by, ...row }) => (by === 0 ? row : { ...row, by: String(by) })),
  };
}
