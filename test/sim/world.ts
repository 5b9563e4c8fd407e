import { TestChain } from '../harness/chain.ts';
import type { ChainOptions } from '../harness/chain.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { Beginning } from './begin.ts';
import { compare } from './compare.ts';
import { followFees } from './fees.ts';
import { quotesOf, reportsWithout, voteOf } from './feed.ts';
import type { Plan } from './intents.ts';
import { QUEUE } from './model/delays.ts';
import type { Queue } from './model/delays.ts';
import { NO_AUCTIONS } from './model/auctions.ts';
import type { AuctionRules } from './model/auctions.ts';
import { endAuctions } from './model/callAuction.ts';
import { compareAuctions } from './compareAuctions.ts';
import { agree } from './model/disagreement.ts';
import { EndOfBlock } from './model/endOfBlock.ts';
import { Liquidations } from './model/liquidation.ts';
import type { BlockEnd } from './model/liquidation.ts';
import { Model } from './model/model.ts';
import type { Schedule } from './model/schedule.ts';
import type { Account, Quotes } from './model/types.ts';
import { emptyTally } from './tally.ts';
import { OrderActions } from './orderActions.ts';
import { firstOfDelayed, runDelayed } from './outcomes.ts';
import type { MarketView } from '../harness/reports.ts';
import type { FeedPace } from './model/feeds.ts';
import { settingsOf } from './settings.ts';
import { signed } from './signed.ts';
import { compareFeeds, settledInOf } from './settledIn.ts';
import type { SettledIn } from './settledIn.ts';
import { saidOf, Told } from './told.ts';
import type { Said } from './told.ts';
import { Firing } from './triggers.ts';
import { followFunds } from './underwriters.ts';
import { Transactions } from './transactions.ts';

export interface WorldOptions {
  readonly users: readonly string[];
  /** Unix ms; a morning if absent. */
  readonly startMs?: number;
  /** Lengths of auctions, in blocks. */
  readonly schedule?: Schedule;
  /** What of trading fees the funds have; a fifth if absent. */
  readonly fundFeePpm?: number;
  /** Of books: none if absent. */
  readonly auctions?: AuctionRules;
  /** Takers wait for the end of the next block. */
  readonly delayTakers?: boolean;
  /** How many may wait, and have their turn in a block. */
  readonly queue?: Queue;
  /** When prices are old, and when they are nothing: an hour and two if absent. */
  readonly pace?: FeedPace;
  /** Only one node: where there is too much for four. */
  readonly alone?: boolean;
  /** Series that a block lists, or closes. */
  readonly listings?: number;
  /** Changes more of the genesis state. */
  readonly genesis?: ChainOptions['genesis'];
}

export interface WorldBlock {
  /** Each list is one transaction: of one intent, or of several of one user that must be done. */
  readonly plans?: readonly (readonly Plan[])[];
  readonly afterMs?: number;
  /** What validators see from now on: the prices of the next block. */
  readonly market?: Partial<MarketView>;
  /** Underlyings of which no validator says a price; where that is all, none says anything. */
  readonly unseen?: ReadonlySet<number>;
}

const SCHEDULE: Schedule = { fast: 900n, slow: 43_200n, insolvent: 3_600n };
/** Blocks at night are minutes apart here. */
const PACE: FeedPace = { staleMs: 3_600_000, haltMs: 7_200_000 };
/** Fresh quorum prices before anything is liquidated on them. */
const WARM_UP = 8;
const SLOT_MS = 1_000;

const movesIn = ({ events, txResults }: Answer): number =>
  [...txResults.flatMap((result) => result.events), ...events].filter(
    ({ type }) => type === 'vol_order_moved',
  ).length;

type Answer = Awaited<ReturnType<TestChain['block']>>;

/** A chain and its model under the same transactions and prices, compared after every block. */
export class World {
  readonly chain: TestChain;
  readonly model: Model;
  readonly liquidations: Liquidations;
  readonly tally = emptyTally();
  readonly #transactions: Transactions;
  readonly #beginning: Beginning;
  readonly #end: EndOfBlock;
  readonly #firing: Firing;
  readonly #orders: OrderActions;
  /** By underlying, what validators saw when they voted last: the prices of the next block. */
  readonly #voted: Record<number, MarketView> = {};
  /** The chain's own prices when it voted last. */
  readonly #before: Record<number, MarketView> = {};
  /** What they voted for in the last block. */
  #said: ReadonlySet<number> = new Set();
  #last: BlockEnd | undefined;

  private constructor(chain: TestChain, schedule: Schedule, fundFeePpm: number, listings: number) {
    this.chain = chain;
    this.model = new Model(BigInt(fundFeePpm));
    for (const id of this.model.underlyings) {
      [this.#voted[id], this.#before[id]] = [chain.market, chain.market];
    }
    this.liquidations = new Liquidations(this.model, schedule);
    const orders = new OrderActions(this.model, this.tally);
    this.#orders = orders;
    this.#transactions = new Transactions(chain, this.liquidations, orders, this.tally);
    this.#firing = new Firing(this.model, orders, this.tally);
    this.#beginning = new Beginning(chain, this.model, this.tally, listings);
    this.#end = new EndOfBlock(this.liquidations, this.tally);
  }

  static async start(options: WorldOptions): Promise<World> {
    const { users, startMs, alone = false, schedule = SCHEDULE } = options;
    const { fundFeePpm = 200_000, listings = 40 } = options;
    const { auctions = NO_AUCTIONS, delayTakers = false, queue = QUEUE, pace = PACE } = options;
    const chain = await TestChain.start({
      ...{ users, alone },
      ...(startMs === undefined ? {} : { startMs }),
      genesis(state) {
        settingsOf(state, { schedule, fundFeePpm, auctions, delayTakers, queue, listings, pace });
        options.genesis?.(state);
      },
    });
    const world = new World(chain, schedule, fundFeePpm, listings);
    Object.assign(world.model.feeds, { pace, timeMs: chain.timeMs });
    for (let i = 0; i < WARM_UP; i++) {
      await chain.block();
      world.#feeds(new Set(world.model.underlyings));
    }
    world.#beginning.list();
    const { auctions: calls, series } = world.model;
    const { isPriceFresh: isFresh } = world.model.feeds;
    Object.assign(calls, { rules: auctions, timeMs: chain.timeMs, isFresh });
    calls.listed(series.values());
    Object.assign(world.model.delays, { isOn: delayTakers, ...queue });
    return world;
  }

  /** Of the last block. */
  get end(): BlockEnd {
    agree(this.#last !== undefined, 'there was no block yet');
    return this.#last;
  }

  /** The prices that a block would have after so long. */
  quotesAfter(afterMs: number): Quotes {
    return quotesOf(this.model, this.#voted, this.chain.timeMs + afterMs);
  }

  /** By the user’s name. */
  account(name: string, number = 0): Account {
    const found = this.find(this.chain.user(name).address, number);
    agree(found !== undefined, `${name} has deposited nothing into ${number}`);
    return found;
  }

  readonly find = (owner: string, number = 0): Account | undefined =>
    this.#transactions.account(owner, number);

  async block(options: WorldBlock = {}): Promise<void> {
    const { plans = [], afterMs = SLOT_MS, unseen = new Set() } = options;
    const { chain, model, tally } = this;
    const timeMs = chain.timeMs + afterMs;
    const txs = signed(chain, plans);
    model.height = chain.height + 1;
    chain.market = { ...chain.market, ...options.market };
    const reports = reportsWithout(unseen, chain, model.underlyings, timeMs);
    const answer = await chain.block({ txs, afterMs, reports });
    model.hash = chain.decided.at(-1)!.hash;
    const priced = this.#said;
    const settled = this.#feeds(new Set(model.underlyings.filter((id) => !unseen.has(id))));
    model.auctions.timeMs = timeMs;
    const before = quotesOf(model, this.#voted, timeMs);
    this.#beginning.follow(before, answer.events, priced, afterMs);
    const prices = { quotes: quotesOf(model, this.#voted, timeMs), ...settled };
    const executed = this.#executed(txs);
    agree(executed.length === txs.length, `${executed.length} of ${txs.length} are in the block`);
    for (const i of executed) {
      this.#transactions.apply(plans[i]!, answer.txResults[i + 1]!, prices);
    }
    const said = answer.events.map(saidOf);
    const firing = said.findIndex(({ type }) => type === 'trigger_fired');
    const from = firing === -1 ? said.length : firing;
    const ended = said.slice(0, from);
    const waited = firstOfDelayed(model, ended, chain.height);
    const told = new Told(ended.slice(0, waited).filter((each) => !this.#isOfAuction(each)));
    const end: BlockEnd = { ...prices, height: chain.height, told };
    this.#last = end;
    this.#end.follow(end);
    this.#endAuctions(said, ended.slice(0, waited), end);
    runDelayed(model, this.#orders, ended.slice(waited), end, tally);
    this.#firing.follow(said.slice(from), end);
    followFunds(model, timeMs, answer.events, tally);
    followFees(model, answer.events, tally);
    model.known.end(timeMs);
    if (model.auctions.rules !== NO_AUCTIONS) {
      compareAuctions(model, this.#calls(), prices.quotes);
    }
    compare(chain, this.liquidations, prices, tally.blocks);
    model.assertConserved();
    for (const id of model.underlyings) {
      const own = this.#voted[id]!;
      if (!unseen.has(id)) this.#voted[id] = voteOf(chain.market, this.#before[id]!);
      this.#before[id] = own;
    }
    if (unseen.size > 0) tally.outages++;
    tally.volsMoved += movesIn(answer);
    tally.blocks++;
    const { undecided } = this.liquidations;
    const { quotesFilled, groupsPulled } = model.met;
    Object.assign(tally, { quotesFilled, groupsPulled, volsFilled: model.volsFilled });
    Object.assign(tally, { judged: model.judged, undecided: model.undecided + undecided });
  }

  /** What of prices may be relied on in a block, which has to be what the chain says. */
  #feeds(saidNext: ReadonlySet<number>): SettledIn {
    const { chain, model } = this;
    const { feeds } = model;
    feeds.begin(chain.timeMs, this.#said);
    this.#said = saidNext;
    compareFeeds(settledInOf(chain), feeds, model);
    return feeds;
  }

  /** What an auction did, and no liquidation: that takes nothing there. */
  #isOfAuction({ type, of }: Said): boolean {
    const { auctions, series } = this.model;
    const isCalled = (symbol: string) =>
      [...series.values()].some((s) => s.symbol === symbol && auctions.at(s) !== undefined);
    if (type === 'order_cancelled') return isCalled(of('series'));
    if (type !== 'quotes_pulled') return false;
    return of('quotes')
      .split(' ')
      .some((name) => isCalled(name.split(':')[0]!));
  }

  #endAuctions(said: readonly Said[], before: readonly Said[], { quotes }: BlockEnd): void {
    const told = said
      .filter(({ type }) => type === 'call_auction_ended')
      .map(({ of }) => `${of('underlying') === 'BTC' ? 1 : 2}/${of('expiry_seconds')}`);
    const trades = before.filter(({ type }) => type === 'trade');
    const { recoveries, cleared, met, isGoingOn } = endAuctions(this.model, trades, quotes);
    const [left, right] = [told.join(), recoveries.join()];
    agree(left === right, `auctions of ${left} ended, by the rules of ${right}`);
    this.tally.callsEnded += cleared;
    this.tally.metInCalls += met;
    if (isGoingOn) this.tally.callsGoingOn++;
  }

  #calls(): clob.CallAuctionState[] {
    const path = '/tenor.clob.v1.Query/CallAuctions';
    const { QueryCallAuctionsRequest: Request, QueryCallAuctionsResponse: Response } = clob;
    return this.chain.query(path, Request, Response, { symbol: '', underlying: '' }).auctions;
  }

  /** The given transactions of the last block, in the order in which it has them. */
  #executed(txs: readonly Uint8Array[]): number[] {
    const text = (tx: Uint8Array) => Buffer.from(tx).toString('latin1');
    const given = new Map(txs.map((tx, i) => [text(tx), i]));
    return this.chain.decided.at(-1)!.txs.flatMap((tx) => given.get(text(tx)) ?? []);
  }

  async close(): Promise<void> {
    await this.chain.close();
  }
}
