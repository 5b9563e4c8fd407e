import type { AnyMsg, UserKey } from '../../harness/keys.ts';
import { Side, orderMsg } from '../../harness/trading.ts';

/** A series that the flow trades, with the band in which its orders are taken. */
export interface FlowMarket {
  readonly symbol: string;
  readonly markUsd: number;
  readonly bandLowUsd: number;
  readonly bandHighUsd: number;
}

/** What the flow trades: so many series, dear enough for prices a tick apart to differ. */
export const FLOW = { series: 40, leastMarkUsd: 200 } as const;

const tradable = ({ markUsd }: FlowMarket): boolean => markUsd > FLOW.leastMarkUsd;

/** @throws Error when there are none */
export function flowMarkets(all: readonly FlowMarket[]): FlowMarket[] {
  const markets = all.filter(tradable).slice(0, FLOW.series);
  if (markets.length === 0) throw new Error('no series to trade');
  return markets;
}

/**
 * The n-th order of the flow that networks are loaded with: near the marks, on both sides. About a
 * third of them trade, the rest rests. @throws Error when its price is outside the band
 */
export function flowOrder(markets: readonly FlowMarket[], key: UserKey, n: number): AnyMsg {
  const market = markets[n % markets.length]!;
  const isBuy = (Math.imul(n, 2_654_435_761) >>> 16) % 2 === 0;
  const away = (((Math.imul(n, 40_503) >>> 8) % 30) - 10) / 1_000;
  const price = Math.round((market.markUsd * (isBuy ? 1 - away : 1 + away)) / 5) * 5;
  if (price < market.bandLowUsd || price > market.bandHighUsd) {
    throw new Error(`${market.symbol}: ${price} USD is outside the price band`);
  }
  const side = isBuy ? Side.SIDE_BUY : Side.SIDE_SELL;
  return orderMsg(key, { series: market.symbol, side, size: 0.1, price });
}
