import { expect } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSeriesBySymbol, mustUnderlying } from '../../options/index.ts';
import type { ClobChain } from '../fixture.ts';
import { CALL, eventsOf } from '../fixture.ts';
import { volPrice } from './volPrice.ts';

export const USD = 1_000_000n;
export const RICH = 200_000n * USD;
export const IOC = { timeInForce: pb.TimeInForce.TIME_IN_FORCE_IOC };
export type Terms = Partial<pb.MsgPlaceOrder>;

/** An order by volatility, by default for one contract of `CALL`. */
export const vol = (
  chain: ClobChain,
  user: number,
  side: 'buy' | 'sell',
  volBp: number,
  bound: number,
  terms: Terms = {},
) => chain.place(user, side, bound, { volBp, ...terms });

/** What a volatility is worth now, in USD. */
export function worth(chain: ClobChain, isBuy: boolean, volBp: number, symbol = CALL): number {
  const series = mustSeriesBySymbol(chain.ctx, symbol);
  const underlying = mustUnderlying(chain.ctx, 'BTC');
  return Number(volPrice(chain.ctx, series, underlying, { isBuy, volBp })) / 1e6;
}

export function move(chain: ClobChain, indexUsd: number): void {
  chain.indexUusd = BigInt(indexUsd) * USD;
  chain.block();
}

/** Prices in USD and sizes of the trades of an order. */
export function traded(
  chain: ClobChain,
  user: number,
  side: 'buy' | 'sell',
  usd: number,
  terms: Terms,
) {
  const { ctx } = chain.placing(user, side, usd, terms);
  return eventsOf(ctx, 'trade').map((e) => [
    Number(e['price_uusd']) / 1e6,
    Number(e['quantity']) / 10_000,
    e['maker_order_id'],
  ]);
}

export const vols = (chain: ClobChain) =>
  chain.query('VolOrders', pb.QueryVolOrdersRequest, pb.QueryVolOrdersResponse, {
    ...{ symbol: CALL, limit: 0 },
  });

/** Nothing is broken, and a node that starts again has the same. */
export function sound(chain: ClobChain): void {
  expect(chain.broken()).toEqual([]);
  expect(chain.restart().dump()).toEqual(chain.dump());
}
