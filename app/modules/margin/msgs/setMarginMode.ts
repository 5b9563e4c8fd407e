import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import {
  MsgSetMarginMode,
  MsgSetMarginModeResponse,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { isFlagged, setMode, subaccountOf } from '../../accounts/index.ts';
import { addressBytes } from '../../auth/index.ts';
import { shortfallText } from '../../../lib/amountText.ts';
import { BlockClass } from '../../../runtime/blockClass.ts';
import { handler } from '../../../runtime/module.ts';
import type { View } from '../../../runtime/context.ts';
import { accountMargin } from '../account/accountMargin.ts';
import { coverOf } from '../covered/coverOf.ts';
import { notCovered, quotesNotCovered } from '../covered/notCovered.ts';
import { marginErrors } from '../errors.ts';
import { assertLive } from '../judge/judge.ts';
import { reservesAfter } from '../quotes/groupReserves.ts';

const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const NAMES = {
  [MARGIN_MODE_STANDARD]: 'standard',
  [MARGIN_MODE_PORTFOLIO]: 'portfolio',
  [MARGIN_MODE_COVERED]: 'covered',
} as const;

/**
 * Changes how a subaccount is margined. It must pass both ways, so that nobody leaves a breach by a
 * change of rules, and nobody comes into one.
 */
export const setMarginMode = handler({
  codec: MsgSetMarginMode,
  response: MsgSetMarginModeResponse,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, mode }) {
    addressBytes(sender);
    if (!Object.hasOwn(NAMES, mode)) {
      throw marginErrors.badMode('margin modes are standard, portfolio and covered');
    }
  },
  execute(ctx, { sender, subaccount, mode }) {
    const account = subaccountOf(ctx, sender, subaccount);
    if (account === undefined) {
      throw marginErrors.unknownSubaccount(`you have no subaccount ${subaccount}: deposit first`);
    }
    if (account.mode === mode) {
      throw marginErrors.badMode(`subaccount ${subaccount} has ${NAMES[mode]} margin already`);
    }
    if (isFlagged(ctx, account.id)) {
      throw marginErrors.underLiquidation(
        'this subaccount is being liquidated: deposit until its maintenance margin holds',
      );
    }
    for (const rules of [account.mode, mode]) assertPasses(ctx, account, rules);
    setMode(ctx, account.id, mode);
    ctx.emit('margin_mode', {
      owner: sender,
      subaccount: String(subaccount),
      mode: NAMES[mode],
    });
    return {};
  },
});

/** @throws Reject insufficientMargin, notCovered, noPrice, withdrawalsPaused */
function assertPasses(view: View, account: Subaccount, mode: MarginMode): void {
  if (mode === MARGIN_MODE_COVERED) {
    if (reservesAfter(view, account.id).length > 0) throw quotesNotCovered();
    const cover = coverOf(view, account);
    if (cover.initialMarginUusd >= 0n) return;
    throw notCovered(view, cover, 'deposit more, close positions or cancel orders');
  }
  const judged = accountMargin(view, account, {}, mode);
  assertLive(view, judged);
  if (judged.isDegraded) {
    throw marginErrors.noPrice('no volatility is known for some of it: try again when it is');
  }
  const { initialMarginUusd } = judged.margin;
  if (initialMarginUusd >= 0n) return;
  throw marginErrors.insufficientMargin(
    `initial margin by the ${NAMES[mode]} rules would be ` +
      `${shortfallText(-initialMarginUusd)} short: ` +
      'a switch needs both to pass; deposit more, close positions or cancel orders',
  );
}
