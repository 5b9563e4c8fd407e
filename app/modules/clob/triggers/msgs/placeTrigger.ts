import {
  MsgPlaceTrigger,
  MsgPlaceTriggerResponse,
  TriggerOn,
  TriggerWhen,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { MsgPlaceOrder, Trigger, TriggerLeg } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { isTrading, mustSeriesBySymbol, mustUnderlyingById } from '../../../options/index.ts';
import { usdText } from '../../../../lib/amountText.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import type { View } from '../../../../runtime/context.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { assertPrice, validateOrder } from '../../orders/msgs/placeOrder.ts';
import { assertTriggersOf } from '../../limits/owned.ts';
import { assertTick } from '../../orders/admit/priceRules.ts';
import { params } from '../../params.ts';
import { nextTriggerId } from '../../state.ts';
import { isMet, livePrice, priceKey } from '../condition.ts';
import { addTrigger, triggersOf } from '../waiting.ts';

/** Orders that wait for a price: one, or two of which the first that fires cancels the other. */
export const placeTrigger = handler({
  codec: MsgPlaceTrigger,
  response: MsgPlaceTriggerResponse,
  feeExempt: true,
  gas: 30_000,
  // Nothing happens before the end of the block.
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate(msg) {
    addressBytes(msg.sender);
    if (msg.legs.length < 1 || msg.legs.length > 2) {
      throw clobErrors.badTrigger('give one trigger, or two of which one cancels the other');
    }
    for (const leg of msg.legs) validateLeg(msg, leg);
  },
  execute(ctx, msg) {
    const { id: subaccountId } = mustSubaccountOf(ctx, msg.sender, msg.subaccount);
    const most = params.get(ctx).maxTriggers;
    if (triggersOf(ctx, subaccountId).length + msg.legs.length > most) {
      throw clobErrors.tooManyTriggers(`a subaccount has at most ${most} triggers: cancel some`);
    }
    assertTriggersOf(ctx, msg.sender, msg.legs.length);
    const first = nextTriggerId.get(ctx) ?? 1n;
    const triggers = msg.legs.map((leg, i) => {
      const id = first + BigInt(i);
      const other = msg.legs.length === 1 ? undefined : first + BigInt(1 - i);
      return triggerOf(ctx, orderOf(msg, leg), { ...leg, id, other, subaccountId });
    });
    nextTriggerId.set(ctx, first + BigInt(triggers.length));
    for (const trigger of triggers) addTrigger(ctx, trigger);
    return { triggerIds: triggers.map(({ id }) => id) };
  },
});

/** The order of a leg as a message of the sender's. */
const orderOf = (
  { sender, subaccount }: MsgPlaceTrigger,
  { order }: TriggerLeg,
): MsgPlaceOrder => ({
  ...order!,
  sender,
  subaccount,
});

function validateLeg(msg: MsgPlaceTrigger, leg: TriggerLeg): void {
  const { when, levelUusd, order } = leg;
  if (when === TriggerWhen.TRIGGER_WHEN_NONE) {
    throw clobErrors.badTrigger('say whether it fires above or below its level');
  }
  assertPrice(levelUusd);
  if (order === undefined) throw clobErrors.badTrigger('give the order that it places');
  if (order.sender !== '' || order.subaccount !== 0) {
    throw clobErrors.badTrigger('leave out sender and subaccount of the order: the trigger’s hold');
  }
  validateOrder(orderOf(msg, leg));
}

type Given = Pick<Trigger, 'on' | 'when' | 'levelUusd' | 'id' | 'other' | 'subaccountId'>;

/** @throws Reject when its series does not trade, its order has no such price, or it is true now */
function triggerOf(view: View, order: MsgPlaceOrder, given: Given): Trigger {
  const { on, when, levelUusd, id, other, subaccountId } = given;
  const series = mustSeriesBySymbol(view, order.series);
  const { id: seriesId, underlyingId, expirySeconds, symbol } = series;
  if (!isTrading(view, series)) {
    throw clobErrors.notTrading(`${symbol} does not trade (any more): see the markets`);
  }
  if (!order.market) assertTick(mustUnderlyingById(view, underlyingId), order.priceUusd);
  const trigger: Trigger = {
    ...{ id, subaccountId, seriesId, underlyingId, expirySeconds, on, when, levelUusd, order },
    ...{ other, createdHeight: BigInt(view.header.height) },
  };
  const priceUusd = livePrice(view, priceKey(trigger));
  if (priceUusd === undefined) {
    throw clobErrors.noMark('prices are not live: nobody can tell whether it would fire at once');
  }
  if (isMet(when, levelUusd, priceUusd)) {
    const name = on === TriggerOn.TRIGGER_ON_INDEX ? 'the index' : 'the mark';
    const now = `${name} is ${usdText(priceUusd)} now`;
    throw clobErrors.triggerTrue(`${now}: it would fire at once; place the order itself`);
  }
  return trigger;
}
