import { beforeEach } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.accounts.v1.ts';
import { AccountsChain, USD, userAddress } from '../fixture.ts';
import { accountsModule } from '../index.ts';
import { setReferrer } from './msgs/setReferrer.ts';
import { accrueTradingFee } from './tradingFee.ts';

export const DAY_MS = 86_400_000;

/** For tests: before each a chain of three users, of whom the first has money to pay with. */
export class FeesStage {
  chain!: AccountsChain;
  /** The first user's subaccount. */
  id!: bigint;

  constructor() {
    beforeEach(() => {
      this.chain = AccountsChain.listed(3);
      this.id = this.chain.open(0, 100_000n * USD);
    });
  }

  /** A fee of a trade, and where it goes. */
  pay = (uusd: bigint) => accrueTradingFee(this.chain.ctx, this.id, 1, uusd);

  later = (days: number): void => {
    this.chain.options.block(days * DAY_MS);
  };

  refer = (sender: string, referrer: string): void => {
    const message = { sender, referrer };
    setReferrer.validate(message);
    setReferrer.execute(this.chain.ctx, message);
  };

  ask = (owner: string): pb.QueryFeesResponse => {
    const handler = accountsModule.queries['/tenor.accounts.v1.Query/Fees']!;
    const bytes = handler(this.chain.ctx, pb.QueryFeesRequest.encode({ owner }));
    return pb.QueryFeesResponse.decode(bytes);
  };
}

export const [ALICE, BOB, CAROL] = [0, 1, 2].map(userAddress) as [string, string, string];
