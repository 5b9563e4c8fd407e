import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import type { TestChain } from './chain.ts';
import { anyOf } from './keys.ts';
import type { AnyMsg, UserKey } from './keys.ts';

export const { Side } = clob;

/** A deposit of whole USD into subaccount 0. */
export function depositMsg(user: UserKey, usd: number): AnyMsg {
  return anyOf(accounts.MsgDeposit, {
    sender: user.address,
    subaccount: 0,
    amountUusd: BigInt(usd) * 1_000_000n,
  });
}

export function withdrawMsg(user: UserKey, usd: number): AnyMsg {
  return anyOf(accounts.MsgWithdraw, {
    sender: user.address,
    subaccount: 0,
    amountUusd: BigInt(usd) * 1_000_000n,
  });
}

/** Portfolio margin for subaccount 0, or standard margin again. */
export function modeMsg(user: UserKey, mode: accounts.MarginMode): AnyMsg {
  return anyOf(margin.MsgSetMarginMode, { sender: user.address, subaccount: 0, mode });
}

export interface OrderArgs {
  readonly series: string;
  readonly side: clob.Side;
  /** Contracts. */
  readonly size: number;
  /** USD a contract. */
  readonly price: number;
}

export function orderMsg(
  user: UserKey,
  args: OrderArgs,
  more: Partial<clob.MsgPlaceOrder> = {},
): AnyMsg {
  return anyOf(clob.MsgPlaceOrder, {
    sender: user.address,
    subaccount: 0,
    series: args.series,
    side: args.side,
    quantity: BigInt(Math.round(args.size * 10_000)),
    priceUusd: BigInt(Math.round(args.price * 100)) * 10_000n,
    timeInForce: clob.TimeInForce.TIME_IN_FORCE_GTC,
    postOnly: clob.PostOnly.POST_ONLY_NONE,
    reduceOnly: false,
    selfTrade: clob.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
    clientOrderId: '',
    goodTilSeconds: 0n,
    market: false,
    ...more,
  });
}

/** Fees of a plain transaction. */
export const FEE = { gasLimit: 200_000n, fee: [{ denom: 'utenor', amount: '200' }] } as const;

export function seriesOf(chain: TestChain, underlying: string): options.Series[] {
  return chain.query(
    '/tenor.options.v1.Query/Series',
    options.QuerySeriesRequest,
    options.QuerySeriesResponse,
    { underlying, expirySeconds: 0n, afterId: 0n, limit: 1_000 },
  ).series;
}

export function accountOf(chain: TestChain, user: UserKey): accounts.QuerySubaccountResponse {
  return chain.query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    { owner: user.address, number: 0 },
  );
}

/** What rests of a user. */
export function ordersOf(chain: TestChain, { address }: Pick<UserKey, 'address'>): clob.Order[] {
  return chain.query(
    '/tenor.clob.v1.Query/Orders',
    clob.QueryOrdersRequest,
    clob.QueryOrdersResponse,
    { owner: address, subaccount: 0 },
  ).orders;
}

export function marginOf(chain: TestChain, user: UserKey): margin.Margin {
  return chain.query(
    '/tenor.margin.v1.Query/Margin',
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
    { owner: user.address, number: 0 },
  ).margin!;
}

export function explanationOf(chain: TestChain, user: UserKey): margin.Explanation | undefined {
  return chain.query(
    '/tenor.margin.v1.Query/Explain',
    margin.QueryExplainRequest,
    margin.QueryExplainResponse,
    { owner: user.address, number: 0 },
  ).explanation;
}

/** The mark of a series in USD. */
export function markOf(chain: TestChain, symbol: string): number {
  const { marks } = chain.query(
    '/tenor.margin.v1.Query/Marks',
    margin.QueryMarksRequest,
    margin.QueryMarksResponse,
    { underlying: '', expirySeconds: 0n, symbol },
  );
  return Number(marks[0]!.markUusd) / 1e6;
}
