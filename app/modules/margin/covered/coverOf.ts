import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  QUANTITY,
  ROW,
  SELL_QUANTITY,
  SERIES,
  STRIKE,
} from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { GAS } from '../../../lib/gas.ts';
import { instrumentOf } from '../../options/core/index.ts';
import { seriesById } from '../../options/index.ts';
import { viewOf } from '../../../runtime/context.ts';
import type { View } from '../../../runtime/context.ts';
import { mostFee } from '../band.ts';
import { coveredLoss } from '../core/index.ts';
import type { CoveredLeg, CoveredLoss } from '../core/index.ts';
import { changedHoldings } from '../inputs/legs.ts';
import type { Change, ExpiryKey } from '../inputs/legs.ts';

/** Stands for a loss without a bound: more than all the money there is. */
export const UNBOUNDED_UUSD = 1n << 62n;

/** What an expiry of a covered account can lose at settlement, without and with its orders. */
export interface ExpiryCover extends ExpiryKey {
  readonly held: CoveredLoss;
  readonly ordered: CoveredLoss;
}

/** How a covered account stands: what its cash leaves when every expiry settles at its worst. */
export interface Cover {
  readonly cashUusd: bigint;
  readonly expiries: readonly ExpiryCover[];
  /** Cash less what positions and orders can lose. */
  readonly initialMarginUusd: bigint;
  /** Cash less what positions can lose. Never below 0 in the covered mode. */
  readonly maintenanceMarginUusd: bigint;
}

export const requiredUusd = ({ lossUusd }: CoveredLoss): bigint => lossUusd ?? UNBOUNDED_UUSD;

/**
 * A subaccount judged by the covered rules, as it stands or after a change: cash covers the sum of
 * what each expiry can lose. It follows from positions, orders and cash; only the fees of bids know
 * an index, as in every mode (ADR 077).
 */
export function coverOf(view: View, account: Subaccount, change: Change = {}): Cover {
  const unmetered = viewOf(view.state, view.header);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const expiries: ExpiryCover[] = [];
  let [initial, maintenance, legCount] = [0n, 0n, 0];
  for (const held of changedHoldings(view, account.id, change)) {
    const legs = legsIn(unmetered, held);
    if (legs.length === 0) continue;
    const { underlyingId, expirySeconds } = held;
    const loss = { held: coveredLoss(legs, false), ordered: coveredLoss(legs, true) };
    expiries.push({ underlyingId, expirySeconds, ...loss });
    maintenance += requiredUusd(loss.held);
    initial += requiredUusd(loss.ordered);
    legCount += legs.length;
  }
  view.gas.consume(GAS.step * (expiries.length + legCount));
  return {
    ...{ cashUusd, expiries },
    initialMarginUusd: cashUusd - initial,
    maintenanceMarginUusd: cashUusd - maintenance,
  };
}

function legsIn(view: View, { rows }: ExpiryHoldings): CoveredLeg[] {
  const legs: CoveredLeg[] = [];
  for (let at = 0; at < rows.length; at += ROW) {
    const series = seriesById(view, BigInt(rows[at + SERIES]!));
    // An expired book is purged over several blocks: its orders can outlive their series.
    if (series === undefined) continue;
    const bid = BigInt(rows[at + BUY_QUANTITY]!);
    const priceUusd = BigInt(rows[at + BUY_PRICE]!);
    const costOf = () =>
      instrumentOf(series).premium(priceUusd, bid) + mostFee(view, series, priceUusd, bid);
    // The rules are an option's: another kind of leg has to be told apart here.
    const { isCall } = instrumentOf(series).requirement(series);
    legs.push({
      isCall,
      strikeUusd: BigInt(rows[at + STRIKE]!),
      quantity: BigInt(rows[at + QUANTITY]!),
      bids: bid === 0n ? undefined : { quantity: bid, costUusd: costOf() },
      offered: BigInt(rows[at + SELL_QUANTITY]!),
    });
  }
  return legs;
}
