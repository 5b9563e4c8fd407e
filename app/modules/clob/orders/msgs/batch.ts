import type { BatchAction, BatchResult } from '../../../../../proto/gen/tenor.clob.v1.ts';
import {
  MsgBatch,
  MsgBatchResponse,
  MsgCancelAllResponse,
  MsgCancelOrderResponse,
  MsgPlaceOrderResponse,
  MsgCancelTriggerResponse,
  MsgPlaceTriggerResponse,
  MsgReplaceOrderResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { addressBytes } from '../../../auth/index.ts';
import { Reject } from '../../../../runtime/errors.ts';
import { handler } from '../../../../runtime/module.ts';
import type { Action, MsgHandler } from '../../../../runtime/module.ts';
import { runActions } from '../../../../runtime/runActions.ts';
import type { ActionResult } from '../../../../runtime/runActions.ts';
import { clobErrors } from '../../errors.ts';
import { cancelTrigger } from '../../triggers/msgs/cancelTrigger.ts';
import { placeTrigger } from '../../triggers/msgs/placeTrigger.ts';
import { cancelAll } from './cancelAll.ts';
import { cancelOrder } from './cancelOrder.ts';
import { placeOrder } from './placeOrder.ts';
import { replaceOrder } from './replaceOrder.ts';

const MAX_ACTIONS = 100;

/** What a batch can do: who does it, and how its answer is read. */
const KINDS: Readonly<
  Record<keyof BatchAction, { handler: MsgHandler; answer: { decode(bytes: Uint8Array): unknown } }>
> = {
  place: { handler: placeOrder, answer: MsgPlaceOrderResponse },
  cancel: { handler: cancelOrder, answer: MsgCancelOrderResponse },
  cancelAll: { handler: cancelAll, answer: MsgCancelAllResponse },
  replace: { handler: replaceOrder, answer: MsgReplaceOrderResponse },
  placeTrigger: { handler: placeTrigger, answer: MsgPlaceTriggerResponse },
  cancelTrigger: { handler: cancelTrigger, answer: MsgCancelTriggerResponse },
};
const NAMES = Object.keys(KINDS) as (keyof BatchAction)[];

/**
 * Does up to a hundred things of a subaccount in order, each with a result of its own: one that is
 * refused changes nothing, and the others go on.
 */
export const batch = handler({
  codec: MsgBatch,
  response: MsgBatchResponse,
  feeExempt: true,
  sessionClass: 'order',
  signer: (msg) => msg.sender,
  validate: validateBatch,
  parts: (msg) => actionsOf(msg).map(([, action]) => action),
  execute(ctx, msg) {
    const actions = actionsOf(msg);
    const results = runActions(
      ctx,
      actions.map(([, action]) => action),
    );
    return { results: results.map((result, i) => resultOf(actions[i]![0], result)) };
  },
});

/** The form of a batch; what is wrong with one of its actions is that one's own result. */
function validateBatch({ sender, actions }: MsgBatch): void {
  addressBytes(sender);
  if (actions.length === 0 || actions.length > MAX_ACTIONS) {
    throw clobErrors.badBatch(`a batch has 1 to ${MAX_ACTIONS} actions, not ${actions.length}`);
  }
  actions.forEach((action, i) => {
    const msg = action[nameOf(action, i)]!;
    if (msg.sender !== '' || msg.subaccount !== 0) {
      throw clobErrors.badBatch(
        `action ${i}: leave out its sender and subaccount: the batch’s hold`,
      );
    }
  });
}

function nameOf(action: BatchAction, index: number): keyof BatchAction {
  const name = NAMES.find((kind) => action[kind] !== undefined);
  if (name === undefined) {
    throw clobErrors.badBatch(`action ${index}: it does nothing: give one thing to do`);
  }
  return name;
}

/** The actions as messages of the batch's sender. */
function actionsOf({ sender, subaccount, actions }: MsgBatch): [keyof BatchAction, Action][] {
  return actions.map((action, i) => {
    const name = nameOf(action, i);
    const msg = { ...action[name], sender, subaccount };
    return [name, { msg, handler: KINDS[name].handler }];
  });
}

function resultOf(name: keyof BatchAction, result: ActionResult): BatchResult {
  if (result instanceof Reject) return { codespace: result.codespace, code: result.code };
  return { codespace: '', code: 0, [name]: KINDS[name].answer.decode(result) };
}
