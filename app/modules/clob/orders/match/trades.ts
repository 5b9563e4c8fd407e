import { Side } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { Trade } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { FeeParts } from '../../../accounts/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { params } from '../../params.ts';
import { nextTradeId, trades } from '../../state.ts';

/** Old trades dropped with each new one: more than one, so that a lowered limit is reached. */
const MAX_DROPPED = 2;

/** Keeps a trade among the last ones, and gives it its id. */
export function keepTrade(ctx: Ctx, trade: Omit<Trade, 'id'>): bigint {
  const id = nextTradeId.must(ctx);
  nextTradeId.set(ctx, id + 1n);
  trades.set(ctx, id, { id, ...trade });
  const { recentTrades } = params.get(ctx);
  let dropped = 0;
  for (const [old] of trades.entries(ctx)) {
    if (old + BigInt(recentTrades) > id || dropped++ === MAX_DROPPED) break;
    trades.delete(ctx, old);
  }
  return id;
}

/** Who gets what of both fees: the parts add up to them. */
export function sharesOfFees(maker: FeeParts, taker: FeeParts) {
  return {
    fundFeeUusd: maker.fundUusd + taker.fundUusd,
    makerReferrerUusd: maker.referrerUusd,
    takerReferrerUusd: taker.referrerUusd,
    treasuryFeeUusd: maker.treasuryUusd + taker.treasuryUusd,
    validatorsFeeUusd: maker.validatorsUusd + taker.validatorsUusd,
  };
}

/** Most trades have no such part: it is left out. */
const amount = (uusd: bigint): string | undefined => (uusd === 0n ? undefined : uusd.toString());

export function emitTrade(ctx: Ctx, trade: Trade): void {
  const traded = {
    trade_id: trade.id.toString(),
    series: trade.symbol,
    price_uusd: trade.priceUusd.toString(),
    quantity: trade.quantity.toString(),
    taker_side: trade.takerSide === Side.SIDE_BUY ? 'buy' : 'sell',
    maker: trade.maker,
    maker_subaccount: String(trade.makerSubaccount),
    maker_order_id: trade.makerOrderId.toString(),
    maker_fee_uusd: trade.makerFeeUusd.toString(),
    taker: trade.taker,
    taker_subaccount: String(trade.takerSubaccount),
    taker_order_id: trade.takerOrderId.toString(),
    taker_fee_uusd: trade.takerFeeUusd.toString(),
    fund_fee_uusd: trade.fundFeeUusd.toString(),
    maker_referrer_uusd: amount(trade.makerReferrerUusd),
    taker_referrer_uusd: amount(trade.takerReferrerUusd),
    treasury_fee_uusd: amount(trade.treasuryFeeUusd),
    validators_fee_uusd: trade.validatorsFeeUusd.toString(),
    liquidation: trade.isLiquidation ? 'true' : undefined,
  };
  ctx.emit('trade', traded, ['trade_id', 'maker_order_id', 'taker_order_id']);
}
