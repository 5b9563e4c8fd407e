import type { Codec } from '../proto/codec.ts';
import * as auth from '../proto/gen/cosmos.auth.v1beta1.ts';
import * as bank from '../proto/gen/cosmos.bank.v1beta1.ts';
import * as tx from '../proto/gen/cosmos.tx.v1beta1.ts';
import * as accounts from '../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../proto/gen/tenor.margin.v1.ts';
import * as options from '../proto/gen/tenor.options.v1.ts';
import * as oracle from '../proto/gen/tenor.oracle.v1.ts';
import * as runtime from '../proto/gen/tenor.runtime.v1.ts';
import * as sessions from '../proto/gen/tenor.sessions.v1.ts';
import * as staking from '../proto/gen/tenor.staking.v1.ts';

/** A question that the application answers. */
export interface Query<Q, R> {
  readonly path: string;
  readonly request: Codec<Q>;
  readonly response: Codec<R>;
}

const query = <Q, R>(path: string, request: Codec<Q>, response: Codec<R>): Query<Q, R> => ({
  path,
  request,
  response,
});

export const queries = {
  account: query(
    '/cosmos.auth.v1beta1.Query/Account',
    auth.QueryAccountRequest,
    auth.QueryAccountResponse,
  ),
  balances: query(
    '/cosmos.bank.v1beta1.Query/AllBalances',
    bank.QueryAllBalancesRequest,
    bank.QueryAllBalancesResponse,
  ),
  simulate: query('/cosmos.tx.v1beta1.Service/Simulate', tx.SimulateRequest, tx.SimulateResponse),
  params: query(
    '/tenor.runtime.v1.Query/Params',
    runtime.QueryParamsRequest,
    runtime.QueryParamsResponse,
  ),
  currentPlan: query(
    '/tenor.runtime.v1.Query/CurrentPlan',
    runtime.QueryCurrentPlanRequest,
    runtime.QueryCurrentPlanResponse,
  ),
  appliedPlan: query(
    '/tenor.runtime.v1.Query/AppliedPlan',
    runtime.QueryAppliedPlanRequest,
    runtime.QueryAppliedPlanResponse,
  ),
  moduleVersions: query(
    '/tenor.runtime.v1.Query/ModuleVersions',
    runtime.QueryModuleVersionsRequest,
    runtime.QueryModuleVersionsResponse,
  ),
  validators: query(
    '/tenor.staking.v1.Query/Validators',
    staking.QueryValidatorsRequest,
    staking.QueryValidatorsResponse,
  ),
  prices: query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
  ),
  surface: query(
    '/tenor.oracle.v1.Query/Surface',
    oracle.QuerySurfaceRequest,
    oracle.QuerySurfaceResponse,
  ),
  volIndex: query(
    '/tenor.oracle.v1.Query/VolIndex',
    oracle.QueryVolIndexRequest,
    oracle.QueryVolIndexResponse,
  ),
  votes: query('/tenor.oracle.v1.Query/Votes', oracle.QueryVotesRequest, oracle.QueryVotesResponse),
  reportCard: query(
    '/tenor.oracle.v1.Query/ReportCard',
    oracle.QueryReportCardRequest,
    oracle.QueryReportCardResponse,
  ),
  sources: query(
    '/tenor.oracle.v1.Query/Sources',
    oracle.QuerySourcesRequest,
    oracle.QuerySourcesResponse,
  ),
  series: query(
    '/tenor.options.v1.Query/Series',
    options.QuerySeriesRequest,
    options.QuerySeriesResponse,
  ),
  seriesBySymbol: query(
    '/tenor.options.v1.Query/SeriesBySymbol',
    options.QuerySeriesBySymbolRequest,
    options.QuerySeriesBySymbolResponse,
  ),
  expiries: query(
    '/tenor.options.v1.Query/Expiries',
    options.QueryExpiriesRequest,
    options.QueryExpiriesResponse,
  ),
  settlement: query(
    '/tenor.options.v1.Query/Settlement',
    options.QuerySettlementRequest,
    options.QuerySettlementResponse,
  ),
  subaccount: query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
  ),
  subaccounts: query(
    '/tenor.accounts.v1.Query/Subaccounts',
    accounts.QuerySubaccountsRequest,
    accounts.QuerySubaccountsResponse,
  ),
  margin: query(
    '/tenor.margin.v1.Query/Margin',
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
  ),
  whatIfTrades: query(
    '/tenor.margin.v1.Query/WhatIf',
    margin.QueryWhatIfRequest,
    margin.QueryWhatIfResponse,
  ),
  explain: query(
    '/tenor.margin.v1.Query/Explain',
    margin.QueryExplainRequest,
    margin.QueryExplainResponse,
  ),
  marks: query('/tenor.margin.v1.Query/Marks', margin.QueryMarksRequest, margin.QueryMarksResponse),
  book: query('/tenor.clob.v1.Query/Book', clob.QueryBookRequest, clob.QueryBookResponse),
  bookOrders: query(
    '/tenor.clob.v1.Query/BookOrders',
    clob.QueryBookOrdersRequest,
    clob.QueryBookOrdersResponse,
  ),
  bestPrices: query(
    '/tenor.clob.v1.Query/BestPrices',
    clob.QueryBestPricesRequest,
    clob.QueryBestPricesResponse,
  ),
  order: query('/tenor.clob.v1.Query/Order', clob.QueryOrderRequest, clob.QueryOrderResponse),
  triggers: query(
    '/tenor.clob.v1.Query/Triggers',
    clob.QueryTriggersRequest,
    clob.QueryTriggersResponse,
  ),
  limits: query('/tenor.clob.v1.Query/Limits', clob.QueryLimitsRequest, clob.QueryLimitsResponse),
  volOrders: query(
    '/tenor.clob.v1.Query/VolOrders',
    clob.QueryVolOrdersRequest,
    clob.QueryVolOrdersResponse,
  ),
  callAuctions: query(
    '/tenor.clob.v1.Query/CallAuctions',
    clob.QueryCallAuctionsRequest,
    clob.QueryCallAuctionsResponse,
  ),
  orders: query('/tenor.clob.v1.Query/Orders', clob.QueryOrdersRequest, clob.QueryOrdersResponse),
  quoteGroups: query(
    '/tenor.clob.v1.Query/QuoteGroups',
    clob.QueryQuoteGroupsRequest,
    clob.QueryQuoteGroupsResponse,
  ),
  quotes: query('/tenor.clob.v1.Query/Quotes', clob.QueryQuotesRequest, clob.QueryQuotesResponse),
  trades: query('/tenor.clob.v1.Query/Trades', clob.QueryTradesRequest, clob.QueryTradesResponse),
  whatIf: query('/tenor.clob.v1.Query/WhatIf', clob.QueryWhatIfRequest, clob.QueryWhatIfResponse),
  sessions: query(
    '/tenor.sessions.v1.Query/Sessions',
    sessions.QuerySessionsRequest,
    sessions.QuerySessionsResponse,
  ),
  liquidations: query(
    '/tenor.liquidation.v1.Query/Liquidations',
    liquidation.QueryLiquidationsRequest,
    liquidation.QueryLiquidationsResponse,
  ),
  liquidationSteps: query(
    '/tenor.liquidation.v1.Query/Steps',
    liquidation.QueryStepsRequest,
    liquidation.QueryStepsResponse,
  ),
  auction: query(
    '/tenor.liquidation.v1.Query/Auction',
    liquidation.QueryAuctionRequest,
    liquidation.QueryAuctionResponse,
  ),
  funds: query(
    '/tenor.accounts.v1.Query/Funds',
    accounts.QueryFundsRequest,
    accounts.QueryFundsResponse,
  ),
  fees: query(
    '/tenor.accounts.v1.Query/Fees',
    accounts.QueryFeesRequest,
    accounts.QueryFeesResponse,
  ),
  underwriting: query(
    '/tenor.accounts.v1.Query/Underwriting',
    accounts.QueryUnderwritingRequest,
    accounts.QueryUnderwritingResponse,
  ),
} as const;
