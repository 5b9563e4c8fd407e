import { applyToPosition } from '../../app/modules/accounts/core/applyToPosition.ts';
import type { At } from './at.ts';
import type { Ledger } from './ledger.ts';

/** One side of what two accounts exchanged. */
export interface Fill {
  readonly kind: 'trade' | 'deleverage' | 'takeover';
  readonly owner: string;
  readonly subaccount: bigint;
  readonly counterparty: string;
  readonly series: string;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
  readonly premiumUusd: bigint;
  readonly feeUusd: bigint;
  readonly role: 'maker' | 'taker' | null;
  readonly tradeId: bigint | null;
  readonly orderId: bigint | null;
}

export const underlyingOf = (series: string): string => series.slice(0, series.indexOf('-'));

/** Premium of a price a contract and a size in 1e-4 contracts: exact, as prices are whole cents. */
export const premiumOf = (priceUusd: bigint, quantity: bigint): bigint =>
  (priceUusd * quantity) / 10_000n;

/**
 * Moves position, cash and fee of one side. What it realises is the premium against its share of
 * the cost, as the chain keeps cost.
 */
export function applyFill(ledger: Ledger, at: At, fill: Fill): void {
  const { owner, subaccount, series, isBuy, premiumUusd, feeUusd, quantity } = fill;
  const account = ledger.subaccount(owner, subaccount);
  const position = ledger.position(owner, subaccount, series);
  const cash = isBuy ? -premiumUusd : premiumUusd;
  const before = { quantity: position.quantity, costUusd: position.cost_uusd };
  const after = applyToPosition(before, isBuy ? quantity : -quantity, cash);
  const realised = cash + after.costUusd - before.costUusd;
  position.quantity = after.quantity;
  position.cost_uusd = after.costUusd;
  position.changed_height = at.height;
  position.changed_at = at.time;
  account.cash_uusd += cash - feeUusd;
  account.fees_uusd += feeUusd;
  account.realised_uusd += realised;
  ledger.log('fills', {
    ...{ height: at.height, idx: at.idx, time: at.time, owner, subaccount, series },
    part: ledger.nextPart(at),
    ...{ underlying: underlyingOf(series), kind: fill.kind, side: isBuy ? 'buy' : 'sell' },
    ...{ price_uusd: fill.priceUusd, quantity, premium_uusd: premiumUusd, fee_uusd: feeUusd },
    ...{ realised_uusd: realised, position: after.quantity, cash_uusd: account.cash_uusd },
    ...{ role: fill.role, trade_id: fill.tradeId, order_id: fill.orderId },
    ...{ counterparty: fill.counterparty, tx_hash: at.txHash },
  });
}
