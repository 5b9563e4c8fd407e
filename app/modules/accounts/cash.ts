import type { Deficit, Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { UUSD, sendCoins } from '../bank/index.ts';
import { usdText } from '../../lib/amountText.ts';
import { assert } from '../../lib/assert.ts';
import { moduleAddress } from '../../lib/address.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { splitFee } from './core/feeTiers.ts';
import type { FeeParts } from './core/feeTiers.ts';
import { accountsErrors } from './errors.ts';
import { noteLateDeposit } from './flags.ts';
import { noteChanged } from './holdings/changed.ts';
import { noteOwnerCash } from './owners.ts';
import { params } from './params.ts';
import { noteRisk } from './risky.ts';
import * as state from './state.ts';

/** The bank account that holds the cash of all subaccounts. */
export const ACCOUNTS_ADDRESS = moduleAddress('accounts');
/** Where fees go at the end of each block. */
export const FEE_COLLECTOR = moduleAddress('fee_collector');
/** Spent by governance alone. */
export const TREASURY = moduleAddress('treasury');

/**
 * Changes a subaccount's cash, in uusd. It may fall below 0: only realised losses and liquidation
 * may do that, and whoever moves premiums, fees or withdrawals checks first. The caller books the
 * other side: cash only moves between subaccounts, the fee pot and the bank.
 */
export function changeCash(ctx: Ctx, id: bigint, deltaUusd: bigint): void {
  if (deltaUusd === 0n) return;
  const before = state.subaccounts.must(ctx, id);
  const cashUusd = before.cashUusd + deltaUusd;
  state.subaccounts.set(ctx, id, { ...before, cashUusd });
  noteCash(ctx, before, cashUusd);
}

/** What follows from a subaccount's new cash: its owner's sum, the risky set and its deficit. */
export function noteCash(ctx: Ctx, before: Subaccount, cashUusd: bigint, shortsDelta = 0): void {
  const { id } = before;
  noteChanged(ctx, id);
  noteOwnerCash(ctx, before, cashUusd - before.cashUusd);
  noteRisk(ctx, id, cashUusd, shortsDelta);
  const deficit = state.deficits.get(ctx, id);
  if (deficit === undefined) return;
  if (cashUusd >= 0n) state.deficits.delete(ctx, id);
  else state.deficits.set(ctx, id, { ...deficit, amountUusd: -cashUusd });
}

/** Moves coins of the owner into a subaccount. @throws Reject insufficientFunds */
export function creditDeposit(ctx: Ctx, id: bigint, amountUusd: bigint): void {
  const { owner } = state.subaccounts.must(ctx, id);
  sendCoins(ctx, owner, ACCOUNTS_ADDRESS, UUSD, amountUusd);
  changeCash(ctx, id, amountUusd);
  noteLateDeposit(ctx, id, amountUusd);
}

/**
 * Moves cash of a subaccount to its owner's coins. Margin is the caller's to check.
 * @throws Reject insufficientCash when the cash is smaller
 */
export function debitForWithdrawal(ctx: Ctx, id: bigint, amountUusd: bigint): void {
  const { cashUusd, owner } = state.subaccounts.must(ctx, id);
  if (cashUusd < amountUusd) {
    throw accountsErrors.insufficientCash(
      cashUusd > 0n
        ? `the subaccount has less cash: withdraw at most ${usdText(cashUusd)}`
        : 'the subaccount has no cash to withdraw: deposit, or close what it holds',
    );
  }
  changeCash(ctx, id, -amountUusd);
  sendCoins(ctx, ACCOUNTS_ADDRESS, owner, UUSD, amountUusd);
}

/** Takes a fee out of a subaccount's cash: the treasury's share of it, the rest the validators'. */
export function accrueFee(ctx: Ctx, id: bigint, amountUusd: bigint): void {
  assert(amountUusd >= 0n, 'a fee below zero');
  if (amountUusd === 0n) return;
  changeCash(ctx, id, -amountUusd);
  const { treasuryFeePpm } = params.get(ctx);
  putInPots(ctx, splitFee(amountUusd, { fundFeePpm: 0, referrerFeePpm: 0, treasuryFeePpm }));
}

/** Parts of a fee whose cash is taken go on their way. */
export function putInPots(
  ctx: Ctx,
  { treasuryUusd, validatorsUusd }: Pick<FeeParts, 'treasuryUusd' | 'validatorsUusd'>,
): void {
  state.feePot.set(ctx, (state.feePot.get(ctx) ?? 0n) + validatorsUusd);
  if (treasuryUusd === 0n) return;
  state.treasuryPot.set(ctx, (state.treasuryPot.get(ctx) ?? 0n) + treasuryUusd);
}

/** At the end of the block: what it took in fees reaches the treasury and the validators' pot. */
export function collectFees(ctx: Ctx): void {
  const validatorsUusd = state.feePot.get(ctx) ?? 0n;
  const treasuryUusd = state.treasuryPot.get(ctx) ?? 0n;
  if (validatorsUusd === 0n && treasuryUusd === 0n) return;
  for (const [to, amountUusd] of [
    [TREASURY, treasuryUusd],
    [FEE_COLLECTOR, validatorsUusd],
  ] as const) {
    if (amountUusd > 0n) sendCoins(ctx, ACCOUNTS_ADDRESS, to, UUSD, amountUusd);
  }
  state.feePot.set(ctx, 0n);
  if (treasuryUusd > 0n) state.treasuryPot.set(ctx, 0n);
  ctx.emit('fees_collected', {
    validators_uusd: validatorsUusd.toString(),
    treasury_uusd: treasuryUusd.toString(),
  });
}

/**
 * Records the negative cash of a subaccount that has nothing left to close. The amount follows the
 * cash, and the record goes when the cash is covered.
 */
export function recordDeficit(ctx: Ctx, id: bigint): void {
  const { cashUusd } = state.subaccounts.must(ctx, id);
  assert(cashUusd < 0n, 'a deficit needs negative cash');
  if (state.deficits.has(ctx, id)) return;
  const height = BigInt(ctx.header.height);
  state.deficits.set(ctx, id, { subaccountId: id, amountUusd: -cashUusd, height });
  ctx.emit('deficit', { subaccount_id: id.toString(), amount_uusd: (-cashUusd).toString() });
}

/** Forgets a deficit, such as one of an account that trades again. */
export function clearDeficit(ctx: Ctx, id: bigint): void {
  state.deficits.delete(ctx, id);
}

/** By subaccount id. */
export function deficits(view: View): Deficit[] {
  return [...state.deficits.entries(view)].map(([, deficit]) => deficit);
}
