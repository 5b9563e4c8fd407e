import type { Ctx, Refusal } from './context.ts';
import type { Reject } from './errors.ts';
import { isFeeExempt } from './tx.ts';
import type { Tx } from './tx.ts';

/** How many fee-exempt messages a signer sends: of them, those that cancel orders. */
export interface Draw {
  readonly actions: number;
  readonly cancels: number;
}

/** The allowances of fee-exempt messages, which modules above the runtime keep. */
export interface AllowancePorts {
  /** Draws on an address's allowance. Says why not, without a write, where it does not reach. */
  drawAllowance(ctx: Ctx, address: string, draw: Draw): Reject | null;
  /** Takes it in any case, also into debt: what was drawn before, on another state. */
  takeAllowance(ctx: Ctx, address: string, draw: Draw): void;
  /** Takes what failed messages cost more than others. */
  chargeFailure(ctx: Ctx, address: string, draw: Draw): void;
}

/** What paid for a transaction. */
export type Charge = 'allowance' | 'fee';

/** An action may state this much gas; asking a block for more room counts as further actions. */
const ACTION_GAS = 200_000;

/** What a transaction draws on the allowance of one of its signers. */
export function drawOf(tx: Tx, address: string): Draw {
  const own = tx.actions.filter(({ handler, msg }) => handler.signer(msg) === address);
  const cancels = own.filter(({ handler }) => handler.isCancel).length;
  const more = Math.max(0, Math.ceil(gasWantedOf(tx) / ACTION_GAS) - tx.actions.length);
  return cancels === own.length
    ? { actions: 0, cancels: cancels + more }
    : { actions: own.length - cancels + more, cancels };
}

/**
 * The gas that a block sets aside for a transaction: what it states, or for free messages that
 * state nothing what they usually take.
 */
export function gasWantedOf(tx: Tx): number {
  const stated = Number(tx.authInfo.fee?.gasLimit ?? 0n);
  if (stated > 0 || !isFree(tx)) return stated;
  return tx.actions.reduce((sum, { handler }) => sum + handler.gas, 0);
}

/**
 * Draws on the allowance of each signer for its own messages: of all or of none. Says why not.
 */
export function drawAllowances(ctx: Ctx, tx: Tx, ports: AllowancePorts): Reject | null {
  const start = ctx.state.mark();
  for (const signer of tx.signers) {
    const refusal = ports.drawAllowance(ctx, signer, drawOf(tx, signer));
    if (refusal === null) continue;
    ctx.state.rollback(start);
    return refusal;
  }
  return null;
}

/** Execution failed: what the allowances paid for costs them more. */
export function chargeFailures(ctx: Ctx, tx: Tx, ports: AllowancePorts): void {
  for (const signer of tx.signers) ports.chargeFailure(ctx, signer, drawOf(tx, signer));
}

/** Some actions failed alone: what the allowances paid for them costs as much more. */
export function chargeRefusals(
  ctx: Ctx,
  tx: Tx,
  refusals: readonly Refusal[],
  ports: AllowancePorts,
): void {
  for (const signer of tx.signers) {
    const own = refusals.filter(({ sender }) => sender === signer);
    const cancels = own.filter(({ isCancel }) => isCancel).length;
    if (own.length === 0) continue;
    ports.chargeFailure(ctx, signer, { actions: own.length - cancels, cancels });
  }
}

/** Whether it may be paid for by a fee, and so by its own gas limit: what is exempt need not. */
export function offersFee({ authInfo: { fee } }: Tx): boolean {
  return (fee?.amount ?? []).some(({ amount }) => amount !== '0');
}

/** Whether nothing but the allowances can pay for it. */
export function isFree(tx: Tx): boolean {
  return isFeeExempt(tx) && !offersFee(tx);
}
