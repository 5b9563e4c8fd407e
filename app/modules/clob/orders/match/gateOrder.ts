import type { Ctx } from '../../../../runtime/context.ts';
import { mustUnderlyingById } from '../../../options/index.ts';
import type { Taker } from './judgeFill.ts';

interface Ordered extends Pick<Taker, 'series' | 'isBuy' | 'band'> {
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** A contract. */
  readonly priceUusd: bigint;
  readonly vol?: { readonly boundUusd: bigint } | undefined;
}

/** Whether the key that signed may order this: asked where every order comes by. @throws Reject */
export function gateOrder(ctx: Ctx, order: Ordered): void {
  if (ctx.gate === undefined) return;
  const { series, isBuy, quantity, band } = order;
  // It may come to that later.
  const priceUusd = order.vol?.boundUusd ?? order.priceUusd;
  const underlying = mustUnderlyingById(ctx, series.underlyingId).symbol;
  ctx.gate.admit(ctx, { underlying, isBuy, quantity, priceUusd, markUusd: band?.markUusd });
}
