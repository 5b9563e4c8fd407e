import {
  MsgCancelTrigger,
  MsgCancelTriggerResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { triggers } from '../../state.ts';
import * as waiting from '../waiting.ts';

/** Cancels a trigger; the other one of a pair stays, alone. */
export const cancelTrigger = handler({
  codec: MsgCancelTrigger,
  response: MsgCancelTriggerResponse,
  feeExempt: true,
  gas: 15_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate: ({ sender }) => void addressBytes(sender),
  execute(ctx, { sender, subaccount, triggerId }) {
    const { id } = mustSubaccountOf(ctx, sender, subaccount);
    const trigger = triggers.get(ctx, triggerId);
    if (trigger?.subaccountId !== id) {
      throw clobErrors.unknownTrigger(
        `subaccount ${subaccount} has no trigger ${triggerId}: it fired or was cancelled before`,
      );
    }
    waiting.cancelTrigger(ctx, trigger, 'requested');
    return {};
  },
});
