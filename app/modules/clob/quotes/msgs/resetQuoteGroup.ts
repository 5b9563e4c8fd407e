import {
  MsgResetQuoteGroup,
  MsgResetQuoteGroupResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { mustGroup } from '../groups.ts';
import { labels } from '../pull.ts';
import { groups } from '../state.ts';

/**
 * Ends a freeze and forgets what has filled. Quotes that rest keep the budget they have: the next
 * message of quotes fills it up, if margin allows.
 */
export const resetQuoteGroup = handler({
  codec: MsgResetQuoteGroup,
  response: MsgResetQuoteGroupResponse,
  feeExempt: true,
  sessionClass: 'quote',
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender }) {
    addressBytes(sender);
  },
  execute(ctx, { sender, subaccount, group: name }) {
    const { id } = mustSubaccountOf(ctx, sender, subaccount);
    const group = mustGroup(ctx, id, name);
    groups.set(ctx, group.id, { ...group, frozenUntilMs: undefined, fills: [] });
    ctx.emit('quote_group_reset', labels(ctx, group), ['group_id']);
    return {};
  },
});
