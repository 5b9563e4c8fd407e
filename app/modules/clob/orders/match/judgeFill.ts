import type { Subaccount } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import type { Series } from '../../../../../proto/gen/tenor.options.v1.ts';
import { getSubaccount, refusalOfFill } from '../../../accounts/index.ts';
import { defined } from '../../../../lib/assert.ts';
import { canFill, fillFee } from '../../../margin/index.ts';
import type { Band, Fill } from '../../../margin/index.ts';
import type { View } from '../../../../runtime/context.ts';
import { FILL, VETO_MAKER, VETO_TAKER } from '../../core/index.ts';
import type { Verdict } from '../../core/index.ts';
import { isTimedOut } from '../timedOut.ts';
import { reducibleBy } from '../admit/reduceOnly.ts';
import { judgeQuoteFill } from '../../quotes/fills.ts';
import { groups } from '../../quotes/state.ts';
import type { CancelReason } from '../reasons.ts';
import { orders } from '../../state.ts';
import { isBuySide } from '../../units.ts';

/** Meeting a maker: its margin and the taker's are judged, and the trade is made. */
const MAKER_GAS = 3_000;
/**
 * With less than this left an order meets nobody more: it keeps what it has traded so far. A fill
 * takes some 21,000, and what it leaves must suffice to rest.
 */
export const LAST_FILL_GAS = 23_000;

/** What of an incoming order a fill depends on. */
export interface Taker {
  readonly series: Series;
  readonly account: Subaccount;
  readonly isBuy: boolean;
  /** Undefined while there is no live price: then nothing trades. */
  readonly band: Band | undefined;
  /** Closes a position of an unhealthy account: its own margin is not asked. */
  readonly isLiquidation: boolean;
}

interface RestingQuote {
  readonly groupId: bigint;
  readonly remaining: bigint;
  /** At which it rests, where that is another price than it trades at. */
  readonly restUusd?: bigint;
}

/** A fill that would be next. */
export interface ProposedFill {
  readonly priceUusd: bigint;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  readonly makerOrderId: bigint;
  /** The maker is a quote of this group, of which so much would be left. */
  readonly quote?: RestingQuote | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Why not, when it may not happen. */
  readonly reason?: CancelReason;
  /** The maker's group can take this fill and no other. */
  readonly isLastOfGroup?: boolean;
  readonly takerFeeUusd: bigint;
  readonly makerFeeUusd: bigint;
}

/**
 * Whether a fill may happen: inside the band, and within the caps and the margin of both sides. The
 * taker is asked first, so that a maker is cancelled only for a fill that it alone prevents.
 */
export function judgeFill(view: View, taker: Taker, fill: ProposedFill): Judgement {
  const { series, band, account, isBuy, isLiquidation } = taker;
  const { priceUusd, quantity } = fill;
  const none = { takerFeeUusd: 0n, makerFeeUusd: 0n };
  if (view.gas.left < LAST_FILL_GAS) return { verdict: VETO_TAKER, reason: 'match_limit', ...none };
  view.gas.consume(MAKER_GAS);
  if (band === undefined) return { verdict: VETO_TAKER, reason: 'no_mark', ...none };
  if (priceUusd < band.lowUusd || priceUusd > band.highUusd) {
    return { verdict: VETO_MAKER, reason: 'price_band', ...none };
  }
  const feeOf = (owner: string, isMaker: boolean) =>
    fillFee(view, series, priceUusd, quantity, { owner, isMaker });
  const takerFeeUusd = feeOf(account.owner, false);
  const makerFeeUusd = feeOf(makerOf(view, fill), true);
  const fees = { takerFeeUusd, makerFeeUusd };
  if (!isLiquidation) {
    const side = { seriesId: series.id, isBuy, quantity, priceUusd, feeUusd: takerFeeUusd };
    const reason = refusalOf(view, account.id, side);
    if (reason !== undefined) return { verdict: VETO_TAKER, reason, ...fees };
  }
  const judged = judgeResting(view, { series, isBuy: !isBuy }, fill, makerFeeUusd);
  return { verdict: judged.reason === undefined ? FILL : VETO_MAKER, ...judged, ...fees };
}

/** Why a fill may not happen, and whether it is the last of its group of quotes. */
export type RestingJudgement = Pick<Judgement, 'reason' | 'isLastOfGroup'>;

/** Whether an order or a quote that rests may take a fill. */
export function judgeResting(
  view: View,
  maker: Pick<Taker, 'series' | 'isBuy'>,
  fill: ProposedFill,
  feeUusd: bigint,
): RestingJudgement {
  if (fill.quote !== undefined) return judgeQuote(view, maker, fill, feeUusd);
  const reason = refusalOfMaker(view, fill, feeUusd);
  return reason === undefined ? {} : { reason };
}

/** The account of the order or quote that is the maker. */
export function makerAccountOf(view: View, { makerOrderId, quote }: ProposedFill): bigint {
  return quote === undefined
    ? orders.must(view, makerOrderId).subaccountId
    : groups.must(view, quote.groupId).subaccountId;
}

/** Whose order or quote the maker is. */
export function makerOf(view: View, fill: ProposedFill): string {
  return defined(getSubaccount(view, makerAccountOf(view, fill)), 'the maker').owner;
}

function judgeQuote(
  view: View,
  { series, isBuy }: Pick<Taker, 'series' | 'isBuy'>,
  { priceUusd, quantity, quote }: ProposedFill,
  feeUusd: bigint,
): RestingJudgement {
  const { subaccountId } = groups.must(view, quote!.groupId);
  const quantityDelta = isBuy ? quantity : -quantity;
  if (refusalOfFill(view, { subaccountId, seriesId: series.id, quantityDelta }) !== null) {
    return { reason: 'position_cap' };
  }
  const outcome = judgeQuoteFill(view, { ...quote!, series, isBuy, priceUusd, quantity, feeUusd });
  if (outcome === 'refuse') return { reason: 'margin' };
  return { isLastOfGroup: outcome === 'pull' };
}

function refusalOfMaker(
  view: View,
  { priceUusd, quantity, makerOrderId: orderId }: ProposedFill,
  feeUusd: bigint,
): CancelReason | undefined {
  const record = orders.must(view, orderId);
  const { subaccountId, reduceOnly, seriesId, side } = record;
  if (isTimedOut(view, record)) return 'timed_out';
  const isBuy = isBuySide(side);
  if (reduceOnly && reducibleBy(view, subaccountId, seriesId, isBuy) < quantity) {
    return 'reduce_only';
  }
  const fill = { seriesId, isBuy, quantity, priceUusd, feeUusd, orderId };
  return refusalOf(view, subaccountId, fill);
}

/** Why an account may not take its side of a fill: its caps, or its margin. */
function refusalOf(view: View, subaccountId: bigint, fill: Fill): CancelReason | undefined {
  const { seriesId, isBuy, quantity } = fill;
  const quantityDelta = isBuy ? quantity : -quantity;
  const refusal = refusalOfFill(view, { subaccountId, seriesId, quantityDelta });
  if (refusal !== null) return 'position_cap';
  return canFill(view, subaccountId, fill) ? undefined : 'margin';
}
