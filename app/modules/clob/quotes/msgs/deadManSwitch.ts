import {
  MsgDeadManSwitch,
  MsgDeadManSwitchResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { setSwitch } from '../switches.ts';

const MIN_TIMEOUT_MS = 1_000;
const MAX_TIMEOUT_MS = 86_400_000;

/** Quotes, or all orders too, are cancelled unless this comes again before its time is over. */
export const deadManSwitch = handler({
  codec: MsgDeadManSwitch,
  response: MsgDeadManSwitchResponse,
  feeExempt: true,
  sessionClass: 'quote',
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, timeoutMs }) {
    addressBytes(sender);
    if (timeoutMs === 0) return;
    if (timeoutMs < MIN_TIMEOUT_MS || timeoutMs > MAX_TIMEOUT_MS) {
      throw clobErrors.badRequest('a dead-man switch waits 1 second to a day; 0 turns it off');
    }
  },
  execute(ctx, { sender, subaccount, timeoutMs, everything }) {
    const { id } = mustSubaccountOf(ctx, sender, subaccount);
    const deadlineMs = timeoutMs === 0 ? 0n : BigInt(ctx.header.timeMs + timeoutMs);
    setSwitch(ctx, { subaccountId: id, deadlineMs, everything });
    ctx.emit('dead_man_switch_set', {
      ...{ owner: sender, subaccount: String(subaccount), deadline_ms: deadlineMs.toString() },
      everything: everything ? 'true' : undefined,
    });
    return { deadlineMs };
  },
});
