import {
  MsgSetReferrer,
  MsgSetReferrerResponse,
} from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { accountOf, addressBytes } from '../../../auth/index.ts';
import { MODULE_ADDRESSES } from '../../../bank/index.ts';
import { BlockClass } from '../../../../runtime/blockClass.ts';
import { handler } from '../../../../runtime/module.ts';
import { accountsErrors } from '../../errors.ts';
import { ownerFees } from '../../state.ts';
import { feesOf } from '../ownerFees.ts';

/** Names who has a share of the sender's trading fees, once and for good. */
export const setReferrer = handler({
  codec: MsgSetReferrer,
  response: MsgSetReferrerResponse,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, referrer }) {
    addressBytes(sender);
    addressBytes(referrer);
    if (referrer === sender) throw accountsErrors.badReferrer('nobody is their own referrer');
    if (MODULE_ADDRESSES.has(referrer)) {
      throw accountsErrors.badReferrer('a referrer is somebody with a key');
    }
  },
  execute(ctx, { sender, referrer }) {
    const fees = feesOf(ctx, sender);
    if (fees.referrer !== '') {
      throw accountsErrors.referrerSet(`the referrer is ${fees.referrer}, and stays`);
    }
    if (accountOf(ctx, referrer) === undefined) {
      throw accountsErrors.badReferrer(`${referrer} has no account yet: it needs some coins first`);
    }
    if (feesOf(ctx, referrer).referrer === sender) {
      throw accountsErrors.badReferrer('two cannot be the referrers of each other');
    }
    ownerFees.set(ctx, addressBytes(sender), { ...fees, referrer });
    ctx.emit('referrer_set', { owner: sender, referrer });
    return {};
  },
});
