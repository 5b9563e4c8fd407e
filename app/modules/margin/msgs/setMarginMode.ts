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
import { accountMargin } from '../accountMargin.ts';
import { marginErrors } from '../errors.ts';
import { assertLive } from '../judge.ts';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;
const NAMES = { [MARGIN_MODE_STANDARD]: 'standard', [MARGIN_MODE_PORTFOLIO]: 'portfolio' } as const;

const MODES: readonly MarginMode[] = [MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO];

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
    if (!MODES.includes(mode)) {
      throw marginErrors.badMode('margin modes are standard and portfolio');
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
    assertBothPass(ctx, account);
    setMode(ctx, account.id, mode);
    ctx.emit('margin_mode', {
      owner: sender,
      subaccount: String(subaccount),
      mode: NAMES[mode],
    });
    return {};
  },
});

/** @throws Reject insufficientMargin, noPrice, withdrawalsPaused */
function assertBothPass(view: View, account: Subaccount): void {
  for (const mode of MODES) {
    const judged = accountMargin(view, account, {}, mode);
    assertLive(view, judged);
    if (judged.isDegraded) {
      throw marginErrors.noPrice('no volatility is known for some of it: try again when it is');
    }
    const { initialMarginUusd } = judged.margin;
    if (initialMarginUusd >= 0n) continue;
    throw marginErrors.insufficientMargin(
      `initial margin by the ${NAMES[mode]} rules would be ` +
        `${shortfallText(-initialMarginUusd)} short: ` +
        'a switch needs both to pass; deposit more, close positions or cancel orders',
    );
  }
}
