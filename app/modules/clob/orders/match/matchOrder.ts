import { TimeInForce } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { OrderRecord } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount } from '../../../accounts/index.ts';
import { accountOf } from '../../../auth/index.ts';
import { defined } from '../../../../lib/assert.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { auctionAt, bookToEnter } from '../../auctions/auctionAt.ts';
import {
  ACCEPTED,
  CANCELLED,
  OUTCOME_RESTING,
  POST_ONLY_NONE,
  POST_ONLY_REJECT,
  REJECTED,
  TRADE,
} from '../../core/index.ts';
import type { OrderRequest, Report, Verdict } from '../../core/index.ts';
import { rememberEnded } from '../ended.ts';
import { gateOrder } from './gateOrder.ts';
import { judgeFill } from './judgeFill.ts';
import type { IncomingOrder } from './incomingOrder.ts';
import { params } from '../../params.ts';
import { REASONS, rejection } from './rejection.ts';
import { MetQuotes } from '../../quotes/metQuotes.ts';
import { groupOfTag } from '../../core/tags.ts';
import { addResting, emitCancelled, endResting, giveUpWorst, keepBook } from '../resting.ts';
import { VolMakers } from '../../vols/volMakers.ts';
import type { CancelReason } from '../reasons.ts';
import { nextOrderId, orders } from '../../state.ts';
import { recordOf, restingRecord } from './recordOf.ts';
import { settleFill, takeFromResting } from './settleFill.ts';
import {
  CORE_SELF_TRADE,
  CORE_TIME_IN_FORCE,
  TIME_IN_FORCE_NAMES,
  coreSide,
  toCents,
  toNumber,
  toUusd,
} from '../../units.ts';

const { TIME_IN_FORCE_GTC } = TimeInForce;

/** An order that comes again, at another price or size. */
export interface Replaced {
  readonly id: bigint;
  readonly filledBefore: bigint;
}

export interface MatchResult {
  readonly orderId: bigint;
  /** 1e-4 contracts. */
  readonly filled: bigint;
  readonly resting: bigint;
  /** Why the rest of it was cancelled, if it was. */
  readonly reason: CancelReason | undefined;
}

/**
 * Puts an order into its book. Each fill is judged for both sides before it happens and applied at
 * once, so that the next one sees it: a maker that cannot take its fill is cancelled and matching
 * goes on; the taker stops when it cannot.
 * @throws Reject postOnly, fillOrKill, openInterestCap
 */
export function matchOrder(ctx: Ctx, order: IncomingOrder, replaced?: Replaced): MatchResult {
  gateOrder(ctx, order);
  return new Match(ctx, replaced ?? { id: newOrderId(ctx), filledBefore: 0n }, order).run();
}

/** The next id of an order. */
export function newOrderId(ctx: Ctx): bigint {
  const id = nextOrderId.must(ctx);
  nextOrderId.set(ctx, id + 1n);
  return id;
}

/** One order on its way through the book. */
class Match {
  readonly #ctx: Ctx;
  readonly #id: bigint;
  readonly #order: IncomingOrder;
  readonly #filledBefore: bigint;
  #filled = 0n;
  #reason: CancelReason | undefined;
  /** Of the check that vetoed last. */
  #veto: CancelReason | undefined;
  /** Of the fill that is being judged. */
  #takerFee = 0n;
  #makerFee = 0n;
  #isLastOfGroup = false;
  readonly #quotes: MetQuotes;

  constructor(ctx: Ctx, { id, filledBefore }: Replaced, order: IncomingOrder) {
    this.#ctx = ctx;
    this.#quotes = new MetQuotes(ctx);
    this.#id = id;
    this.#filledBefore = filledBefore;
    this.#order = order;
  }

  run(): MatchResult {
    const order = this.#order;
    const { owner, id } = order.account;
    const { accountNumber } = defined(accountOf(this.#ctx, owner), 'the account of an owner');
    const request: OrderRequest = {
      id: toNumber(this.#id),
      owner: toNumber(accountNumber),
      tag: toNumber(id),
      side: coreSide(order.isBuy),
      price: toCents(order.priceUusd),
      size: toNumber(order.quantity),
      timeInForce: CORE_TIME_IN_FORCE[order.timeInForce],
      postOnly: order.isPostOnly ? POST_ONLY_REJECT : POST_ONLY_NONE,
      stp: CORE_SELF_TRADE[order.selfTrade],
      maxMatches: params.get(this.#ctx).maxMatchesPerOrder,
    };
    const vols = new VolMakers(this.#ctx, order);
    vols.bring();
    const [auction, rests] = [
      auctionAt(this.#ctx, order.series),
      order.timeInForce === TIME_IN_FORCE_GTC,
    ];
    const book = bookToEnter(this.#ctx, order.series, rests, auction);
    const outcome = book.place(
      request,
      (report) => this.#take(report),
      (trade) => this.#judge(trade),
    );
    vols.putBack();
    const resting = outcome === OUTCOME_RESTING ? order.quantity - this.#filled : 0n;
    if (resting > 0n) this.#rest(resting);
    else this.#remember();
    this.#quotes.settle();
    return { orderId: this.#id, filled: this.#filled, resting, reason: this.#reason };
  }

  /** Whether a fill may happen. Only reads. */
  #judge({ price, size, makerId, makerTag, makerRemaining }: Readonly<Report>): Verdict {
    const groupId = groupOfTag(makerTag);
    const fill = {
      quote: groupId === undefined ? undefined : { groupId, remaining: BigInt(makerRemaining) },
      priceUusd: toUusd(price),
      quantity: BigInt(size),
      makerOrderId: BigInt(makerId),
    };
    const judgement = judgeFill(this.#ctx, this.#order, fill);
    const { verdict, reason, takerFeeUusd, makerFeeUusd } = judgement;
    this.#isLastOfGroup = judgement.isLastOfGroup === true;
    this.#veto = reason;
    this.#takerFee = takerFeeUusd;
    this.#makerFee = makerFeeUusd;
    return verdict;
  }

  #take(report: Readonly<Report>): void {
    if (report.kind === TRADE) this.#apply(report);
    else if (report.kind === CANCELLED) this.#cancelled(report);
    else if (report.kind === ACCEPTED) this.#accepted(report);
    else if (report.kind === REJECTED) throw rejection(report.code);
  }

  #accepted({ size }: Readonly<Report>): void {
    const { series, account, isBuy, priceUusd, timeInForce, clientOrderId, vol } = this.#order;
    const placed = {
      order_id: this.#id.toString(),
      series: series.symbol,
      owner: account.owner,
      subaccount: String(account.number),
      side: isBuy ? 'buy' : 'sell',
      price_uusd: priceUusd.toString(),
      quantity: String(size),
      time_in_force: TIME_IN_FORCE_NAMES[timeInForce],
      reduce_only: this.#order.isReduceOnly ? 'true' : undefined,
      client_order_id: clientOrderId || undefined,
      liquidation: this.#order.isLiquidation ? 'true' : undefined,
      vol_bp: vol === undefined ? undefined : String(vol.volBp),
      bound_uusd: vol?.boundUusd.toString(),
    };
    this.#ctx.emit('order_placed', placed, ['order_id']);
  }

  /** What is left of this order goes, or a maker that may not trade. */
  #cancelled(report: Readonly<Report>): void {
    const id = BigInt(report.id);
    const reason = defined(REASONS[report.code] ?? this.#veto, 'the reason of a cancel');
    const left = BigInt(report.size);
    const { symbol } = this.#order.series;
    if (id === this.#id) {
      const { account, clientOrderId } = this.#order;
      this.#reason = reason;
      const named = { symbol, subaccountId: account.id, clientOrderId };
      emitCancelled(this.#ctx, id, named, left, reason);
      return;
    }
    const groupId = groupOfTag(report.tag);
    if (groupId !== undefined) {
      const { series, isBuy } = this.#order;
      this.#quotes.cancelled(groupId, series, !isBuy, reason);
      return;
    }
    endResting(this.#ctx, id, { ...orders.must(this.#ctx, id), symbol }, left, reason);
  }

  #apply(report: Readonly<Report>): void {
    const ctx = this.#ctx;
    const { series, account, isBuy, isLiquidation } = this.#order;
    const quantity = BigInt(report.size);
    const priceUusd = toUusd(report.price);
    const makerId = takeFromResting(ctx, this.#quotes, {
      ...{ id: report.makerId, tag: report.makerTag, series, isBuy: !isBuy, priceUusd, quantity },
      ...{ restUusd: priceUusd, remaining: BigInt(report.makerRemaining) },
      ...{ feeUusd: this.#makerFee, isLastOfGroup: this.#isLastOfGroup },
    });
    const maker = defined(getSubaccount(ctx, makerId), 'the maker');
    settleFill(ctx, {
      ...{ series, priceUusd, quantity, takerBuys: isBuy, isLiquidation },
      taker: { account, orderId: this.#id, feeUusd: this.#takerFee },
      maker: { account: maker, orderId: BigInt(report.makerId), feeUusd: this.#makerFee },
    });
    this.#filled += quantity;
  }

  #rest(remaining: bigint): void {
    const { series, isBuy } = this.#order;
    keepBook(this.#ctx, series);
    const record = restingRecord(this.#ctx, this.#id, this.#order, this.#record());
    addResting(this.#ctx, this.#id, record, remaining);
    giveUpWorst(this.#ctx, series.id, isBuy);
  }

  /** It never came to rest. */
  #remember(): void {
    const { quantity, series } = this.#order;
    const record = { ...this.#record(), symbol: series.symbol };
    const left = quantity - this.#filled;
    rememberEnded(this.#ctx, this.#id, record, left, this.#reason ?? 'filled');
  }

  #record(): OrderRecord {
    return recordOf(this.#order, this.#filledBefore, this.#ctx.header.height);
  }
}
