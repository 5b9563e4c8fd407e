import type { DeadManSwitch } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { deadlines, switches } from './state.ts';

/** Sets a subaccount's switch in place of its last one; one without a deadline turns it off. */
export function setSwitch(ctx: Ctx, next: DeadManSwitch): void {
  const { subaccountId, deadlineMs } = next;
  const before = switches.get(ctx, subaccountId);
  if (before !== undefined) deadlines.delete(ctx, [before.deadlineMs, subaccountId]);
  if (deadlineMs === 0n) {
    if (before !== undefined) switches.delete(ctx, subaccountId);
    return;
  }
  switches.set(ctx, subaccountId, next);
  deadlines.set(ctx, [deadlineMs, subaccountId], true);
}
