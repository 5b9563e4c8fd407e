import {
  MsgReplaceOrder,
  MsgReplaceOrderResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { addressBytes } from '../../../auth/index.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { findOrder, validateName } from '../findOrder.ts';
import { replaceResting } from '../replaceResting.ts';
import { assertPrice, assertQuantity, assertVol } from './placeOrder.ts';

/** Gives a resting order another price or size, at once or not at all: it keeps its id. */
export const replaceOrder = handler({
  codec: MsgReplaceOrder,
  response: MsgReplaceOrderResponse,
  feeExempt: true,
  sessionClass: 'order',
  // A cancel and an order.
  gas: 35_000,
  // What stays at its price takes nothing.
  blockClass: ({ priceUusd, volBp }) =>
    priceUusd === 0n && volBp === undefined ? BlockClass.MAKE : BlockClass.TAKE,
  signer: (msg) => msg.sender,
  validate(msg) {
    addressBytes(msg.sender);
    validateName(msg);
    const { priceUusd, quantity, volBp } = msg;
    assertVol(volBp);
    if (priceUusd === 0n && quantity === 0n && volBp === undefined) {
      throw clobErrors.badRequest('give the new price, the new size, or both');
    }
    if (priceUusd !== 0n) assertPrice(priceUusd);
    if (quantity !== 0n) assertQuantity(quantity);
  },
  execute: (ctx, msg) => replaceResting(ctx, msg, findOrder(ctx, msg)),
});
