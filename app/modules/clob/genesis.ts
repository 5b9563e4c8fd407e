import { GenesisState } from '../../../proto/gen/tenor.clob.v1.ts';
import type { GenesisBook, GenesisOrder } from '../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount } from '../accounts/index.ts';
import { accountOf } from '../auth/index.ts';
import { assert, defined } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import type { GenesisSpec } from '../../runtime/module.ts';
import {
  exportAuctions,
  exportClearing,
  importAuctions,
  importClearing,
  wrongAuctionsIn,
} from './auctions/genesis.ts';
import { booksOf } from './books/books.ts';
import { AUCTION, BUY, GTC, OUTCOME_RESTING, SELL } from './core/index.ts';
import type { Book, OrderView } from './core/index.ts';
import { params, wrongParams } from './params.ts';
import { rebuild } from './rebuild.ts';
import { exportQuotes, importQuotes, wrongQuotes, wrongRestingQuote } from './quotes/genesis.ts';
import { countAllGroups } from './quotes/quoting.ts';
import { groups } from './quotes/state.ts';
import { groupOfTag, tagOfGroup } from './core/tags.ts';
import * as state from './state.ts';
import { isOutside, waitingVols } from './vols/ladder.ts';
import { mustVol } from './vols/volMakers.ts';
import { coreSide, isBuySide, toCents, toNumber, toUusd } from './units.ts';

/** What is wrong with a genesis, or null. */
export function wrongGenesis(genesis: GenesisState): string | null {
  if (genesis.params === undefined) return 'params: missing';
  const wrong = wrongParams(genesis.params);
  if (wrong !== null) return `params: ${wrong}`;
  if (genesis.quotes === undefined) return 'quotes: missing';
  const wrongGroups = wrongQuotes(genesis.quotes);
  if (wrongGroups !== null) return wrongGroups;
  const ids = new Set<bigint>();
  const series = new Set<bigint>();
  for (const { info, orders, inAuction, clearingUusd } of genesis.books) {
    if (info === undefined || series.has(info.seriesId))
      return 'books: one a series, with its info';
    series.add(info.seriesId);
    if (!inAuction && clearingUusd !== undefined) return 'books: only an auction is being cleared';
    for (const { id, record, remaining, quote } of orders) {
      if (id === 0n || id >= genesis.nextOrderId) return `order ${id}: ids are below next_order_id`;
      if (ids.has(id)) return `order ${id}: listed twice`;
      ids.add(id);
      if (quote !== undefined) {
        const wrongQuote = wrongRestingQuote(id, remaining, quote, genesis.quotes);
        if (wrongQuote !== null) return wrongQuote;
        continue;
      }
      if (record?.seriesId !== info.seriesId) return `order ${id}: it is of another series`;
      if (remaining === 0n || remaining > record.quantity) return `order ${id}: remaining`;
      const waiting = record.vol?.left ?? 0n;
      if (waiting !== 0n && waiting !== remaining) return `order ${id}: what is left of it`;
    }
  }
  for (const { orders } of genesis.ended) {
    if (orders.length === 0) return 'ended: a block without orders';
    for (const { id } of orders) {
      if (id === 0n || id >= genesis.nextOrderId) return `ended ${id}: ids are below next_order_id`;
      if (ids.has(id)) return `ended ${id}: listed twice`;
      ids.add(id);
    }
  }
  const wrongAuction = wrongAuctionsIn(genesis);
  if (wrongAuction !== null) return wrongAuction;
  for (const { id, order } of genesis.delayed) {
    if (id === 0n || id >= genesis.nextOrderId || ids.has(id) || order === undefined) {
      return `delayed ${id}: its id, or it has no order`;
    }
    ids.add(id);
  }
  const wrongTrigger = genesis.triggers.find(
    ({ id, order }) => id === 0n || id >= genesis.nextTriggerId || order === undefined,
  );
  if (wrongTrigger !== undefined) return `trigger ${wrongTrigger.id}: its id, or it has no order`;
  const bad = genesis.trades.find(({ id }) => id >= genesis.nextTradeId);
  return bad === undefined ? null : `trade ${bad.id}: ids are below next_trade_id`;
}

/** Resting orders in the order of their time. */
function exportOrders(view: View, book: Book): GenesisOrder[] {
  const found: OrderView[] = [];
  for (const side of [BUY, SELL] as const) book.orders(side, (order) => found.push({ ...order }));
  found.sort((a, b) => a.sequence - b.sequence);
  return found.map(({ id, size, stp, postOnly, tag, side, price }) => {
    const groupId = groupOfTag(tag);
    const priceUusd = toUusd(price);
    return {
      id: BigInt(id),
      ...(groupId === undefined
        ? { record: state.orders.must(view, BigInt(id)) }
        : { quote: { groupId, isBuy: side === BUY, priceUusd } }),
      remaining: BigInt(size),
      selfTrade: stp,
      postOnly,
    };
  });
}

interface Place {
  readonly subaccountId: bigint;
  readonly tag: number;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
}

/** Orders by volatility that are in no book, by id: their time is in their records. */
const exportOutside = (view: View, seriesId: bigint): GenesisOrder[] =>
  [true, false].flatMap((isBuy) =>
    [...waitingVols(view, seriesId, isBuy)].map((id) => {
      const record = mustVol(view, id);
      const { left: remaining, selfTrade, postOnly } = record.vol;
      return { id, record, remaining, selfTrade, postOnly };
    }),
  );

/** Whose an order or a quote is and where it rests. Keeps the record of an order. */
function placeOf(ctx: Ctx, { id, record, quote }: GenesisOrder): Place {
  if (quote !== undefined) {
    const { subaccountId } = groups.must(ctx, quote.groupId);
    return { subaccountId, tag: tagOfGroup(quote.groupId), ...quote };
  }
  const { subaccountId, side, priceUusd } = defined(record, 'the record of an order');
  state.orders.set(ctx, id, record!);
  return { subaccountId, tag: toNumber(subaccountId), isBuy: isBuySide(side), priceUusd };
}

function placeAgain(ctx: Ctx, book: Book, order: GenesisOrder): void {
  const { subaccountId, tag, isBuy, priceUusd } = placeOf(ctx, order);
  const { owner } = defined(getSubaccount(ctx, subaccountId), 'the subaccount of an order');
  const { accountNumber } = defined(accountOf(ctx, owner), 'the account of an owner');
  const outcome = book.place(
    {
      id: toNumber(order.id),
      owner: toNumber(accountNumber),
      tag,
      side: coreSide(isBuy),
      price: toCents(priceUusd),
      size: toNumber(order.remaining),
      timeInForce: GTC,
      postOnly: order.postOnly,
      stp: order.selfTrade,
    },
    () => undefined,
  );
  assert(outcome === OUTCOME_RESTING, `order ${order.id} of genesis does not rest`);
}

function importBook(ctx: Ctx, { info, orders, inAuction, clearingUusd }: GenesisBook): void {
  const { seriesId } = info!;
  state.infos.set(ctx, seriesId, info!);
  const book = booksOf(ctx).touch(seriesId);
  if (inAuction) book.setPhase(AUCTION);
  importClearing(ctx, seriesId, clearingUusd);
  for (const order of orders) {
    const { id, record } = order;
    if (record !== undefined && isOutside(record)) state.orders.set(ctx, id, record);
    else placeAgain(ctx, book, order);
  }
}

export const genesis: GenesisSpec = genesisOf<GenesisState>({
  codec: GenesisState,
  check: wrongGenesis,
  init(ctx, given) {
    params.set(ctx, given.params!);
    importQuotes(ctx, given.quotes!);
    for (const book of given.books) importBook(ctx, book);
    countAllGroups(ctx);
    for (const trade of given.trades) state.trades.set(ctx, trade.id, trade);
    let first = 0n;
    for (const block of given.ended) {
      state.endedBlocks.set(ctx, first, block);
      first += BigInt(block.orders.length);
    }
    for (const trigger of given.triggers) state.triggers.set(ctx, trigger.id, trigger);
    importAuctions(ctx, given);
    for (const order of given.delayed) state.delayed.set(ctx, order.id, order);
    state.nextTriggerId.set(ctx, given.nextTriggerId || 1n);
    state.triggerCursor.set(ctx, given.triggerCursor);
    state.nextOrderId.set(ctx, given.nextOrderId);
    state.nextTradeId.set(ctx, given.nextTradeId);
    rebuild(ctx);
  },
  export: (view) => ({
    params: params.get(view),
    books: [...state.infos.entries(view)].map(([seriesId, info]) => ({
      info,
      inAuction: booksOf(view).must(seriesId).phase === AUCTION,
      ...exportClearing(view, seriesId),
      orders: [
        ...exportOrders(view, booksOf(view).must(seriesId)),
        ...exportOutside(view, seriesId),
      ],
    })),
    trades: [...state.trades.entries(view)].map(([, trade]) => trade),
    nextOrderId: state.nextOrderId.must(view),
    nextTradeId: state.nextTradeId.must(view),
    triggers: [...state.triggers.entries(view)].map(([, trigger]) => trigger),
    nextTriggerId: state.nextTriggerId.get(view) ?? 1n,
    triggerCursor: state.triggerCursor.get(view) ?? 0n,
    ...exportAuctions(view),
    delayed: [...state.delayed.entries(view)].map(([, order]) => order),
    ended: [...state.endedBlocks.entries(view)].map(([, block]) => block),
    quotes: exportQuotes(view),
  }),
});
