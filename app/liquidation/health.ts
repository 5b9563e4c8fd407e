import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import { accountMargin, bufferOf } from '../margin/index.ts';
import type { AccountMargin, ExpiryLegs } from '../margin/index.ts';
import { bufferMargin } from '../margin/core/index.ts';
import type { LiquidationState } from '../margin/core/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;

/**
 * How a subaccount stands, at prices that it may be judged by. Net maintenance below 0 is a breach.
 */
export interface Health extends LiquidationState {
  readonly judged: AccountMargin;
  /**
   * BM: what a liquidation brings to 0. Lower than the maintenance margin by a share of the buffer,
   * so that a healthy account is not in breach again at the next price.
   */
  readonly bufferMarginUusd: bigint;
}

/** The order book takes the place of bidders, at the fees of any trade. */
const NO_BIDS = { bidInUusd: 0n, notionalUusd: 0n };

/** The health of a subaccount; undefined when it cannot be judged now. */
export function healthOf(view: View, account: Subaccount, rules: BlockRules): Health | undefined {
  const judged = judge(view, account, rules);
  if (judged === undefined) return undefined;
  const { maintenanceMarginUusd, markToMarketUusd } = judged.margin;
  const bufferUusd = bufferOf(judged);
  const state = { markToMarketUusd, maintenanceMarginUusd, bufferUusd, ...NO_BIDS };
  return { judged, ...state, bufferMarginUusd: bufferMargin(state, rules.core) };
}

/** Net maintenance margin, which is below 0 in a breach; undefined when it cannot be judged now. */
export function maintenanceNow(
  view: View,
  account: Subaccount,
  rules: BlockRules,
): bigint | undefined {
  return judge(view, account, rules)?.margin.maintenanceMarginUusd;
}

/**
 * Undefined when a price that the requirement rests on is not live, or an expiry behind it has no
 * volatility surface: the bound that stands in for it opens no account's positions to others.
 */
function judge(view: View, account: Subaccount, rules: BlockRules): AccountMargin | undefined {
  if (rules.unpriced.size > 0 && holdsAny(view, account.id, rules.unpriced)) return undefined;
  const judged = accountMargin(view, account);
  if (account.mode === MARGIN_MODE_PORTFOLIO && judged.isDegraded) return undefined;
  const isJudgeable = reliedOn(judged).every(
    ({ underlyingId, legs }) =>
      rules.live.has(underlyingId) && legs.every(({ mark }) => mark.vol !== undefined),
  );
  return isJudgeable ? judged : undefined;
}

/**
 * The expiries whose prices a margin rests on. Longs alone need no requirement in the standard
 * mode, hence no price; in the portfolio mode they lend their value to everything else.
 */
function reliedOn({ legs, mode }: AccountMargin): ExpiryLegs[] {
  return legs
    .flat()
    .filter((expiry) =>
      expiry.legs.some(({ quantity }) =>
        mode === MARGIN_MODE_PORTFOLIO ? quantity !== 0n : quantity < 0n,
      ),
    );
}

function holdsAny(view: View, id: bigint, underlyings: ReadonlySet<number>): boolean {
  return positionsOf(view, id).some(({ seriesId }) =>
    underlyings.has(defined(seriesById(view, seriesId), 'the series of a position').underlyingId),
  );
}

/** Whether every underlying that a subaccount's margin rests on is one of these. */
export function restsOnlyOn({ judged }: Health, underlyings: ReadonlySet<number>): boolean {
  return reliedOn(judged).every(({ underlyingId }) => underlyings.has(underlyingId));
}
