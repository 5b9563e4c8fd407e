import {
  MsgSetQuoteGroup,
  MsgSetQuoteGroupResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { mustUnderlying } from '../../../options/index.ts';
import { contractsText } from '../../../../lib/amountText.ts';
import { u64 } from '../../../../lib/keys.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { params } from '../../params.ts';
import { MAX_QUANTITY } from '../../units.ts';
import { budgetOf } from '../core/window.ts';
import { assertMayPull, labels, pullQuotes } from '../pull.ts';
import { groupNames, groups, nextGroupId } from '../state.ts';

const NAME = /^[a-z0-9_-]{1,16}$/;
const MAX_WINDOW_MS = 3_600_000;
const MAX_FREEZE_MS = 86_400_000;
/** A billion USD for a point of volatility. */
const MAX_VEGA_UUSD = 1_000_000_000_000_000n;

/** Makes a group, or sizes one anew: its quotes are pulled, and what has filled is forgotten. */
export const setQuoteGroup = handler({
  codec: MsgSetQuoteGroup,
  response: MsgSetQuoteGroupResponse,
  feeExempt: true,
  sessionClass: 'quote',
  gas: 50_000,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate(msg) {
    addressBytes(msg.sender);
    const wrong = wrongLimits(msg);
    if (wrong !== null) throw clobErrors.badGroup(wrong);
  },
  execute(ctx, msg) {
    const account = mustSubaccountOf(ctx, msg.sender, msg.subaccount);
    const underlying = mustUnderlying(ctx, msg.underlying);
    if (largestOf(msg) < underlying.minOrder) {
      throw clobErrors.badGroup(
        `its quotes would be below ${contractsText(underlying.minOrder)}, the smallest order here`,
      );
    }
    const id = pulledOrNew(ctx, account.id, msg.group);
    const limits = {
      quantityLimit: msg.quantityLimit,
      maxQuote: largestOf(msg),
      ...{ deltaLimit: msg.deltaLimit, vegaLimitUusd: msg.vegaLimitUusd },
      ...{ windowMs: msg.windowMs, freezeMs: msg.freezeMs },
    };
    const group = {
      ...{ id, subaccountId: account.id, name: msg.group, underlyingId: underlying.id },
      ...{ ...limits, budget: budgetOf(limits, 0n), fills: [] },
    };
    groups.set(ctx, id, group);
    const changed = {
      ...{ ...labels(ctx, group), underlying: underlying.symbol },
      quantity_limit: limits.quantityLimit.toString(),
      max_quote: limits.maxQuote.toString(),
      delta_limit: limits.deltaLimit.toString(),
      vega_limit_uusd: limits.vegaLimitUusd.toString(),
      ...{ window_ms: String(limits.windowMs), freeze_ms: String(limits.freezeMs) },
    };
    ctx.emit('quote_group_set', changed, ['group_id']);
    return { groupId: id };
  },
});

const largestOf = ({ maxQuote, quantityLimit }: MsgSetQuoteGroup): bigint =>
  maxQuote === 0n ? quantityLimit : maxQuote;

function wrongLimits(msg: MsgSetQuoteGroup): string | null {
  if (!NAME.test(msg.group)) return 'a group is named by 1 to 16 of a-z, 0-9, - and _';
  if (msg.quantityLimit === 0n) return 'give a quantity limit: it is what margin is reserved for';
  if (msg.quantityLimit > MAX_QUANTITY) {
    return `no quantity limit is as high as ${contractsText(msg.quantityLimit)}`;
  }
  if (msg.maxQuote > msg.quantityLimit) return 'the largest quote is at most the quantity limit';
  if (msg.deltaLimit > MAX_QUANTITY) return 'the delta limit is too high: 0 is none';
  if (msg.vegaLimitUusd > MAX_VEGA_UUSD) return 'the vega limit is too high: 0 is none';
  if (msg.windowMs < 1 || msg.windowMs > MAX_WINDOW_MS) return 'a window is 1 ms to an hour';
  return msg.freezeMs > MAX_FREEZE_MS ? 'a freeze is at most a day: 0 is until a reset' : null;
}

/** @throws Reject tooManyGroups */
function pulledOrNew(ctx: Ctx, subaccountId: bigint, name: string): bigint {
  const found = groupNames.get(ctx, [subaccountId, name]);
  if (found !== undefined) {
    const group = groups.must(ctx, found);
    assertMayPull(ctx, group);
    pullQuotes(ctx, group, 'changed');
    return found;
  }
  const { maxQuoteGroups } = params.get(ctx);
  const count = [...groupNames.under(ctx, u64.write(subaccountId))].length;
  if (count >= maxQuoteGroups) {
    throw clobErrors.tooManyGroups(
      `a subaccount has at most ${maxQuoteGroups} groups: size one of them anew`,
    );
  }
  const id = nextGroupId.must(ctx);
  nextGroupId.set(ctx, id + 1n);
  groupNames.set(ctx, [subaccountId, name], id);
  return id;
}
