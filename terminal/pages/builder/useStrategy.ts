import { useMemo } from 'preact/hooks';
import type { Leg } from '../../core/leg.ts';
import { chainSignal } from '../../store/markets.ts';
import type { Expiry, Series } from '../../store/markets.ts';
import { useChannel } from '../../store/streams.ts';
import { useMarketNow } from './marketNow.ts';
import { legPrice, plannedLegs, valuedLeg } from './plan.ts';
import type { PlannedLeg } from './plan.ts';
import type { Trade } from './whatIf.ts';

const UNITS = 10_000;
const CENT_UUSD = 10_000;

/** A planned strategy with the market that it is in. */
export interface Strategy {
  readonly legs: readonly PlannedLeg[];
  readonly expiries: readonly Expiry[];
  readonly seriesOf: (symbol: string) => Series | undefined;
  /** The legs as the core values them; empty unless every one has a price and a volatility. */
  readonly valued: readonly Leg[];
  readonly trades: readonly Trade[];
  /** Why there will be no prices; null while there may be. */
  readonly ended: string | null;
}

/** Contracts as typed, to the last that can be traded; 0 where this is none. */
export function countOf(text: string): number {
  const count = Math.round(Number(text) * UNITS) / UNITS;
  return Number.isFinite(count) && count > 0 ? count : 0;
}

/** The strategy that an address plans, `count` times. */
export function useStrategy(
  underlying: string,
  planned: readonly string[],
  count: number,
): Strategy {
  const ticker = useChannel(`ticker:${underlying}`);
  const expiries = useMemo(() => chainSignal(ticker.document), [ticker]).value;
  const legs = useMemo(() => plannedLegs(planned), [planned.join('/')]);
  const marketOf = useMarketNow(underlying);
  const seriesOf = (symbol: string) =>
    ticker.document.value?.series[symbol] as unknown as Series | undefined;
  const valued = legs.flatMap((leg) => {
    const series = seriesOf(leg.symbol);
    return (series && valuedLeg(leg, series, marketOf(series.expirySeconds), count)) ?? [];
  });
  const trades = legs.flatMap((leg): Trade[] => {
    const series = seriesOf(leg.symbol);
    const uusd = series && legPrice(leg, series);
    if (uusd === undefined || count === 0) return [];
    const quantity = String(Math.round(leg.ratio * count * UNITS));
    // Whole cents: a mark that stands in for a price is finer.
    const priceUusd = String(Math.round(uusd / CENT_UUSD) * CENT_UUSD);
    return [{ series: leg.symbol, quantity, priceUusd }];
  });
  const isWhole = valued.length === legs.length && count > 0;
  const ended = ticker.ended.value;
  return { legs, expiries, seriesOf, valued: isWhole ? valued : [], trades, ended };
}
