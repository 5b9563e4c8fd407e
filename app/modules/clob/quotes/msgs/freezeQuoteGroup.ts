import {
  MsgFreezeQuoteGroup,
  MsgFreezeQuoteGroupResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { isLockedBook } from '../../auctions/auctionAt.ts';
import { answerOfHeld } from '../../auctions/held.ts';
import { mustGroup, quotesLeft } from '../groups.ts';
import { freeze } from '../pull.ts';

/**
 * Pulls a group, and takes no quotes of it for a time, or until it is reset. What an auction holds
 * until its end stays.
 */
export const freezeQuoteGroup = handler({
  codec: MsgFreezeQuoteGroup,
  response: MsgFreezeQuoteGroupResponse,
  feeExempt: true,
  sessionClass: 'quote',
  gas: 100_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate({ sender }) {
    addressBytes(sender);
  },
  execute(ctx, { sender, subaccount, group, durationMs }) {
    const { id } = mustSubaccountOf(ctx, sender, subaccount);
    const found = mustGroup(ctx, id, group);
    const mayGo = (seriesId: bigint) => !isLockedBook(ctx, seriesId);
    const cancelled = freeze(ctx, found, durationMs, 'frozen', mayGo);
    return { cancelled, ...answerOfHeld(ctx, quotesLeft(ctx, found)) };
  },
});
