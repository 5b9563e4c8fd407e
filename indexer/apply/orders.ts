import type { At, Attributes, Handlers } from './at.ts';
import type { Ledger } from './ledger.ts';
import type { OrderRow } from './rows.ts';

const optional = (text: string | undefined): bigint | null =>
  text === undefined ? null : BigInt(text);

/** What an order is told with each time that it is placed: first, and when it was replaced. */
function termsOf(at: At, a: Attributes) {
  return {
    price_uusd: BigInt(a['price_uusd']!),
    time_in_force: a['time_in_force'] ?? 'gtc',
    reduce_only: a['reduce_only'] === 'true',
    vol_bp: a['vol_bp'] === undefined ? null : Number(a['vol_bp']),
    bound_uusd: optional(a['bound_uusd']),
    ...{ status: 'open' as const, reason: null, changed_height: at.height, changed_at: at.time },
  };
}

function placed(ledger: Ledger, at: At, a: Attributes): void {
  const order_id = BigInt(a['order_id']!);
  const quantity = BigInt(a['quantity']!);
  const known = ledger.order(order_id);
  if (known !== undefined) {
    Object.assign(known, termsOf(at, a), { quantity: known.filled + quantity });
    return;
  }
  const none = { filled: 0n, filled_uusd: 0n, fee_uusd: 0n };
  ledger.addOrder({
    ...{ order_id, series: a['series']!, series_id: ledger.seriesId(a['series']!) },
    ...{ owner: a['owner']!, side: a['side']! },
    ...{ subaccount: BigInt(a['subaccount']!), quantity, ...none, ...termsOf(at, a) },
    liquidation: a['liquidation'] === 'true',
    client_order_id: a['client_order_id'] ?? null,
    ...{ placed_height: at.height, placed_at: at.time, tx_hash: at.txHash },
  });
}

function change(at: At, order: OrderRow | undefined, how: (order: OrderRow) => void): void {
  if (order === undefined) return;
  how(order);
  order.changed_height = at.height;
  order.changed_at = at.time;
}

function cancelled(ledger: Ledger, at: At, a: Attributes): void {
  change(at, ledger.order(BigInt(a['order_id']!)), (order) => {
    order.status = 'cancelled';
    order.reason = a['reason']!;
  });
}

function reduced(ledger: Ledger, at: At, a: Attributes): void {
  change(at, ledger.order(BigInt(a['order_id']!)), (order) => {
    order.quantity -= BigInt(a['quantity']!);
  });
}

export const orderHandlers: Handlers = {
  order_placed: placed,
  order_cancelled: cancelled,
  order_reduced: reduced,
};
