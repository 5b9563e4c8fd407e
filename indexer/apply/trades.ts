import { amountOf } from './at.ts';
import type { At, Attributes, Handlers } from './at.ts';
import { applyFill, premiumOf, underlyingOf } from './fill.ts';
import type { Ledger } from './ledger.ts';

/** What of a trade is the same for both. */
function sidesOf(a: Attributes) {
  const priceUusd = BigInt(a['price_uusd']!);
  const quantity = BigInt(a['quantity']!);
  const premiumUusd = premiumOf(priceUusd, quantity);
  const shared = { kind: 'trade', series: a['series']!, priceUusd, quantity, premiumUusd } as const;
  const side = (role: 'maker' | 'taker', other: 'maker' | 'taker') => ({
    ...shared,
    ...{ role, owner: a[role]!, subaccount: BigInt(a[`${role}_subaccount`]!) },
    ...{ feeUusd: BigInt(a[`${role}_fee_uusd`]!), orderId: BigInt(a[`${role}_order_id`]!) },
    ...{ counterparty: a[other]!, tradeId: BigInt(a['trade_id']!) },
    isBuy: (a['taker_side'] === 'buy') === (role === 'taker'),
  });
  return { ...shared, maker: side('maker', 'taker'), taker: side('taker', 'maker') };
}

function trade(ledger: Ledger, at: At, a: Attributes): void {
  const { series, priceUusd: price, quantity, premiumUusd: premium, maker, taker } = sidesOf(a);
  // The seller first, as the chain does: it matters where both are the same account.
  for (const side of taker.isBuy ? [maker, taker] : [taker, maker]) {
    applyFill(ledger, at, side);
    fillOrder(ledger, at, side.orderId, { quantity, premium, fee: side.feeUusd });
  }
  const underlying = underlyingOf(series);
  ledger.log('trades', {
    ...{ height: at.height, idx: at.idx, time: at.time, trade_id: taker.tradeId },
    ...{ series, underlying, price_uusd: price, quantity, premium_uusd: premium },
    taker_side: a['taker_side']!,
    ...{ maker: maker.owner, maker_subaccount: maker.subaccount, maker_order_id: maker.orderId },
    ...{ taker: taker.owner, taker_subaccount: taker.subaccount, taker_order_id: taker.orderId },
    ...{ maker_fee_uusd: maker.feeUusd, taker_fee_uusd: taker.feeUusd },
    fund_fee_uusd: amountOf(a['fund_fee_uusd']),
    referrers_fee_uusd: amountOf(a['maker_referrer_uusd']) + amountOf(a['taker_referrer_uusd']),
    treasury_fee_uusd: amountOf(a['treasury_fee_uusd']),
    validators_fee_uusd: amountOf(a['validators_fee_uusd']),
    ...{ liquidation: a['liquidation'] === 'true', tx_hash: at.txHash },
  });
  const { timeMs } = at;
  const of = { name: series, seriesId: ledger.seriesId(series), timeMs };
  ledger.candles.add({ kind: 'trade', ...of, price, quantity, premium });
}

interface Filled {
  readonly quantity: bigint;
  readonly premium: bigint;
  readonly fee: bigint;
}

function fillOrder(ledger: Ledger, at: At, id: bigint, { quantity, premium, fee }: Filled): void {
  const order = ledger.order(id);
  if (order === undefined) return;
  order.filled += quantity;
  order.filled_uusd += premium;
  order.fee_uusd += fee;
  if (order.filled === order.quantity) order.status = 'filled';
  order.changed_height = at.height;
  order.changed_at = at.time;
}

export const tradeHandlers: Handlers = { trade };
