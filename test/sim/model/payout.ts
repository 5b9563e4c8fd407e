import { agree } from './disagreement.ts';
import type { Model } from './model.ts';
import { payoutOf, settlementFee, settlementOf } from './settlement.ts';
import { ceilDiv, PPM, RULES } from './types.ts';
import type { Account, Series } from './types.ts';

/** Pays every holder of an expiry out of the others' pockets (venue §8). */
export function settle(model: Model, underlyingId: number, expirySeconds: number): void {
  const price = settlementOf(model.samples.get(`${underlyingId}/${expirySeconds}`) ?? []);
  const ending = [...model.series.values()].filter(
    (s) => s.underlyingId === underlyingId && s.expirySeconds === expirySeconds,
  );
  let sum = 0n;
  for (const account of model.accounts.values()) {
    const { payout, fee } = resultOf(account, ending, price);
    account.cashUusd += payout - fee;
    if (account.cashUusd < 0n && ending.some(({ id }) => account.positions.has(id))) {
      account.lossUnderlyingId = underlyingId;
    }
    model.fees.other(fee);
    sum += payout;
    for (const { id } of ending) {
      account.positions.delete(id);
      account.costs.delete(id);
    }
  }
  agree(sum === 0n, `payouts of ${expirySeconds} sum to ${sum}`);
  for (const { id } of ending) model.series.delete(id);
}

function resultOf({ mode, positions }: Account, ending: readonly Series[], price: bigint) {
  let [payout, fee] = [0n, 0n];
  for (const series of ending) {
    const quantity = positions.get(series.id);
    if (quantity === undefined) continue;
    payout += payoutOf(series, price, quantity);
    fee += settlementFee(series, price, quantity);
  }
  // Of a covered account the cap holds for the expiry as a whole (ADR 105).
  const cap = payout > 0n ? ceilDiv(payout * RULES.feeCapPpm, PPM) : 0n;
  return { payout, fee: mode === 'covered' && fee > cap ? cap : fee };
}
