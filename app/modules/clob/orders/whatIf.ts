import type { MsgPlaceOrder, QueryWhatIfResponse } from '../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../accounts/index.ts';
import { marginErrors, marginOf, reserveOrder } from '../../margin/index.ts';
import { mustSeriesBySymbol } from '../../options/index.ts';
import { Ctx } from '../../../runtime/context.ts';
import type { View } from '../../../runtime/context.ts';
import { Reject } from '../../../runtime/errors.ts';
import { clobErrors } from '../errors.ts';
import { placeNow, placeOrder } from './msgs/placeOrder.ts';
import { nextOrderId } from '../state.ts';
import { isBuySide } from '../units.ts';

/**
 * What an order would do to its subaccount's margin: the real handler runs on a copy of the state.
 * An order that the margin refuses is shown as if it rested, so that one sees what is missing.
 */
export function whatIf(view: View, order: MsgPlaceOrder | undefined): QueryWhatIfResponse {
  if (order === undefined) throw clobErrors.badRequest('give the order to try');
  placeOrder.validate(order);
  const { id } = mustSubaccountOf(view, order.sender, order.subaccount);
  const before = marginOf(view, id);
  const ctx = new Ctx(view.state.fork(), view.header);
  const mark = ctx.state.mark();
  try {
    placeNow(ctx, order, id, undefined);
    const after = marginOf(ctx, id);
    return { before, after, accepted: true, codespace: '', code: 0, reason: '' };
  } catch (error) {
    if (!(error instanceof Reject)) throw error;
    ctx.state.rollback(mark);
    const { codespace, code, message: reason } = error;
    const after = isMarginRefusal(error) ? { after: marginIfResting(ctx, id, order) } : {};
    return { before, ...after, accepted: false, codespace, code, reason };
  }
}

const { insufficientMargin, notCovered } = marginErrors.codes;
const isMarginRefusal = ({ codespace, code }: Reject): boolean =>
  codespace === marginErrors.codespace && (code === insufficientMargin || code === notCovered);

function marginIfResting(ctx: Ctx, id: bigint, order: MsgPlaceOrder) {
  const { quantity, priceUusd, side, series } = order;
  const listed = mustSeriesBySymbol(ctx, series);
  const resting = { seriesId: listed.id, isBuy: isBuySide(side), quantity, priceUusd };
  reserveOrder(ctx, id, nextOrderId.must(ctx), resting, listed);
  return marginOf(ctx, id);
}
