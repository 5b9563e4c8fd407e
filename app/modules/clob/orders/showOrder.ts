import type { Order, OrderRecord, QueryOrderRequest } from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../accounts/index.ts';
import { reservedOf } from '../../margin/index.ts';
import { seriesById, seriesBySymbol } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { clobErrors } from '../errors.ts';
import * as state from '../state.ts';
import { isOutside, isVol } from '../vols/ladder.ts';
import type { VolRecord } from '../vols/ladder.ts';
import { priceNow } from '../vols/queries.ts';
import { validateName } from './findOrder.ts';

interface Open {
  readonly id: bigint;
  readonly owner: string;
  readonly subaccount: number;
  readonly remaining: bigint;
}

type Kept = Omit<OrderRecord, 'subaccountId' | 'terms' | 'vol'>;

/** What is kept of an order, and what is not. */
function describe(record: Kept, more: Omit<Order, keyof Kept>): Order {
  const { seriesId, side, priceUusd, quantity, clientOrderId, reduceOnly } = record;
  const { createdHeight, goodTilSeconds } = record;
  return {
    ...{ seriesId, side, priceUusd, quantity, clientOrderId, reduceOnly, createdHeight },
    ...(goodTilSeconds === undefined ? {} : { goodTilSeconds }),
    ...more,
  };
}

/** Of an order by volatility: that, and what it would trade at now. */
function volNow(view: View, record: VolRecord): Pick<Order, 'volBp' | 'nowUusd'> {
  const { volBp } = record.vol;
  const series = seriesById(view, record.seriesId);
  const isThere = series !== undefined && isOutside(record);
  const nowUusd = isThere ? priceNow(view, series, record) : record.priceUusd;
  return nowUusd === undefined ? { volBp } : { volBp, nowUusd };
}

/** A resting order. */
export function describeOpen(view: View, { id, owner, subaccount, remaining }: Open): Order {
  const record = state.orders.must(view, id);
  const { symbol } = state.infos.must(view, record.seriesId);
  const filled = record.quantity - remaining;
  const more = { id, symbol, owner, subaccount, remaining, filled, status: 'open' };
  return describe(record, isVol(record) ? { ...more, ...volNow(view, record) } : more);
}

/** An order that would take, before the end of the next block. */
function showDelayed(view: View, account: bigint, id: bigint | undefined): Order | undefined {
  const found = id === undefined ? undefined : state.delayed.get(view, id);
  const series = seriesBySymbol(view, found?.order?.series ?? '');
  if (found?.order === undefined || found.subaccountId !== account || series === undefined) {
    return undefined;
  }
  const { sender: owner, subaccount, quantity, goodTilSeconds, volBp, ...order } = found.order;
  const more = { id: found.id, symbol: series.symbol, owner, subaccount, remaining: quantity };
  const vol = volBp === undefined ? {} : { volBp };
  const until = goodTilSeconds === 0n ? {} : { goodTilSeconds };
  const kept = { ...order, ...until, quantity, seriesId: series.id, createdHeight: found.height };
  return describe(kept, { ...more, ...vol, filled: 0n, status: 'delayed' });
}

/**
 * An order of a subaccount, open or ended not long ago.
 * @throws Reject badRequest, unknownOrder
 */
export function showOrder(view: View, request: QueryOrderRequest): Order {
  const { owner, subaccount, orderId, clientOrderId } = request;
  validateName({ sender: owner, ...request });
  const { id: account } = mustSubaccountOf(view, owner, subaccount);
  const key = [account, clientOrderId] as const;
  const id =
    orderId === 0n
      ? (state.clientIds.get(view, key) ?? state.endedClientIds.get(view, key))
      : orderId;
  if (id !== undefined && state.orders.get(view, id)?.subaccountId === account) {
    const remaining = reservedOf(view, account, id).quantity;
    return describeOpen(view, { id, owner, subaccount, remaining });
  }
  const waiting = showDelayed(view, account, id ?? state.delayedClientIds.get(view, key));
  if (waiting !== undefined) return waiting;
  const ended = id === undefined ? undefined : state.ended.get(view, id);
  if (ended?.subaccountId === account) {
    const { symbol, filled, reason: status, endedHeight } = ended;
    const more = { id: ended.id, symbol, owner, subaccount, remaining: 0n, filled, status };
    const vol = ended.volBp === undefined ? {} : { volBp: ended.volBp };
    return describe(ended, { ...more, ...vol, endedHeight });
  }
  throw clobErrors.unknownOrder(
    `subaccount ${subaccount} has no order ${clientOrderId || orderId.toString()}, ` +
      'or it ended too long ago to be known',
  );
}
