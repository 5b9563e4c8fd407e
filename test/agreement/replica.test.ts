import { afterEach, expect, test } from '@jest/globals';
import * as auth from '../../proto/gen/cosmos.auth.v1beta1.ts';
import * as bank from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { SimulateRequest } from '../../proto/gen/cosmos.tx.v1beta1.ts';
import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import * as runtime from '../../proto/gen/tenor.runtime.v1.ts';
import * as sessions from '../../proto/gen/tenor.sessions.v1.ts';
import type { Answer } from '../../app/chain/queries.ts';
import { createRegistry } from '../../app/modules/index.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import type { UserKey } from '../harness/keys.ts';
import { randomBlock } from '../harness/randomBlock.ts';
import { TestReplica } from '../harness/replica.ts';
import { FEE, Side, depositMsg, seriesOf } from '../harness/trading.ts';

const SEEDS = Number(process.env['REPLICA_SEEDS'] ?? 2);
const BLOCKS = 45;

let chain: TestChain;

afterEach(async () => {
  await chain.close();
});

const NO_PAGE = {
  ...{ key: new Uint8Array(0), offset: 0n, limit: 0n },
  ...{ countTotal: false, reverse: false },
};

interface Asked {
  readonly path: string;
  readonly data: Uint8Array;
}

function authQuestions(users: readonly string[]): Record<string, Uint8Array[]> {
  const service = '/cosmos.auth.v1beta1.Query';
  const none = new Uint8Array(0);
  const pages = [{}, { limit: 2n, countTotal: true }, { offset: 3n, limit: 1n }, { reverse: true }];
  return {
    [`${service}/Account`]: users.map((address) => auth.QueryAccountRequest.encode({ address })),
    [`${service}/AccountInfo`]: users.map((address) =>
      auth.QueryAccountInfoRequest.encode({ address }),
    ),
    [`${service}/Accounts`]: pages.map((page) =>
      auth.QueryAccountsRequest.encode({ pagination: { ...NO_PAGE, ...page } }),
    ),
    [`${service}/AddressBytesToString`]: [20, 3].map((length) =>
      auth.AddressBytesToStringRequest.encode({ addressBytes: new Uint8Array(length) }),
    ),
    [`${service}/AddressStringToBytes`]: [...users, 'x'].map((addressString) =>
      auth.AddressStringToBytesRequest.encode({ addressString }),
    ),
    [`${service}/Bech32Prefix`]: [none],
    [`${service}/ModuleAccountByName`]: ['accounts', 'none'].map((name) =>
      auth.QueryModuleAccountByNameRequest.encode({ name }),
    ),
    [`${service}/ModuleAccounts`]: [none],
    [`${service}/Params`]: [none],
  };
}

function bankQuestions(users: readonly string[]): Record<string, Uint8Array[]> {
  const service = '/cosmos.bank.v1beta1.Query';
  const none = new Uint8Array(0);
  const one = users.map((address) => bank.QueryBalanceRequest.encode({ address, denom: 'uusd' }));
  const all = users.flatMap((address) =>
    [NO_PAGE, { ...NO_PAGE, limit: 1n }].map((pagination) =>
      bank.QueryAllBalancesRequest.encode({ address, resolveDenom: false, pagination }),
    ),
  );
  const denoms = ['uusd', 'x'].map((denom) => bank.QueryDenomMetadataRequest.encode({ denom }));
  return {
    [`${service}/AllBalances`]: all,
    [`${service}/Balance`]: one,
    [`${service}/DenomMetadata`]: denoms,
    [`${service}/DenomMetadataByQueryString`]: denoms,
    [`${service}/DenomsMetadata`]: [none],
    [`${service}/Params`]: [none],
    [`${service}/SendEnabled`]: [none],
    [`${service}/SpendableBalanceByDenom`]: one,
    [`${service}/SpendableBalances`]: all,
    [`${service}/SupplyOf`]: [bank.QuerySupplyOfRequest.encode({ denom: 'uusd' })],
    [`${service}/TotalSupply`]: [none],
  };
}

/** What can be asked for of a chain: each path with requests that reach all it answers from. */
function questions(listed: readonly options.Series[], tx: Uint8Array): Asked[] {
  const users = [...chain.users.values()].map(({ address }) => address);
  const expiries = [...new Set(listed.map((s) => s.expirySeconds))];
  const symbols = listed.slice(0, 8).map(({ symbol }) => symbol);
  const sub = users.map((owner) => ({ owner, number: 0 }));
  const order = (symbol: string): clob.MsgPlaceOrder => ({
    ...{ sender: users[0]!, subaccount: 0, series: symbol, side: Side.SIDE_BUY },
    ...{ quantity: 10_000n, priceUusd: 400_000_000n, timeInForce: 1, postOnly: 0 },
    ...{ reduceOnly: false, selfTrade: 1, clientOrderId: '', goodTilSeconds: 0n, market: false },
  });
  const none = new Uint8Array(0);
  const voters = chain.validators.map(({ address }) => address);
  const table: Record<string, Uint8Array[]> = {
    ...authQuestions(users),
    ...bankQuestions(users),
    '/cosmos.tx.v1beta1.Service/Simulate': [SimulateRequest.encode({ txBytes: tx })],
    '/tenor.accounts.v1.Query/Subaccount': sub.map((s) =>
      accounts.QuerySubaccountRequest.encode(s),
    ),
    '/tenor.accounts.v1.Query/Subaccounts': users.map((owner) =>
      accounts.QuerySubaccountsRequest.encode({ owner }),
    ),
    '/tenor.accounts.v1.Query/Fees': users.map((owner) =>
      accounts.QueryFeesRequest.encode({ owner }),
    ),
    '/tenor.accounts.v1.Query/Funds': [none],
    '/tenor.accounts.v1.Query/Underwriting': users.map((owner) =>
      accounts.QueryUnderwritingRequest.encode({ owner }),
    ),
    '/tenor.clob.v1.Query/Book': symbols.map((symbol) =>
      clob.QueryBookRequest.encode({ symbol, depth: 0 }),
    ),
    '/tenor.clob.v1.Query/BookOrders': symbols.map((symbol) =>
      clob.QueryBookOrdersRequest.encode({ symbol, limit: 0 }),
    ),
    '/tenor.clob.v1.Query/BestPrices': [0n, ...expiries].flatMap((expirySeconds) =>
      [{}, { depth: 5 }].map((depth) =>
        clob.QueryBestPricesRequest.encode({ underlying: 'BTC', expirySeconds, ...depth }),
      ),
    ),
    '/tenor.clob.v1.Query/Order': users.flatMap((owner) =>
      [1n, 2n, 3n, 4n, 5n].map((orderId) => {
        const name = { subaccount: 0, orderId, clientOrderId: '' };
        return clob.QueryOrderRequest.encode({ owner, ...name });
      }),
    ),
    '/tenor.clob.v1.Query/Triggers': users.map((owner) =>
      clob.QueryTriggersRequest.encode({ owner, subaccount: 0 }),
    ),
    '/tenor.clob.v1.Query/CallAuctions': ['', ...symbols].map((symbol) =>
      clob.QueryCallAuctionsRequest.encode({ symbol, underlying: '' }),
    ),
    '/tenor.clob.v1.Query/VolOrders': symbols.map((symbol) =>
      clob.QueryVolOrdersRequest.encode({ symbol, limit: 0 }),
    ),
    '/tenor.clob.v1.Query/Limits': users.map((owner) => clob.QueryLimitsRequest.encode({ owner })),
    '/tenor.clob.v1.Query/Orders': users.map((owner) =>
      clob.QueryOrdersRequest.encode({ owner, subaccount: 0 }),
    ),
    '/tenor.clob.v1.Query/QuoteGroups': users.map((owner) =>
      clob.QueryQuoteGroupsRequest.encode({ owner, subaccount: 0 }),
    ),
    '/tenor.clob.v1.Query/Quotes': users.map((owner) =>
      clob.QueryQuotesRequest.encode({ owner, subaccount: 0, group: '' }),
    ),
    '/tenor.clob.v1.Query/Trades': [
      clob.QueryTradesRequest.encode({ symbol: '', underlying: 'BTC', limit: 0 }),
    ],
    '/tenor.clob.v1.Query/WhatIf': symbols.map((symbol) =>
      clob.QueryWhatIfRequest.encode({ order: order(symbol) }),
    ),
    '/tenor.liquidation.v1.Query/Auction': sub.map((s) =>
      liquidation.QueryAuctionRequest.encode({ ...s, subaccountId: 0n }),
    ),
    '/tenor.liquidation.v1.Query/Steps': sub.map((s) =>
      liquidation.QueryStepsRequest.encode({ ...s, subaccountId: 0n, after: 0n, limit: 0 }),
    ),
    '/tenor.liquidation.v1.Query/Liquidations': [liquidation.QueryLiquidationsRequest.encode({})],
    '/tenor.margin.v1.Query/Margin': sub.map((s) => margin.QueryMarginRequest.encode(s)),
    '/tenor.margin.v1.Query/Explain': sub.map((s) => margin.QueryExplainRequest.encode(s)),
    '/tenor.margin.v1.Query/Marks': ['BTC', 'ETH'].map((underlying) =>
      margin.QueryMarksRequest.encode({ underlying, expirySeconds: 0n, symbol: '' }),
    ),
    '/tenor.margin.v1.Query/WhatIf': sub.map((s) =>
      margin.QueryWhatIfRequest.encode({ ...s, trades: [], shocks: [], cashUusd: 5n }),
    ),
    '/tenor.options.v1.Query/Series': [0n, ...expiries].map((expirySeconds) =>
      options.QuerySeriesRequest.encode({ underlying: '', expirySeconds, afterId: 0n, limit: 0 }),
    ),
    '/tenor.options.v1.Query/SeriesBySymbol': symbols.map((symbol) =>
      options.QuerySeriesBySymbolRequest.encode({ symbol }),
    ),
    '/tenor.options.v1.Query/Settlement': expiries.map((expirySeconds) =>
      options.QuerySettlementRequest.encode({
        ...{ underlying: 'BTC', expirySeconds, afterTimeMs: 0n, limit: 0 },
      }),
    ),
    '/tenor.options.v1.Query/Expiries': [true, false].map((all) =>
      options.QueryExpiriesRequest.encode({ underlying: 'BTC', all, beforeSeconds: 0n, limit: 0 }),
    ),
    '/tenor.oracle.v1.Query/Prices': [none],
    '/tenor.oracle.v1.Query/Surface': [oracle.QuerySurfaceRequest.encode({ underlying: 'BTC' })],
    '/tenor.oracle.v1.Query/VolIndex': [oracle.QueryVolIndexRequest.encode({ underlying: 'BTC' })],
    '/tenor.oracle.v1.Query/Votes': [none],
    '/tenor.oracle.v1.Query/Sources': [none],
    '/tenor.oracle.v1.Query/ReportCard': [...voters, none].map((consensusAddress) =>
      oracle.QueryReportCardRequest.encode({ consensusAddress }),
    ),
    '/tenor.sessions.v1.Query/Sessions': users.map((owner) =>
      sessions.QuerySessionsRequest.encode({ owner }),
    ),
    '/tenor.staking.v1.Query/Validators': [none],
    '/tenor.runtime.v1.Query/Params': ['clob', 'nothing'].map((module) =>
      runtime.QueryParamsRequest.encode({ module }),
    ),
    '/tenor.runtime.v1.Query/CurrentPlan': [none],
    '/tenor.runtime.v1.Query/AppliedPlan': [none],
    '/tenor.runtime.v1.Query/ModuleVersions': [none],
    '/store/accounts/key': [Uint8Array.of(6), Uint8Array.of(200)],
    '/nothing': [none],
  };
  const missing = [...createRegistry().queries.keys()].filter((path) => !(path in table));
  if (missing.length > 0) throw new Error(`ask these, too: ${missing.join(' ')}`);
  return Object.entries(table).flatMap(([path, all]) => all.map((data) => ({ path, data })));
}

const textOf = ({ value, ...answer }: Answer) =>
  `${JSON.stringify(answer)} ${Buffer.from(value).toString('hex')}`;

test.each(Array.from({ length: SEEDS }, (_, seed) => [seed]))(
  'the replica answers every query as the application does, at each height (seed %i)',
  async (seed) => {
    const random = new Random(seed);
    // Every other time those who take wait for a block.
    const delayTakers = seed % 2 === 1;
    chain = await TestChain.start({
      preset: 'fast-expiry',
      genesis: (state) =>
        Object.assign((state['clob'] as { params: object }).params, { delayTakers }),
    });
    const reader = new TestReplica(chain.node);
    for (let i = 0; i < 4; i++) await chain.block();
    const users = [...chain.users.values()];
    await chain.block({ txs: users.map((u) => chain.sign(u, [depositMsg(u, 20_000)], FEE)) });
    let accepted = 0;
    for (let i = 0; i < BLOCKS; i++) {
      accepted += await randomBlock(chain, random);
      // Versions before its start are not there yet.
      const isNew = i % 20 >= 10 && i % 20 < 13;
      // One that begins anew in the middle of it all is as good.
      if (i % 20 === 10) reader.restart();
      await reader.caughtUp();
      reader.expectSameState();
      const [alice] = users as [UserKey];
      const tx = chain.sign(alice, [depositMsg(alice, 10)], FEE);
      const heights = [0, reader.height - random.below(3)];
      for (const { path, data } of questions(seriesOf(chain, 'BTC'), tx)) {
        for (const height of isNew ? [0] : heights) {
          const question = `${path} ${Buffer.from(data).toString('hex')} at ${height}`;
          const [own, replica] = [chain.node.app, reader.replica].map((each) =>
            textOf(each.answer(path, data, height)),
          );
          expect(`${question}: ${replica}`).toBe(`${question}: ${own}`);
        }
      }
    }
    // What this is about was there: trading, and expiries that came and went.
    expect(accepted).toBeGreaterThan(20);
    const { expiries } = chain.query(
      '/tenor.options.v1.Query/Expiries',
      options.QueryExpiriesRequest,
      options.QueryExpiriesResponse,
      { underlying: 'BTC', all: true, beforeSeconds: 0n, limit: 0 },
    );
    expect(expiries.map(({ status }) => status)).toContain(
      options.ExpiryStatus.EXPIRY_STATUS_SETTLED,
    );
    expect(reader.log.errors).toEqual([]);
    reader.feed.close();
  },
);
