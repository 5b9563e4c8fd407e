import type { Subaccount } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import type { Series } from '../../../../../proto/gen/tenor.options.v1.ts';
import { accrueTradingFee, applyTrade } from '../../../accounts/index.ts';
import { instrumentOf } from '../../../options/core/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import type { MetQuotes } from '../../quotes/metQuotes.ts';
import { groupOfTag } from '../../core/tags.ts';
import { orders } from '../../state.ts';
import { sideOf } from '../../units.ts';
import { endResting, reserve } from '../resting.ts';
import { emitTrade, keepTrade, sharesOfFees } from './trades.ts';

/** One of the two whose orders met. */
export interface Party {
  readonly account: Subaccount;
  readonly orderId: bigint;
  readonly feeUusd: bigint;
}

/** What two orders did when they met. */
export interface SettledFill {
  readonly series: Series;
  readonly priceUusd: bigint;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  readonly takerBuys: boolean;
  readonly taker: Party;
  readonly maker: Party;
  readonly isLiquidation: boolean;
}

/** Positions, premium and fees of a fill change hands, and it is told. @throws Reject */
export function settleFill(ctx: Ctx, fill: SettledFill): void {
  const { series, priceUusd, quantity, takerBuys, taker, maker, isLiquidation } = fill;
  const [buyer, seller] = takerBuys ? [taker, maker] : [maker, taker];
  applyTrade(ctx, {
    ...{ seriesId: series.id, buyerId: buyer.account.id, sellerId: seller.account.id, quantity },
    premiumUusd: instrumentOf(series).premium(priceUusd, quantity),
  });
  const { underlyingId } = series;
  const takerParts = accrueTradingFee(ctx, taker.account.id, underlyingId, taker.feeUusd);
  const makerParts = accrueTradingFee(ctx, maker.account.id, underlyingId, maker.feeUusd);
  const trade = {
    ...{ seriesId: series.id, symbol: series.symbol, priceUusd, quantity },
    height: BigInt(ctx.header.height),
    timeMs: BigInt(ctx.header.timeMs),
    takerSide: sideOf(takerBuys),
    ...{ maker: maker.account.owner, makerSubaccount: maker.account.number },
    ...{ makerOrderId: maker.orderId, makerFeeUusd: maker.feeUusd },
    ...{ taker: taker.account.owner, takerSubaccount: taker.account.number },
    ...{ takerOrderId: taker.orderId, takerFeeUusd: taker.feeUusd },
    ...sharesOfFees(makerParts, takerParts),
    isLiquidation,
  };
  emitTrade(ctx, { id: keepTrade(ctx, trade), ...trade });
}

/** A resting order or quote of which a fill takes something. */
export interface RestingFill {
  readonly id: number;
  readonly tag: number;
  readonly series: Series;
  readonly isBuy: boolean;
  /** At which it trades, and at which it rests. */
  readonly priceUusd: bigint;
  readonly restUusd: bigint;
  readonly quantity: bigint;
  /** What is left of it. */
  readonly remaining: bigint;
  readonly feeUusd: bigint;
  /** Its group can take this fill and no other. */
  readonly isLastOfGroup: boolean;
}

/** Less of an order or quote rests. Returns its subaccount. */
export function takeFromResting(ctx: Ctx, quotes: MetQuotes, fill: RestingFill): bigint {
  const { tag, series, remaining, isLastOfGroup } = fill;
  const groupId = groupOfTag(tag);
  if (groupId !== undefined) return quotes.fill({ ...fill, groupId }, isLastOfGroup);
  const id = BigInt(fill.id);
  const record = orders.must(ctx, id);
  if (remaining === 0n) endResting(ctx, id, { ...record, symbol: series.symbol }, 0n, 'filled');
  else reserve(ctx, id, record, remaining);
  return record.subaccountId;
}
