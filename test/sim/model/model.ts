import { Auctions } from './auctions.ts';
import { coverOf } from './covered.ts';
import { Delays } from './delays.ts';
import { agree } from './disagreement.ts';
import { Funds } from './funds.ts';
import type { Sample } from './settlement.ts';
import * as matching from './matching.ts';
import type { Book, Taker, Verdict } from './matching.ts';
import { Feeds } from './feeds.ts';
import { Fees } from './fees.ts';
import { pull } from './groups.ts';
import { MetGroups } from './metGroups.ts';
import { Known } from './known.ts';
import { move } from './position.ts';
import { Triggers } from './triggers.ts';
import { dayOf, UNITS } from './types.ts';
import type { Account, DeadManSwitch, Mode, Order, Quotes, Series } from './types.ts';

/**
 * The venue as its rules describe it: accounts with cash and positions, books as sorted arrays,
 * BigInt money, no caches. It follows the chain block by block and says where they part.
 */
export class Model {
  readonly accounts = new Map<bigint, Account>();
  readonly series = new Map<bigint, Series>();
  readonly books = new Map<bigint, Book>();
  readonly samples = new Map<string, Sample[]>();
  /** What came in less what went out, ever. */
  paidInUusd = 0n;
  readonly known = new Known();
  readonly triggers = new Triggers();
  readonly met = new MetGroups();
  readonly auctions = new Auctions();
  readonly delays = new Delays();
  readonly feeds = new Feeds([1, 2]);
  /** Underlyings that governance has stopped: their series do not trade. */
  readonly disabled: ReadonlySet<number>;
  readonly switches = new Map<Account, DeadManSwitch>();
  /** Insurance funds: a fifth of each trading fee. */
  readonly funds = new Funds();
  readonly underlyings: readonly number[] = [1, 2];
  readonly fees: Fees;
  /** Of the block. */
  height = 0;
  hash: Uint8Array = new Uint8Array(0);
  /** Judgements that only rounding decided: the chain's word was taken. */
  undecided = 0;
  judged = 0;
  /** Of orders by volatility, as makers. */
  volsFilled = 0;

  constructor(fundFeePpm = 200_000n) {
    this.fees = new Fees(fundFeePpm);
    this.disabled = this.auctions.disabled;
  }

  account(id: bigint, owner: string, number = 0): Account {
    const others = [...this.accounts.values()].filter((other) => other.owner === owner);
    const found = this.accounts.get(id) ?? {
      ...{ id, owner, number, mode: 'standard' as Mode, cashUusd: 0n },
      ...{ liquidation: null, lossUnderlyingId: null },
      paidUusd: others[0]?.paidUusd ?? new Map<number, bigint>(),
      positions: new Map<bigint, bigint>(),
      costs: new Map<bigint, bigint>(),
      orders: new Set<Order>(),
      groups: [],
    };
    this.accounts.set(id, found);
    return found;
  }

  named(symbol: string): Series {
    return [...this.series.values()].find((series) => series.symbol === symbol)!;
  }

  /** Cash that may be taken of an account without its asking. */
  spareCash(account: Account, quotes: Quotes): bigint {
    return account.mode === 'covered' ? coverOf(account, quotes).maintenanceUusd : account.cashUusd;
  }

  deposit(account: Account, amountUusd: bigint): void {
    account.cashUusd += amountUusd;
    this.paidInUusd += amountUusd;
    if (account.liquidation !== null) account.liquidation.depositedUusd += amountUusd;
  }

  /** What insolvent accounts can cost a fund at their worst. */
  atRisk(underlyingId: number): bigint {
    return [...this.accounts.values()].reduce(
      (sum, { liquidation }) => sum + (liquidation?.risks.get(underlyingId) ?? 0n),
      0n,
    );
  }

  /** Whether its holders may not withdraw (ADR 100). */
  isPaused(underlyingId: number): boolean {
    return this.atRisk(underlyingId) > this.funds.of(underlyingId).balanceUusd + DUST_UUSD;
  }

  book({ id }: Series): Book {
    const found = this.books.get(id) ?? { bids: [], asks: [], outside: [] };
    this.books.set(id, found);
    return found;
  }

  /** Whether the chain's verdict fits the rules; where rounding decides, it does. */
  fits(verdict: Verdict, chain: boolean, what: string): void {
    this.judged++;
    if (verdict === 'maybe') this.undecided++;
    else
      agree((verdict === 'yes') === chain, `${what}: by the rules ${verdict}, the chain differs`);
  }

  /** A maker leaves its book for a reason that is not its owner's. */
  dropMaker(maker: Order, reason: string): void {
    matching.remove(this.book(maker.series), maker);
    this.met.dropped(maker, reason);
  }

  /** After a match. */
  settleGroups(quotes: Quotes): void {
    this.met.settle((series) => this.book(series), quotes);
  }

  /** A trade at the maker's price: premium, fees of both, positions. */
  fill(taker: Taker, maker: Order, quantity: bigint, quotes: Quotes): void {
    const priceUusd = matching.priceOf(maker);
    this.#trade([taker, maker], { priceUusd, quantity }, quotes, [false, true]);
    taker.left -= quantity;
    this.#took(maker, quantity, quotes);
  }

  /** Two that rest trade at the price of an auction: both pay what makers pay. */
  meet(taker: Order, maker: Order, at: At, quotes: Quotes): void {
    this.#trade([taker, maker], at, quotes, [true, true]);
    for (const order of [taker, maker]) this.#took(order, at.quantity, quotes);
  }

  #trade(
    [taker, maker]: readonly [Taker | Order, Order],
    { priceUusd, quantity }: At,
    quotes: Quotes,
    areMakers: readonly [boolean, boolean],
  ): void {
    const { series } = maker;
    const premium = (priceUusd * quantity) / UNITS;
    const [buyer, seller] = taker.isBuy
      ? [taker.account, maker.account]
      : [maker.account, taker.account];
    this.exchange(buyer, seller, series, quantity, premium);
    const fees = [taker.account, maker.account].map((account, i) => {
      const who = { account, isMaker: areMakers[i]! };
      return { account, fee: matching.feeOf(quotes, who, series, priceUusd, quantity) };
    });
    const today = dayOf(quotes.timeMs);
    for (const { account, fee } of fees) {
      account.cashUusd -= fee;
      account.paidUusd.set(today, (account.paidUusd.get(today) ?? 0n) + fee);
      const share = this.fees.trading(fee, account.owner);
      if (share > 0n) this.funds.of(series.underlyingId).earn(share);
    }
  }

  /** What rests is smaller by a fill. */
  #took(order: Order, quantity: bigint, quotes: Quotes): void {
    order.left -= quantity;
    order.filled += quantity;
    this.known.filled(order.id, quantity);
    this.met.filled(order, quantity, quotes);
    if (order.volBp !== undefined) this.volsFilled++;
    if (order.left === 0n) matching.remove(this.book(order.series), order);
  }

  /** Moves a position from a seller to a buyer, and its premium the other way. */
  exchange(
    buyer: Account,
    seller: Account,
    series: Series,
    quantity: bigint,
    premium: bigint,
  ): void {
    buyer.cashUusd -= premium;
    seller.cashUusd += premium;
    move(seller, series, -quantity, premium);
    move(buyer, series, quantity, -premium);
  }

  cancel(id: bigint): void {
    for (const { orders } of this.accounts.values()) {
      for (const order of orders) {
        if (order.id === id) matching.remove(this.book(order.series), order);
      }
    }
  }

  /** What no auction holds. */
  readonly mayGo = ({ series }: Order): boolean => !this.auctions.isLocked(series);

  /** Orders and quotes. Returns how many. */
  cancelAll(account: Account, mayGo: (order: Order) => boolean = this.mayGo): number {
    const orders = [...account.orders].filter(mayGo);
    for (const order of orders) matching.remove(this.book(order.series), order);
    return orders.length + this.pullAll(account, mayGo);
  }

  pullAll({ groups }: Account, mayGo: (order: Order) => boolean = this.mayGo): number {
    const bookOf = (series: Series) => this.book(series);
    return groups.reduce((sum, group) => sum + pull(bookOf, group, mayGo), 0);
  }

  /** A series that is over: nothing rests in it. */
  purge(series: Series): void {
    const { bids, asks, outside } = this.book(series);
    for (const order of [...bids, ...asks, ...outside]) matching.remove(this.book(series), order);
    this.auctions.gone(series.id);
  }

  /** Money neither comes nor goes: what was paid in is cash, funds and fees. */
  assertConserved(): void {
    const cash = [...this.accounts.values()].reduce((sum, { cashUusd }) => sum + cashUusd, 0n);
    const all = cash + this.funds.totalUusd + this.fees.totalUusd;
    agree(all === this.paidInUusd, `${this.paidInUusd} came in, there is ${all}`);
  }
}

interface At {
  readonly priceUusd: bigint;
  readonly quantity: bigint;
}

export const DUST_UUSD = 10_000_000n;
