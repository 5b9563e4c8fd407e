import * as accounts from '../proto/gen/tenor.accounts.v1.ts';
import * as liquidation from '../proto/gen/tenor.liquidation.v1.ts';
import * as sessions from '../proto/gen/tenor.sessions.v1.ts';
import * as staking from '../proto/gen/tenor.staking.v1.ts';
import { count, text } from './params.ts';
import type { Route } from './route.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

/** Validators, insurance funds, auctions of accounts, session keys: `/tenor/v1/…` */
export const placeRoutes: Readonly<Record<string, Route>> = {
  '/tenor/v1/validators': (reader) => {
    const path = '/tenor.staking.v1.Query/Validators';
    const { QueryValidatorsRequest, QueryValidatorsResponse } = staking;
    const { validators } = reader.ask(path, QueryValidatorsRequest, QueryValidatorsResponse, {});
    return {
      height: reader.height,
      validators: validators.map(({ consensusAddress, consensusPubkey, ...rest }) => ({
        ...{ validator: hex(consensusAddress), consensusPubkey, ...rest },
      })),
    };
  },
  '/tenor/v1/funds': (reader) => {
    const path = '/tenor.accounts.v1.Query/Funds';
    const { QueryFundsRequest, QueryFundsResponse } = accounts;
    const { funds } = reader.ask(path, QueryFundsRequest, QueryFundsResponse, {});
    return { height: reader.height, funds };
  },
  '/tenor/v1/liquidations/:account/auction': (reader, params) => {
    const subaccountId = BigInt(count(params, 'account', 0, Number.MAX_SAFE_INTEGER));
    const path = '/tenor.liquidation.v1.Query/Auction';
    const { QueryAuctionRequest, QueryAuctionResponse } = liquidation;
    const asked = { subaccountId, owner: '', number: 0 };
    const answer = reader.ask(path, QueryAuctionRequest, QueryAuctionResponse, asked);
    return { height: reader.height, ...answer };
  },
  '/tenor/v1/sessions/:address': (reader, params) => {
    const path = '/tenor.sessions.v1.Query/Sessions';
    const { QuerySessionsRequest, QuerySessionsResponse } = sessions;
    const asked = { owner: text(params, 'address') };
    const answer = reader.ask(path, QuerySessionsRequest, QuerySessionsResponse, asked);
    return { height: reader.height, sessions: answer.sessions };
  },
};
