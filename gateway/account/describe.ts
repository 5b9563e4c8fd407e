import { nameOf } from '../market/instrument.ts';
import { contracts, rounded, usd } from '../rpc/decimal.ts';
import type { Fill, Order } from './order.ts';

const REASONS: Readonly<Record<string, string>> = {
  requested: 'user_request',
  replaced: 'user_request',
  liquidation: 'autoliquidation',
  dead_man_switch: 'cancel_on_disconnect',
  expired: 'settlement',
};

/** USD a contract, of the fills that are known; 0 before the first, as there. */
function averageOf({ costUusd, knownFilled, filled }: Order): { average_price?: number } {
  if (filled === 0n) return { average_price: 0 };
  if (knownFilled === 0n) return {};
  return { average_price: rounded(Number(costUusd) / Number(knownFilled) / 1e6, 6) };
}

/** What it was asked to trade at: of an order by volatility in percent, at the market a word. */
function priceOf({ asked, volBp, priceUusd }: Order): number | 'market_price' {
  if (volBp !== null) return volBp / 100;
  return asked.type === 'market' ? 'market_price' : usd(priceUusd);
}

export function describeOrder(order: Order, label: string) {
  const { asked, volBp, state, reason, isReplaced } = order;
  return {
    ...{ order_id: order.id, order_state: state, order_type: asked.type, label },
    ...{ instrument_name: nameOf(order.symbol), direction: order.isBuy ? 'buy' : 'sell' },
    price: priceOf(order),
    ...{ amount: contracts(order.quantity), contracts: contracts(order.quantity) },
    ...{ filled_amount: contracts(order.filled), ...averageOf(order) },
    ...{ time_in_force: asked.timeInForce, post_only: asked.postOnly },
    ...{ reject_post_only: asked.rejectPostOnly, reduce_only: order.reduceOnly },
    ...{ creation_timestamp: order.createdMs, last_update_timestamp: order.updatedMs },
    ...{ api: true, web: false, is_rebalance: false, is_liquidation: false },
    ...{ replaced: isReplaced, risk_reducing: false, mmp: false },
    ...{ max_show: contracts(order.quantity), display_amount: contracts(order.quantity) },
    ...(order.isDelayed ? { chain_state: 'delayed' } : {}),
    ...(volBp === null ? {} : { advanced: 'implv', implv: volBp / 100 }),
    ...(state === 'open' || state === 'filled' ? {} : reasonOf(reason)),
  };
}

/** Deribit's word where there is one, and the chain's beside it. */
function reasonOf(reason: string | null): { cancel_reason?: string; chain_reason?: string } {
  if (reason === null) return {};
  const word = REASONS[reason];
  return { ...(word === undefined ? {} : { cancel_reason: word }), chain_reason: reason };
}

/** A trade of the account's. What the gateway did not see is null. */
export function describeFill(
  fill: Fill,
  { order, label, tick }: { order: Order | null; label: string; tick: 0 | 1 | 2 | 3 },
) {
  return {
    ...{ trade_id: fill.id, trade_seq: Number(fill.id), order_id: fill.orderId, label },
    ...{ instrument_name: nameOf(fill.symbol), timestamp: Number(fill.timeMs) },
    ...{ direction: fill.isBuy ? 'buy' : 'sell', price: usd(fill.priceUusd) },
    ...{ amount: contracts(fill.quantity), contracts: contracts(fill.quantity) },
    ...{ tick_direction: tick, index_price: fill.index, mark_price: fill.mark },
    ...{ fee: usd(fill.feeUusd), fee_currency: 'USDC', liquidity: fill.isMaker ? 'M' : 'T' },
    ...{ state: order?.state ?? 'filled', order_type: order?.asked.type ?? 'limit' },
    ...{ post_only: order?.asked.postOnly ?? false, reduce_only: order?.reduceOnly ?? false },
    ...{ matching_id: null, self_trade: fill.maker === fill.taker, api: true, mmp: false },
    ...(fill.vol === null ? {} : { iv: rounded(100 * fill.vol, 2) }),
    ...(fill.isLiquidation ? { liquidation: fill.isMaker ? 'T' : 'M' } : {}),
  };
}
