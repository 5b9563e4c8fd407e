import assert from 'node:assert/strict';
import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Params } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, eventsOf } from '../../clob/fixture.ts';
import { LiquidationChain, idOf } from '../fixture.ts';
import { liquidationModule } from '../index.ts';

export const CONTRACT = 10_000n;
export const PPB = 1_000_000_000;

/**
 * User 1 is short two calls of user 0's, and in breach since the index went from 64,000 to 75,000.
 * Users 2 and 3 have cash to bid with; 4 has little.
 */
export function breached(cashUsd = 30_000n, params: Partial<Params> = {}): LiquidationChain {
  const cash = [200_000n, cashUsd, 300_000n, 300_000n, 2_000n];
  const chain = LiquidationChain.create(cash, params);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.moveTo(75_000n);
  const ended = chain.block();
  assert.equal(eventsOf(ended, 'liquidation_flagged').length, 1);
  return chain;
}

type Terms = Partial<Omit<pb.MsgBidLiquidation, 'sender'>>;

function send(chain: LiquidationChain, user: number, terms: Terms = {}): void {
  const handler = liquidationModule.msgs[0]!;
  const msg = {
    sender: userAddress(user),
    subaccount: 0,
    liquidatedId: idOf(1),
    version: chain.flag(1)?.auction?.version ?? 0n,
    fractionPpb: PPB,
    limitPpm: 1_000_000,
    leastPayoutUusd: 0n,
    ...terms,
  };
  handler.validate(msg);
  handler.execute(chain.ctx, msg);
}

export const bid = (chain: LiquidationChain, user: number, terms: Terms = {}): string =>
  refusalCode(() => {
    send(chain, user, terms);
  });

export function ask(chain: LiquidationChain): pb.QueryAuctionResponse {
  const answer = liquidationModule.queries['/tenor.liquidation.v1.Query/Auction']!;
  const request = { subaccountId: idOf(1), owner: '', number: 0 };
  return pb.QueryAuctionResponse.decode(answer(chain.ctx, pb.QueryAuctionRequest.encode(request)));
}
