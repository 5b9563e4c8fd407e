import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { holdingsOf } from '../accounts/index.ts';
import { BUY_PRICE, ROW, SERIES } from '../accounts/core/holdings.ts';
import { shortfallText } from '../../lib/amountText.ts';
import { instrumentOf } from '../options/core/index.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import { mostFee } from './band.ts';
import { boundsIn } from './judge/boundedExpiry.ts';
import { marginErrors } from './errors.ts';
import { openOrdersOf } from './openOrders.ts';
import { mostFilled, reservesAfter } from './quotes/groupReserves.ts';
import type { GroupReserve, OpenOrder } from './state.ts';

/** The most cash that an order takes when it trades, in uusd: the premium and fee of a bid. */
function cashOf(view: View, { seriesId, isBuy, priceUusd, quantity }: OpenOrder): bigint {
  if (!isBuy) return 0n;
  const series = seriesById(view, seriesId);
  // An expired book is purged over several blocks: its orders can outlive their series.
  if (series === undefined) return 0n;
  const premium = instrumentOf(series).premium(priceUusd, quantity);
  return premium + mostFee(view, series, priceUusd, quantity);
}

/**
 * What all bids that rest would take of the cash. Premiums and fees never take cash below 0, in no
 * mode: so bids are covered by cash when they are placed, and stay so (ADR 077).
 */
function cashOfBids(view: View, subaccountId: bigint): bigint {
  let sum = 0n;
  for (const [, order] of openOrdersOf(view, subaccountId)) sum += cashOf(view, order);
  return sum;
}

/** More than what sums in floating point lose of it. */
const SUM_ERROR = 1e-12;

/**
 * At least that, from what is known of each expiry for the block: all bids of a series at the
 * highest of their prices. Each order rounds by less than 2 uusd.
 */
function boundOfBids(view: View, { id, openOrders }: Subaccount): bigint {
  if (openOrders === 0) return 0n;
  const boundOf = boundsIn(view);
  let sum = 0;
  for (const held of holdingsOf(view, id)) sum += boundOf(held).bidCash;
  return BigInt(Math.ceil(sum * (1 + SUM_ERROR))) + 2n * BigInt(openOrders);
}

/**
 * The same of groups of quotes: what can fill of each, at its highest bid. Each fill, of one 1e-4
 * contract at least, rounds its fee up by less than a unit.
 */
function cashOfQuotes(view: View, subaccountId: bigint): bigint {
  let sum = 0n;
  for (const reserve of reservesAfter(view, subaccountId)) {
    const [seriesId, priceUusd] = highestBid(reserve);
    if (priceUusd === 0n) continue;
    const quantity = BigInt(mostFilled(reserve));
    sum += cashOf(view, { seriesId, isBuy: true, quantity, priceUusd }) + quantity;
  }
  return sum;
}

function highestBid({ quotes }: GroupReserve): [seriesId: bigint, priceUusd: bigint] {
  let [series, highest] = [0, 0];
  for (const { rows } of quotes) {
    for (let at = 0; at < rows.length; at += ROW) {
      if (rows[at + BUY_PRICE]! > highest) {
        [series, highest] = [rows[at + SERIES]!, rows[at + BUY_PRICE]!];
      }
    }
  }
  return [BigInt(series), BigInt(highest)];
}

/** @throws Reject insufficientCash when the cash does not pay for a bid beside those that rest */
export function assertBidCash(view: View, account: Subaccount, order: OpenOrder): void {
  if (!order.isBuy) return;
  const beside = account.cashUusd - cashOf(view, order);
  if (beside >= boundOfBids(view, account) + cashOfQuotes(view, account.id)) return;
  const left = beside - restingCash(view, account);
  if (left >= 0n) return;
  throw marginErrors.insufficientCash(
    `cash would be ${shortfallText(-left)} short of the premiums and fees of this and your other ` +
      'bids, which are paid in cash: deposit more, cancel bids, or bid for less',
  );
}

/** @throws Reject insufficientCash when a withdrawal takes what bids that rest need */
export function assertCashStays(view: View, account: Subaccount, withdrawnUusd: bigint): void {
  const left = account.cashUusd - withdrawnUusd - restingCash(view, account);
  if (left >= 0n) return;
  throw marginErrors.insufficientCash(
    `cash would be ${shortfallText(-left)} short of the premiums and fees of your bids: ` +
      'withdraw less, or cancel bids',
  );
}

const restingCash = (view: View, { id, openOrders }: Subaccount): bigint =>
  (openOrders === 0 ? 0n : cashOfBids(view, id)) + cashOfQuotes(view, id);
