import type { Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import { accountInput } from '../margin/accountInput.ts';
import type { AccountInput } from '../margin/accountInput.ts';
import { bufferMargin, standardBuffer, standardMargin } from '../margin/core/index.ts';
import type { LiquidationState, StandardMargin } from '../margin/core/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';

/**
 * How a subaccount stands, at prices that it may be judged by. Net maintenance below 0 is a breach.
 */
export interface Health extends AccountInput, LiquidationState {
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
  const { found, margin } = judged;
  const { equityUusd, shortValueUusd, maintenanceMarginUusd, markToMarketUusd } = margin;
  const bufferUusd = standardBuffer(equityUusd, shortValueUusd, maintenanceMarginUusd);
  const state = { markToMarketUusd, maintenanceMarginUusd, bufferUusd, ...NO_BIDS };
  return { ...found, ...state, bufferMarginUusd: bufferMargin(state, rules.core) };
}

/** Net maintenance margin, which is below 0 in a breach; undefined when it cannot be judged now. */
export function maintenanceNow(
  view: View,
  account: Subaccount,
  rules: BlockRules,
): bigint | undefined {
  return judge(view, account, rules)?.margin.maintenanceMarginUusd;
}

interface Judged {
  readonly found: AccountInput;
  readonly margin: StandardMargin;
}

/**
 * Undefined when a price that the requirement rests on is not live, or an expiry of its shorts has
 * no volatility surface: the bound that stands in for it opens no account's positions to others.
 * Longs alone need no requirement, hence no live price.
 */
function judge(view: View, account: Subaccount, rules: BlockRules): Judged | undefined {
  if (rules.unpriced.size > 0 && holdsAny(view, account.id, rules.unpriced)) return undefined;
  const found = accountInput(view, account);
  const isJudgeable = found.input.underlyings.every(({ expiries }, u) =>
    expiries.every(
      (expiry, e) =>
        (rules.live.has(found.keys[u]![e]!.underlyingId) && expiry.degradedStdDev === undefined) ||
        !expiry.options.some(isShort),
    ),
  );
  return isJudgeable ? { found, margin: standardMargin(found.input) } : undefined;
}

const isShort = ({ quantity }: { readonly quantity: number }): boolean => quantity < 0;

function holdsAny(view: View, id: bigint, underlyings: ReadonlySet<number>): boolean {
  return positionsOf(view, id).some(({ seriesId }) =>
    underlyings.has(defined(seriesById(view, seriesId), 'the series of a position').underlyingId),
  );
}

/** Whether every underlying in which a subaccount is short is one of these. */
export function isShortOnlyIn({ input, keys }: Health, underlyings: ReadonlySet<number>): boolean {
  return input.underlyings.every(({ expiries }, u) =>
    expiries.every(
      ({ options }, e) => underlyings.has(keys[u]![e]!.underlyingId) || !options.some(isShort),
    ),
  );
}
