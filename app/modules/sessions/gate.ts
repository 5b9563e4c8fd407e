import { MessageClass } from '../../../proto/gen/tenor.sessions.v1.ts';
import type { Session } from '../../../proto/gen/tenor.sessions.v1.ts';
import { contractsText, usdText } from '../../lib/amountText.ts';
import type { Ctx, GatedOrder, OrderGate } from '../../runtime/context.ts';
import type { Action, SessionClass } from '../../runtime/module.ts';
import { sdk } from '../../runtime/errors.ts';
import { sessionsErrors } from './errors.ts';
import { sessionOf, updateUsed } from './sessions.ts';

const CLASSES: Readonly<Record<SessionClass, MessageClass>> = {
  order: MessageClass.MESSAGE_CLASS_ORDER,
  quote: MessageClass.MESSAGE_CLASS_QUOTE,
};
const PPM = 1_000_000n;
const DAY_MS = 86_400_000;

/**
 * What a key may order for an owner.
 * @throws Reject when it has no session, or one that these are not in
 */
export function openSession(
  ctx: Ctx,
  owner: string,
  key: string,
  actions: readonly Action[],
): OrderGate {
  const session = sessionOf(ctx, owner, key);
  if (session === undefined) {
    throw sdk.invalidPubKey(`the key is not that of ${owner}, nor of a session of it (any more)`);
  }
  // Of a batch, each action: what a batch may carry and a session may not is refused there, too.
  for (const action of actions) assertInScope(session, action);
  return { admit: (inner, order) => admit(inner, owner, key, order) };
}

function assertInScope(session: Session, { handler, msg }: Action): void {
  const { sessionClass, isCancel } = handler;
  const isGranted = sessionClass !== undefined && session.messages.includes(CLASSES[sessionClass]);
  // A message without a class is never a session's: transfers, withdrawals, grants.
  if (!isGranted && !(isCancel && sessionClass !== undefined)) {
    throw sessionsErrors.notAllowed(`this session does not allow ${handler.codec.typeUrl}`);
  }
  const { subaccount } = msg as { readonly subaccount?: number };
  if (subaccount === undefined || !session.subaccounts.includes(subaccount)) {
    throw sessionsErrors.wrongSubaccount(
      `this session is for subaccount ${session.subaccounts.join(', ')}`,
    );
  }
}

/** Reads the session again: an order before it in the transaction has counted against the day. */
function admit(ctx: Ctx, owner: string, key: string, order: GatedOrder): void {
  const session = sessionOf(ctx, owner, key);
  if (session === undefined) {
    throw sessionsErrors.noSession(`the key of ${key} has no session of ${owner}`);
  }
  const { underlyings } = session;
  if (underlyings.length > 0 && !underlyings.includes(order.underlying)) {
    throw sessionsErrors.wrongUnderlying(`this session is for ${underlyings.join(', ')}`);
  }
  assertNearMark(session, order);
  count(ctx, session, order.quantity);
}

/** Passive prices are free, as in the chain's own band; without a mark nothing is near it. */
function assertNearMark({ priceBandPpm }: Session, order: GatedOrder): void {
  const { markUusd, isBuy, priceUusd } = order;
  if (priceBandPpm === 0) return;
  if (markUusd === undefined) {
    // What only reduces is taken then, at any price: it would rest until somebody fills it.
    throw sessionsErrors.priceBand('there is no live mark that this session keeps near to: wait');
  }
  const width = (markUusd * BigInt(priceBandPpm)) / PPM;
  const [low, high] = [markUusd - width, markUusd + width];
  if (isBuy ? priceUusd <= high : priceUusd >= low) return;
  const bound = isBuy ? `buy at ${usdText(high)} or less` : `sell at ${usdText(low)} or more`;
  throw sessionsErrors.priceBand(`${usdText(priceUusd)} is too far for this session: ${bound}`);
}

function count(ctx: Ctx, session: Session, quantity: bigint): void {
  const { dailyQuantity } = session;
  if (dailyQuantity === 0n) return;
  const day = BigInt(Math.floor(ctx.header.timeMs / DAY_MS));
  const used = session.day === day ? session.usedQuantity : 0n;
  if (used + quantity > dailyQuantity) {
    throw sessionsErrors.dailySize(
      `this session has ${contractsText(dailyQuantity - used)} left today`,
    );
  }
  updateUsed(ctx, { ...session, day, usedQuantity: used + quantity });
}
