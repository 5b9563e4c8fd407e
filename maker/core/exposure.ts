import type { Inventory, MarkedSeries } from './market.ts';
import type { MakerSettings } from './settings.ts';

/** What an inventory gains with the forward, and with a point of volatility, in USD. */
export interface Exposure {
  readonly deltaUsd: number;
  readonly vegaUsd: number;
}

const POINTS = 100;

/** Of a contract of a series. */
export const exposureOf = ({ delta, forward, vega }: MarkedSeries): Exposure => ({
  deltaUsd: delta * forward,
  vegaUsd: vega / POINTS,
});

/** Of all that is held in the series given; what has no mark counts for nothing. */
export function exposureOfAll(series: readonly MarkedSeries[], held: Inventory): Exposure {
  let [deltaUsd, vegaUsd] = [0, 0];
  for (const marked of series) {
    const contracts = held.get(marked.symbol) ?? 0;
    if (contracts === 0) continue;
    const one = exposureOf(marked);
    deltaUsd += contracts * one.deltaUsd;
    vegaUsd += contracts * one.vegaUsd;
  }
  return { deltaUsd, vegaUsd };
}

/** True when a trade may be offered: it lessens whatever is at its limit. */
export function isWithinLimits(
  { delta, vega }: { readonly delta: number; readonly vega: number },
  all: Exposure,
  { maxDeltaUsd, maxVegaUsd }: Pick<MakerSettings, 'maxDeltaUsd' | 'maxVegaUsd'>,
): boolean {
  const grows = (held: number, change: number, limit: number) =>
    Math.abs(held) >= limit && held * change > 0;
  return !grows(all.deltaUsd, delta, maxDeltaUsd) && !grows(all.vegaUsd, vega, maxVegaUsd);
}
