import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import * as sessions from '../../proto/gen/tenor.sessions.v1.ts';
import * as staking from '../../proto/gen/tenor.staking.v1.ts';
import type { Codec, MessageInfo } from '../../proto/codec.ts';
import { paramsTypes } from '../decodeParams.ts';
import { FEED_STATUSES } from '../describe.ts';
import { oracleAnswers } from './oracleAnswers.ts';
import { extended, int64, integer, list, nullable, object, oneOf, plus, string } from './schema.ts';
import { ownField } from './schema.ts';
import type { Messages, Schema } from './schema.ts';

const height = integer;
const statusName = oneOf(FEED_STATUSES);

/** Answers that are one message, with the height beside. */
const WHOLE: Readonly<Record<string, Pick<Codec<unknown>, 'fields' | 'typeUrl'>>> = {
  '/tenor/v1/markets/:series/book': clob.QueryBookResponse,
  '/tenor/v1/accounts/:address/:subaccount/what-if': margin.QueryWhatIfResponse,
  '/tenor/v1/accounts/:address/:subaccount/orders/:order': clob.QueryOrderResponse,
  '/tenor/v1/accounts/:address/:subaccount/triggers': clob.QueryTriggersResponse,
  '/tenor/v1/auctions': clob.QueryCallAuctionsResponse,
  '/tenor/v1/limits/:address': clob.QueryLimitsResponse,
  '/tenor/v1/liquidations': liquidation.QueryLiquidationsResponse,
  '/tenor/v1/liquidations/:account/steps': liquidation.QueryStepsResponse,
  '/tenor/v1/liquidations/:account/auction': liquidation.QueryAuctionResponse,
  '/tenor/v1/trades': clob.QueryTradesResponse,
  '/tenor/v1/settlements/:expiry': options.QuerySettlementResponse,
  '/tenor/v1/funds': accounts.QueryFundsResponse,
  '/tenor/v1/sessions/:address': sessions.QuerySessionsResponse,
};

/** What the routes of our own answer with, by their paths. */
export function answers(messages: Messages): Readonly<Record<string, Schema>> {
  const whole = Object.entries(WHOLE).map(
    ([path, codec]) => [path, extended(codec, messages, { height })] as const,
  );
  return {
    ...oracleAnswers(messages),
    ...marketAnswers(messages),
    ...Object.fromEntries(whole),
    '/tenor/v1/accounts/:address/:subaccount': object({
      height,
      ...members(messages, accounts.QuerySubaccountResponse, 'subaccount', 'positions'),
      ...members(messages, clob.QueryOrdersResponse, 'orders'),
      ...members(messages, margin.QueryMarginResponse, 'margin'),
      ...members(messages, margin.QueryExplainResponse, 'explanation'),
    }),
    '/tenor/v1/params': object({ height, params: paramsOf(messages) }),
    '/tenor/v1/validators': object({ height, validators: list(validator(messages)) }),
  };
}

function marketAnswers(messages: Messages): Readonly<Record<string, Schema>> {
  const series = seriesSchema(messages);
  const expiry = nullable(messages.ref(options.Expiry));
  const expiries = list(extended(options.Expiry, messages, { expiry: string }));
  // With a depth.
  const withLevels = plus(series, { levels: messages.ref(clob.BookLevels) });
  return {
    '/tenor/v1/markets': object({ height, markets: list(series), nextAfter: nullable(int64) }),
    '/tenor/v1/markets/:series': object({ height, market: nullable(series), expiry }),
    '/tenor/v1/chain/:underlying': object(
      { height, underlying: string, expiry: string, expiries, series: list(withLevels) },
      ['underlying', 'expiry'],
    ),
  };
}

/** A series as REST and streams show it (../describe.ts). */
export const seriesSchema = (messages: Messages): Schema =>
  extended(options.Series, messages, {
    ...{ kind: oneOf(['none', 'call', 'put']), expiry: string, openInterest: int64 },
    mark: nullable(extended(margin.Mark, messages, { statusName })),
    ...members(messages, clob.BestPrices, 'bid', 'ask'),
  });

/** Some of a message's members. */
function members(messages: Messages, { fields }: MessageInfo, ...names: readonly string[]) {
  const named = fields.filter(({ name }) => names.includes(name));
  return Object.fromEntries(named.map((field) => [field.name, ownField(field, messages)]));
}

/** One module's alone, or all. */
function paramsOf(messages: Messages): Schema {
  const all = Object.entries(paramsTypes).map(
    ([name, codec]) => [name, messages.ref(codec)] as const,
  );
  return object(Object.fromEntries(all), Object.keys(paramsTypes));
}

const validator = (messages: Messages): Schema =>
  extended(staking.Validator, messages, { validator: string }, ['consensusAddress']);
