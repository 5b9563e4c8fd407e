import {
  MsgCancelQuotes,
  MsgCancelQuotesResponse,
} from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { isLockedBook } from '../../auctions/auctionAt.ts';
import { answerOfHeld } from '../../auctions/held.ts';
import { groupsOf, mustGroup, quotesLeft } from '../groups.ts';
import { pullQuotes } from '../pull.ts';

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
    const asked = group === '' ? groupsOf(ctx, id) : [mustGroup(ctx, id, group)];
    let cancelled = 0;
    for (const each of asked) cancelled += pullQuotes(ctx, each, 'requested', mayGo);
    const left = asked.flatMap((each) => quotesLeft(ctx, each));
    return { cancelled, ...answerOfHeld(ctx, left) };
  },
});
