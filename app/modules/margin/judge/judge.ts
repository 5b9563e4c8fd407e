import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Margin } from '../../../../proto/gen/tenor.margin.v1.ts';
import { getSubaccount, pausesWithdrawals } from '../../accounts/index.ts';
import { shortfallText } from '../../../lib/amountText.ts';
import { defined } from '../../../lib/assert.ts';
import { mustUnderlyingById } from '../../options/index.ts';
import { requireFeeds } from '../../oracle/index.ts';
import type { View } from '../../../runtime/context.ts';
import { accountMargin } from '../account/accountMargin.ts';
import type { AccountMargin } from '../account/accountMargin.ts';
import { assertCashStays } from '../bidCash.ts';
import { tradeIsExempt } from '../core/index.ts';
import { coverOf } from '../covered/coverOf.ts';
import { describeCover } from '../covered/describeCover.ts';
import { notCovered, quotesNotCovered } from '../covered/notCovered.ts';
import { marginErrors } from '../errors.ts';
import { describeMargin } from '../account/describeMargin.ts';
import type { Change } from '../inputs/legs.ts';
import { hasOpenOrders } from '../openOrders.ts';
import type { OpenOrder } from '../state.ts';
import { verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';

export interface Fill extends OpenOrder {
  readonly feeUusd: bigint;
  /** The resting order it comes out of, if any. */
  readonly orderId?: bigint;
  /** The group whose quote it is, with what would be left of its reserve. */
  readonly group?: Change['group'];
}

/** The margin of a subaccount as it stands, or would after a change, with its parts. */
export function marginOf(view: View, subaccountId: bigint, change: Change = {}): Margin {
  const account = mustSubaccount(view, subaccountId);
  return isCovered(account)
    ? describeCover(view, account, change)
    : describeMargin(accountMargin(view, account, change));
}

/** Net maintenance margin: below 0 is a breach. */
export function maintenanceOf(view: View, subaccountId: bigint): bigint {
  return health(view, subaccountId).maintenanceMarginUusd;
}

const mustSubaccount = (view: View, id: bigint): Subaccount =>
  defined(getSubaccount(view, id), 'the subaccount');

const isCovered = ({ mode }: Subaccount): boolean => mode === MarginMode.MARGIN_MODE_COVERED;

function health(view: View, subaccountId: bigint, change: Change = {}): Verdict {
  return verdictOf(view, mustSubaccount(view, subaccountId), change);
}

/**
 * Judges an order before it is placed: with everything that rests, each series at its worse side,
 * the subaccount must keep its initial margin, or the whole fill must be exempt. The exemption is
 * for an account in which nothing else rests, or nothing that could do but reduce what is held
 * (`onlyReduces`, of the order and of all that rests; ADR 160).
 * @throws Reject insufficientMargin, notCovered
 */
export function assertOrderMargin(
  view: View,
  subaccountId: bigint,
  order: OpenOrder,
  onlyReduces: () => boolean,
): void {
  const after = health(view, subaccountId, { order });
  if (after.hasInitialMargin) return;
  const fill = { ...order, feeUusd: 0n };
  const isAlone = !hasOpenOrders(view, subaccountId) || onlyReduces();
  if (isAlone && canFill(view, subaccountId, fill)) return;
  const account = mustSubaccount(view, subaccountId);
  if (isCovered(account)) {
    const cover = coverOf(view, account, { order });
    throw notCovered(view, cover, 'deposit more, cancel orders, or trade a smaller size');
  }
  throw marginErrors.insufficientMargin(
    `initial margin would be ${shortfallText(-after.initialMarginUusd)} short: ` +
      'deposit more, cancel orders, or trade a smaller size',
  );
}

/**
 * Whether a subaccount may take a fill: it keeps its initial margin after it, or the trade only
 * reduces its risk at a fair price (the exemption). Cash never falls below 0 by a premium or fee.
 * A covered subaccount may when its cash then covers every settlement price, and only then.
 */
export function canFill(view: View, subaccountId: bigint, fill: Fill): boolean {
  const change = changeOf(fill);
  const after = health(view, subaccountId, change);
  if (isCovered(mustSubaccount(view, subaccountId))) return after.maintenanceMarginUusd >= 0n;
  if (after.cashUusd >= 0n && after.hasInitialMargin) return true;
  return tradeIsExempt(health(view, subaccountId), after, fill.feeUusd);
}

/** @throws Reject insufficientMargin, insufficientCash, notCovered */
export function assertQuotesMargin(view: View, subaccountId: bigint): void {
  const account = mustSubaccount(view, subaccountId);
  if (isCovered(account)) throw quotesNotCovered();
  const after = verdictOf(view, account);
  if (!after.hasInitialMargin) {
    throw marginErrors.insufficientMargin(
      `initial margin would be ${shortfallText(-after.initialMarginUusd)} short: ` +
        'deposit more, or lower the limit of the group',
    );
  }
  assertCashStays(view, account, 0n);
}

function changeOf(fill: Fill): Change {
  const premium = (fill.priceUusd * fill.quantity) / 10_000n;
  return {
    cashUusd: (fill.isBuy ? -premium : premium) - fill.feeUusd,
    positions: new Map([[fill.seriesId, fill.isBuy ? fill.quantity : -fill.quantity]]),
    ...(fill.orderId === undefined
      ? {}
      : { taken: { orderId: fill.orderId, quantity: fill.quantity } }),
    ...(fill.group === undefined ? {} : { group: fill.group }),
  };
}

/**
 * Judges a withdrawal: initial margin must hold without the cash, every price it rests on must be
 * live, and the funds of the underlyings held must cover their insolvent accounts. A covered
 * subaccount rests on no price.
 * @throws Reject
 */
export function assertWithdrawal(view: View, subaccountId: bigint, amountUusd: bigint): void {
  const account = mustSubaccount(view, subaccountId);
  const change = { cashUusd: -amountUusd };
  if (isCovered(account)) {
    const cover = coverOf(view, account, change);
    for (const { underlyingId } of cover.expiries) assertFunded(view, underlyingId);
    if (cover.initialMarginUusd >= 0n) return;
    throw notCovered(view, cover, 'withdraw less, close positions or cancel orders');
  }
  const after = accountMargin(view, account, change);
  assertLive(view, after);
  for (const [first] of after.legs) assertFunded(view, first!.underlyingId);
  const { initialMarginUusd } = after.margin;
  if (initialMarginUusd < 0n) {
    throw marginErrors.insufficientMargin(
      `initial margin would be ${shortfallText(-initialMarginUusd)} short: ` +
        'withdraw less, close positions or cancel orders',
    );
  }
}

/** @throws Reject when a feed that the judgement rests on is not fresh */
export function assertLive(view: View, { legs }: AccountMargin): void {
  for (const expiry of legs.flat()) {
    const { feeds, isFresh } = expiry.legs[0]!.mark.quality;
    if (isFresh) continue;
    const why = requireFeeds(view, 'withdraw', feeds) ?? 'there are no volatilities yet';
    throw marginErrors.withdrawalsPaused(`prices are not live (${why}): try again when they are`);
  }
}

/** @throws Reject when an underlying's insolvent accounts can cost more than its fund has */
function assertFunded(view: View, underlyingId: number): void {
  if (!pausesWithdrawals(view, underlyingId)) return;
  const { symbol } = mustUnderlyingById(view, underlyingId);
  throw marginErrors.withdrawalsPaused(
    `insolvent accounts in ${symbol} can cost more than its insurance fund has: ` +
      `close what you hold in ${symbol}, or wait for their liquidation`,
  );
}

/**
 * Whether what is done to a subaccount without its asking may be: a covered one stays covered, at
 * every settlement price. Of the others it is not asked.
 */
export function staysCovered(view: View, subaccountId: bigint, change: Change): boolean {
  const account = mustSubaccount(view, subaccountId);
  return !isCovered(account) || coverOf(view, account, change).maintenanceMarginUusd >= 0n;
}

/** Cash that may be taken of a subaccount: of a covered one only what covers nothing. */
export function spareCash(view: View, account: Subaccount): bigint {
  return isCovered(account) ? coverOf(view, account).maintenanceMarginUusd : account.cashUusd;
}

/**
 * Whether a subaccount could hold what a change leaves it with: its initial margin and its cash are
 * not below 0, open orders counted.
 */
export function canHold(view: View, subaccountId: bigint, change: Change): boolean {
  const after = health(view, subaccountId, change);
  return after.cashUusd >= 0n && after.hasInitialMargin;
}

/** The same after a fill, or as things stand: with all that orders and quotes still reserve. */
export const keepsReserve = (view: View, subaccountId: bigint, fill?: Fill): boolean =>
  canHold(view, subaccountId, fill === undefined ? {} : changeOf(fill));
