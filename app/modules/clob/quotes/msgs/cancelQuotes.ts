import {
  MsgCancelQuotes,
  MsgCancelQuotesResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { isLockedBook } from '../../auctions/auctionAt.ts';
import { mustGroup } from '../groups.ts';
import { pullAllQuotes, pullQuotes } from '../pull.ts';

/** Cancels the quotes of a group, or of all groups of a subaccount. */
export const cancelQuotes = handler({
  codec: MsgCancelQuotes,
  response: MsgCancelQuotesResponse,
  feeExempt: true,
  sessionClass: 'quote',
  gas: 100_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate({ sender }) {
    addressBytes(sender);
  },
  execute(ctx, { sender, subaccount, group }) {
    const { id } = mustSubaccountOf(ctx, sender, subaccount);
    // What an auction holds until its end stays.
    const mayGo = (seriesId: bigint) => !isLockedBook(ctx, seriesId);
    if (group === '') return { cancelled: pullAllQuotes(ctx, id, 'requested', mayGo) };
    return { cancelled: pullQuotes(ctx, mustGroup(ctx, id, group), 'requested', mayGo) };
  },
});
