import type { Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import { accountInput } from '../margin/accountInput.ts';
import type { AccountInput } from '../margin/accountInput.ts';
import { bufferMargin, standardBuffer, standardMargin } from '../margin/core/index.ts';
import type { LiquidationState } from '../margin/core/index.ts';
import { indexOf, isLive } from '../oracle/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../runtime/context.ts';
import { coreParamsOf, params } from './params.ts';

/** How a subaccount stands, at prices that it may be judged by. Net maintenance below 0 is a breach. */
export interface Health extends AccountInput, LiquidationState {
  /**
   * BM: what a liquidation brings to 0. Lower than the maintenance margin by a share of the buffer, so
   * that a healthy account is not in breach again at the next price.
   */
  readonly bufferMarginUusd: bigint;
}

/** The order book takes the place of bidders, at the fees of any trade. */
const NO_BIDS = { bidInUusd: 0n, notionalUusd: 0n };

/**
 * The health of a subaccount; undefined when a price that its requirement rests on is not live, or an
 * expiry of its shorts has no volatility surface. Longs alone need no requirement, hence no price.
 */
export function healthOf(view: View, account: Subaccount): Health | undefined {
  if (!passesForShorts(view, account.id, isLive)) return undefined;
  const found = accountInput(view, account);
  if (isDegraded(found)) return undefined;
  const margin = standardMargin(found.input);
  const { equityUusd, shortValueUusd, maintenanceMarginUusd, markToMarketUusd } = margin;
  const bufferUusd = standardBuffer(equityUusd, shortValueUusd, maintenanceMarginUusd);
  const state = { markToMarketUusd, maintenanceMarginUusd, bufferUusd, ...NO_BIDS };
  const bufferMarginUusd = bufferMargin(state, coreParamsOf(params.get(view)));
  return { ...found, ...state, bufferMarginUusd };
}

/** Whether the prices of each underlying that a subaccount is short in pass, and others exist. */
export function passesForShorts(
  view: View,
  id: bigint,
  passes: (view: View, underlyingId: number) => boolean,
): boolean {
  return positionsOf(view, id).every(({ seriesId, quantity }) => {
    const { underlyingId } = defined(seriesById(view, seriesId), 'the series of a position');
    return quantity < 0n ? passes(view, underlyingId) : indexOf(view, underlyingId) !== undefined;
  });
}

/** The bound that stands in for a surface opens no account's positions to others. */
function isDegraded({ input }: AccountInput): boolean {
  return input.underlyings.some(({ expiries }) =>
    expiries.some(
      ({ degradedStdDev, options }) =>
        degradedStdDev !== undefined && options.some(({ quantity }) => quantity < 0),
    ),
  );
}
