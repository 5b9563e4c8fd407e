import * as accounts from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import * as margin from '../../proto/gen/tenor.margin.v1.ts';
import type { TestChain } from '../harness/chain.ts';
import { compareGroups } from './compareGroups.ts';
import { SYMBOLS } from './intents.ts';
import { agree } from './model/disagreement.ts';
import type { BlockEnd, Liquidations } from './model/liquidation.ts';
import { leftOf } from './model/known.ts';
import { judge, TOLERANCE_USD } from './model/margin.ts';
import type { Model } from './model/model.ts';
import { absolute, isClose } from './model/types.ts';
import type { Account, Quotes, Series } from './model/types.ts';
import { ladder } from './model/vols.ts';

const MARGINS_EVERY = 5;
const KNOWN_EVERY = 4;

/** Balances, positions, orders and funds to the unit; margins to the cent, now and then. */
export function compare(
  chain: TestChain,
  liquidations: Liquidations,
  { quotes, isPriceFresh }: Pick<BlockEnd, 'quotes' | 'isPriceFresh'>,
  blocks: number,
): void {
  const { model } = liquidations;
  for (const account of model.accounts.values()) {
    compareAccount(chain, account);
    compareTriggers(chain, model, account);
    compareGroups(chain, model, account, quotes);
    if (blocks % KNOWN_EVERY === 0) compareKnown(chain, model, account);
    if (blocks % MARGINS_EVERY === 0) compareMargin(chain, account, quotes);
  }
  for (const series of model.series.values())
    compareVols(chain, model, series, isPriceFresh, quotes);
  compareFunds(chain, liquidations);
  compareFlags(chain, liquidations);
}

/** Who waits by volatility, best first, and what each would trade at. */
function compareVols(
  chain: TestChain,
  model: Model,
  series: Series,
  isPriceFresh: (series: Series) => boolean,
  quotes: Quotes,
): void {
  const book = model.book(series);
  const isTrading = series.expirySeconds * 1_000 > quotes.timeMs && isPriceFresh(series);
  if (book.outside.length === 0 || !isTrading) return;
  const { bids, asks } = chain.query(
    '/tenor.clob.v1.Query/VolOrders',
    clob.QueryVolOrdersRequest,
    clob.QueryVolOrdersResponse,
    { symbol: series.symbol, limit: 100 },
  );
  for (const [isBuy, orders] of [
    [true, bids],
    [false, asks],
  ] as const) {
    const said = orders.map((o) => `${o.id}: ${o.remaining} at ${o.volBp}`).join();
    const own = ladder(book, isBuy)
      .map((o) => `${o.id}: ${o.left} at ${o.volBp}`)
      .join();
    agree(said === own, `by volatility in ${series.symbol} ${said}, by the rules ${own}`);
  }
}

/** To the unit; where a block split something by sums of doubles, to the unit in sum. */
function compareFunds(chain: TestChain, liquidations: Liquidations): void {
  const { model, splits } = liquidations;
  liquidations.splits = 0;
  const { funds } = chain.query(
    '/tenor.accounts.v1.Query/Funds',
    accounts.QueryFundsRequest,
    accounts.QueryFundsResponse,
    {},
  );
  let off = 0n;
  for (const id of model.underlyings) {
    const { fund } = funds.find(({ underlying }) => underlying === SYMBOLS[id])!;
    const own = model.funds.of(id);
    const apart = fund!.balanceUusd - own.balanceUusd;
    if (splits > 0 && isClose(fund!.balanceUusd, own.balanceUusd)) {
      off += apart;
      own.balanceUusd = fund!.balanceUusd;
    }
    const [said, ruled] = [fund!, own].map((f) => `${f.balanceUusd} in ${f.shares}, ${f.epoch}`);
    agree(said === ruled, `fund ${id} has ${said}, by the rules ${ruled}`);
    // Of each account under liquidation the requirement is a sum of doubles.
    const isNear =
      absolute(fund!.atRiskUusd - model.atRisk(id)) <= 4n * BigInt(model.accounts.size);
    agree(isNear, `${fund!.atRiskUusd} at risk in ${id}, by the rules ${model.atRisk(id)}`);
  }
  agree(off === 0n, `funds have ${off} more together than by the rules`);
}

/** All of them, by pages. */
function flagsOf(chain: TestChain): liquidation.Flag[] {
  const all: liquidation.Flag[] = [];
  for (let after = 0n; ;) {
    const { flags } = chain.query(
      '/tenor.liquidation.v1.Query/Liquidations',
      liquidation.QueryLiquidationsRequest,
      liquidation.QueryLiquidationsResponse,
      { page: { after, limit: 200 } },
    );
    all.push(...flags);
    if (flags.length < 200) return all;
    after = flags.at(-1)!.subaccountId;
  }
}

/** Who is under liquidation, with which auction. */
function compareFlags(chain: TestChain, liquidations: Liquidations): void {
  const flags = flagsOf(chain);
  const said = flags.map(({ subaccountId, auction }) => {
    const isInsolvent = auction?.kind === liquidation.AuctionKind.AUCTION_KIND_INSOLVENT;
    const kind = auction === undefined ? '' : isInsolvent ? 'insolvent' : 'solvent';
    return `${subaccountId}:${kind}:${auction?.version ?? 0}:${auction?.bidInUusd ?? 0}`;
  });
  const own = liquidations.flagged.map(({ id, liquidation: of }) => {
    const { kind = '', version = 0n, bidInUusd = 0n } = of!.auction ?? {};
    return `${id}:${kind}:${version}:${bidInUusd}`;
  });
  agree(said.join() === own.join(), `flags are ${said.join()}, by the rules ${own.join()}`);
}

function compareAccount(chain: TestChain, account: Account): void {
  const { owner, number } = account;
  const answer = chain.query(
    '/tenor.accounts.v1.Query/Subaccount',
    accounts.QuerySubaccountRequest,
    accounts.QuerySubaccountResponse,
    { owner, number },
  );
  const cash = answer.subaccount!.cashUusd;
  agree(cash === account.cashUusd, `${account.id} has ${cash}, by the rules ${account.cashUusd}`);
  const held = answer.positions.map(
    ({ position }) => `${position!.seriesId}:${position!.quantity}`,
  );
  const own = [...account.positions].map(([id, quantity]) => `${id}:${quantity}`);
  agree(same(held, own), `${account.id} holds ${held.join()}, by the rules ${own.join()}`);
  const resting = chain
    .query('/tenor.clob.v1.Query/Orders', clob.QueryOrdersRequest, clob.QueryOrdersResponse, {
      owner,
      subaccount: number,
    })
    .orders.map((o) => `${o.id}:${o.remaining}`);
  const kept = [...account.orders].map((o) => `${o.id}:${o.left}`);
  agree(
    same(resting, kept),
    `${account.id} has orders ${resting.join()}, by the rules ${kept.join()}`,
  );
}

function compareTriggers(chain: TestChain, model: Model, account: Account): void {
  const { owner, number: subaccount } = account;
  const { triggers } = chain.query(
    '/tenor.clob.v1.Query/Triggers',
    clob.QueryTriggersRequest,
    clob.QueryTriggersResponse,
    { owner, subaccount },
  );
  const said = triggers.map(({ id, other }) => `${id}/${other ?? ''}`);
  const own = model.triggers.of(account).map(({ id, other }) => `${id}/${other ?? ''}`);
  agree(same(said, own), `${account.id} has triggers ${said.join()}, by the rules ${own.join()}`);
}

/** What the venue says of named orders that are open or ended lately, and of a switch. */
function compareKnown(chain: TestChain, model: Model, account: Account): void {
  const { owner, number: subaccount } = account;
  for (const known of model.known.of(account)) {
    const { order } = chain.query(
      '/tenor.clob.v1.Query/Order',
      clob.QueryOrderRequest,
      clob.QueryOrderResponse,
      { owner, subaccount, orderId: 0n, clientOrderId: known.name },
    );
    const said = `order ${order!.id}: ${order!.filled} filled, ${order!.remaining} left`;
    const waits = model.delays.waiting.get(known.id);
    const isResting = [...account.orders].some(({ id }) => id === known.id);
    const rests = isResting || waits !== undefined;
    // Of an ended order what was left is told, too; it trades no more.
    const left = waits?.quantity ?? (isResting ? leftOf(known) : order!.remaining);
    const own = `order ${known.id}: ${known.filled} filled, ${left} left`;
    const isOpen = order!.endedHeight === undefined;
    agree(said === own && isOpen === rests, `${known.name} is ${said}, by the rules ${own}`);
  }
}

function compareMargin(chain: TestChain, account: Account, quotes: Quotes): void {
  const { owner, number } = account;
  const said = chain.query(
    '/tenor.margin.v1.Query/Margin',
    margin.QueryMarginRequest,
    margin.QueryMarginResponse,
    { owner, number },
  ).margin!;
  const { initial, maintenance } = judge(account, quotes);
  const near = (a: bigint, b: number) =>
    Math.abs(Number(a) / 1e6 - b) <= TOLERANCE_USD + Math.abs(b) * 1e-9;
  agree(
    near(said.initialUusd, initial),
    `${account.id}: initial ${said.initialUusd}, by the rules ${initial}`,
  );
  agree(
    near(said.maintenanceUusd, maintenance),
    `${account.id}: maintenance ${said.maintenanceUusd}, by the rules ${maintenance}`,
  );
}

const same = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && [...a].sort(order).join() === [...b].sort(order).join();

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
