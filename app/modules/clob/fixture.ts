import type { MsgPlaceOrder, MsgPlaceOrderResponse } from '../../../proto/gen/tenor.clob.v1.ts';
import * as pb from '../../../proto/gen/tenor.clob.v1.ts';
import { FeedKind, FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Codec } from '../../../proto/codec.ts';
import { toJson } from '../../../proto/json.ts';
import { AccountsChain, START_MS, userAddress } from '../accounts/fixture.ts';
import { accountsModule } from '../accounts/index.ts';
import { authModule } from '../auth/index.ts';
import { bankModule } from '../bank/index.ts';
import { SURFACE_NODES } from '../../lib/surfaceNodes.ts';
import { defaultMarginGenesis, marginModule } from '../margin/index.ts';
import { OptionsChain } from '../options/fixture.ts';
import { defaultOptionsParams, optionsModule } from '../options/index.ts';
import { expiryFeeds, settledFeed, settledPrice } from '../oracle/fixture.ts';
import { defaultOracleParams, noReports, oracleModule, yearsTo } from '../oracle/index.ts';
import { GasMeter } from '../../lib/gas.ts';
import { Ctx } from '../../runtime/context.ts';
import type { Module } from '../../runtime/module.ts';
import { State } from '../../store/state.ts';
import type { Schema } from '../../store/collection.ts';
import { booksOf } from './books/books.ts';
import { BUY, SELL } from './core/index.ts';
import { clobModule, defaultClobGenesis } from './index.ts';
import { infos } from './state.ts';

const USD = 1_000_000n;
const MODULES: readonly Module[] = [
  ...[authModule, bankModule, oracleModule, optionsModule],
  ...[accountsModule, marginModule, clobModule],
];
const SCHEMAS: readonly Schema[] = MODULES.flatMap((m) => [
  ...m.schemas,
  ...(m.params === undefined ? [] : [m.params.schema]),
]);
/** Far enough to carry every listed expiry. */
const SLICE_SECONDS = BigInt(START_MS / 1000 + 400 * 86_400);

export const BTC = 64_000n * USD;
/** Expires at 08:00 of the next day, twenty hours after the start. */
export const CALL = 'BTC-17NOV26-64000-C';
export const PUT = 'BTC-17NOV26-64000-P';
/** Expires four minutes after the start. */
export const SOON = 'BTC-16NOV26T1204-64000-C';

type Terms = Partial<Omit<MsgPlaceOrder, 'sender'>>;

/** For tests: the order book on everything below it, with users, prices, blocks and restarts. */
export class ClobChain {
  readonly accounts: AccountsChain;
  /** What a database would hold, by store and key. */
  readonly disk = new Map<string, Uint8Array>();
  indexUusd = BTC;
  feed: FeedStatus = FeedStatus.FEED_STATUS_LIVE;
  /** Of each message. */
  gasLimit = Infinity;
  /** Of forwards and surfaces, where they are not as the index is. */
  surfaceFeed: FeedStatus | undefined;
  surfaceConfidencePpm = 1_000_000;
  /** How long ago the sources saw the volatilities. */
  surfaceAgeMs = 0n;
  /** Of which underlyings that holds; the others' volatilities are as the index is. */
  surfacesOf: readonly number[] = [1, 2];
  /** What a USDC is worth. */
  usdcUusd = USD;

  constructor(accounts: AccountsChain) {
    this.accounts = accounts;
  }

  /** Users with subaccount 0 and this much cash in it each, a few blocks after the start. */
  static create(cashUusd: readonly bigint[], params: Partial<pb.Params> = {}): ClobChain {
    // One strike an expiry: the tests look at books, not at listings.
    const underlyings = defaultOptionsParams('fast-expiry').underlyings.map((u) => ({
      ...u,
      strikesEachSide: 0,
    }));
    const chain = new ClobChain(AccountsChain.create(cashUusd.length, { underlyings }));
    chain.setPrices();
    marginModule.genesis.init(chain.ctx, toJson(defaultMarginGenesis()));
    const base = defaultClobGenesis();
    const genesis = { ...base, params: { ...base.params!, ...params } };
    clobModule.genesis.init(chain.ctx, toJson(genesis));
    cashUusd.forEach((uusd, user) => chain.accounts.open(user, uusd));
    chain.block(3);
    return chain;
  }

  get ctx(): Ctx {
    return this.accounts.ctx;
  }

  get state(): State {
    return this.accounts.options.state;
  }

  /** The index as the oracle has it, with a flat surface of 60%. */
  setPrices(): void {
    const timeMs = BigInt(this.ctx.header.timeMs);
    const price = (underlyingId: number, indexUusd: bigint) =>
      settledPrice(timeMs, { underlyingId, indexUusd, status: this.feed });
    const surface = (underlyingId: number, forwardUusd: bigint) => ({
      underlyingId,
      timeMs,
      rows: [{ expirySeconds: SLICE_SECONDS, forwardUusd, variances: this.#variances() }],
    });
    const of = {
      ...{ expirySeconds: SLICE_SECONDS, status: this.surfaceFeed ?? this.feed },
      ...{ seenMs: timeMs - this.surfaceAgeMs, confidencePpm: this.surfaceConfidencePpm },
      priceUusd: this.indexUusd,
    };
    const asIndex = { ...of, status: this.feed, seenMs: timeMs };
    const feeds = [1, 2].flatMap((id) =>
      expiryFeeds(timeMs, { ...(this.surfacesOf.includes(id) ? of : asIndex), id }),
    );
    const usdc = { kind: FeedKind.FEED_KIND_STABLECOIN, id: 2, priceUusd: this.usdcUusd };
    oracleModule.genesis.init(
      this.ctx,
      toJson({
        ...noReports,
        params: defaultOracleParams,
        prices: [price(1, this.indexUusd), price(2, 3000n * USD)],
        surfaces: [surface(1, this.indexUusd), surface(2, 3000n * USD)],
        votes: [],
        feeds: [...feeds, settledFeed(timeMs, usdc)],
      }),
    );
    // What the block remembers of its prices is of those before.
    this.state.detach();
  }

  #variances(): number[] {
    const years = yearsTo(Number(SLICE_SECONDS), this.ctx.header.timeMs);
    return SURFACE_NODES.map(() => 0.36 * years);
  }

  /** Ends the block and begins the next, `count` times. Returns the events of the last begin. */
  block(count = 1, ms = 1000): Ctx {
    let ctx = this.ctx;
    for (let i = 0; i < count; i++) {
      this.seal();
      ctx = this.accounts.options.block(ms, { 1: this.indexUusd, 2: 3000n * USD });
      accountsModule.endBlock!(ctx);
      this.setPrices();
      accountsModule.beginBlock!(ctx);
      clobModule.beginBlock!(ctx);
    }
    return ctx;
  }

  /** Ends a block as the store does. Returns the events of its end. */
  seal(): Ctx {
    const { ctx } = this;
    clobModule.endBlock!(ctx);
    for (const { store, changes } of this.state.takeChanges()) {
      for (const [key, bytes] of changes) {
        const name = `${store}\0${key}`;
        if (bytes === null) this.disk.delete(name);
        else this.disk.set(name, bytes);
      }
    }
    return ctx;
  }

  /** A chain whose state is read back from what this one has on disk. */
  restart(state: State = new State()): ClobChain {
    this.seal();
    const byPrefix = new Map(SCHEMAS.map((s) => [`${s.store}\0${s.prefix}`, s]));
    for (const [name, bytes] of this.disk) {
      const at = name.indexOf('\0');
      const [store, key] = [name.slice(0, at), name.slice(at + 1)];
      const schema = byPrefix.get(`${store}\0${key.charCodeAt(0)}`)!;
      state.load(store, key, schema.value.decode(bytes));
    }
    const { header, prices } = this.accounts.options;
    const options = new OptionsChain(START_MS, state);
    options.header = header;
    for (const [id, price] of prices) options.prices.set(id, price);
    const chain = new ClobChain(new AccountsChain(options));
    chain.indexUusd = this.indexUusd;
    chain.feed = this.feed;
    for (const module of MODULES) module.rebuild?.(chain.ctx);
    chain.seal();
    for (const [name, bytes] of this.disk) chain.disk.set(name, bytes);
    return chain;
  }

  /** Sends a message as a transaction of its own. @throws Reject */
  send<R>(type: string, response: Codec<R>, msg: object): { response: R; ctx: Ctx } {
    const handler = clobModule.msgs.find((m) => m.codec.typeUrl.endsWith(`.${type}`))!;
    handler.validate(msg);
    const ctx = new Ctx(this.state, this.ctx.header, new GasMeter(this.gasLimit));
    const mark = this.state.mark();
    try {
      return { response: response.decode(handler.execute(ctx, msg)), ctx };
    } catch (error) {
      this.state.rollback(mark);
      throw error;
    }
  }

  /** Places an order: by default good-til-cancelled for one contract of `CALL`. */
  place(user: number, side: 'buy' | 'sell', usd: number, terms: Terms = {}): MsgPlaceOrderResponse {
    return this.placing(user, side, usd, terms).response;
  }

  placing(user: number, side: 'buy' | 'sell', usd: number, terms: Terms = {}) {
    return this.send('MsgPlaceOrder', pb.MsgPlaceOrderResponse, order(user, side, usd, terms));
  }

  cancel(user: number, orderId: bigint): bigint {
    const msg = { sender: userAddress(user), subaccount: 0, orderId, clientOrderId: '' };
    return this.send('MsgCancelOrder', pb.MsgCancelOrderResponse, msg).response.cancelled;
  }

  query<Q, R>(name: string, request: Codec<Q>, response: Codec<R>, given: Q): R {
    const answer = clobModule.queries[`/tenor.clob.v1.Query/${name}`]!;
    return response.decode(answer(this.ctx, request.encode(given)));
  }

  /** What the invariants of clob and of what it works on say is broken. */
  broken(): string[] {
    return [clobModule, marginModule, accountsModule, optionsModule].flatMap(({ invariants }) =>
      Object.values(invariants).flatMap((check) => check(this.ctx) ?? []),
    );
  }

  /** All that is in the state, books included, as text by key. */
  dump(): string[] {
    const lines: string[] = [];
    for (const { store, name, prefix, storage, value } of SCHEMAS) {
      // A cache that says when to look for new listings, not rebuilt.
      if (name === 'quiet') continue;
      let raw = String.fromCharCode(prefix);
      for (;;) {
        const entry = this.state.next(store, raw, false, true);
        if (entry?.[0].charCodeAt(0) !== prefix) break;
        raw = entry[0];
        if (storage === 'paged') continue;
        const content = storage === 'derived' ? entry[1] : value.encode(entry[1]);
        lines.push(`${store}/${name} ${hex(raw)} ${text(content)}`);
      }
    }
    for (const [seriesId] of infos.entries(this.ctx)) {
      const book = booksOf(this.ctx).must(seriesId);
      for (const side of [BUY, SELL] as const) {
        book.orders(side, (resting) => lines.push(`book ${seriesId} ${text(resting)}`));
      }
      book.pages((page, bytes) => lines.push(`page ${seriesId}/${page} ${text(bytes)}`));
    }
    return lines;
  }
}

/** A message of subaccount 0 of a user. */
export function order(
  user: number,
  side: 'buy' | 'sell',
  usd: number,
  terms: Terms = {},
): MsgPlaceOrder {
  return {
    sender: userAddress(user),
    subaccount: 0,
    series: CALL,
    side: side === 'buy' ? pb.Side.SIDE_BUY : pb.Side.SIDE_SELL,
    quantity: 10_000n,
    priceUusd: BigInt(Math.round(usd * 100)) * 10_000n,
    timeInForce: pb.TimeInForce.TIME_IN_FORCE_GTC,
    postOnly: pb.PostOnly.POST_ONLY_NONE,
    reduceOnly: false,
    selfTrade: pb.SelfTrade.SELF_TRADE_EXPIRE_TAKER,
    clientOrderId: '',
    goodTilSeconds: 0n,
    market: false,
    ...terms,
  };
}

const hex = (binary: string): string => Buffer.from(binary, 'latin1').toString('hex');

function text(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v === 'bigint') return `${v}n`;
    return v instanceof Uint8Array ? Buffer.from(v).toString('hex') : v;
  });
}

/** Events of a kind as plain objects. */
export function eventsOf(ctx: Ctx, type: string): Record<string, string>[] {
  return ctx.events
    .filter((event) => event.type === type)
    .map(({ attributes }) => Object.fromEntries(attributes.map(({ key, value }) => [key, value])));
}
