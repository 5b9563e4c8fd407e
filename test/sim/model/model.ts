import { settlementOf, payoutOf, settlementFee } from './settlement.ts';
import type { Sample } from './settlement.ts';
import { judge, TOLERANCE_USD } from './margin.ts';
import * as matching from './matching.ts';
import type { Book, Taker, Verdict } from './matching.ts';
import { dayOf, PPM, UNITS } from './types.ts';
import type { Account, Order, Quotes, Series } from './types.ts';

/** What the chain did with an order, as it answered. */
export interface Outcome {
  readonly orderId: bigint;
  readonly filled: bigint;
  readonly resting: bigint;
}

export interface NewOrder {
  readonly account: Account;
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
  readonly timeInForce: 'gtc' | 'ioc' | 'fok';
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
}

/** Something that the chain did and the rules do not say, or the other way round. */
export class Disagreement extends Error {}

export function agree(holds: boolean, what: string): void {
  if (!holds) throw new Disagreement(what);
}

/**
 * The venue as its rules describe it: accounts with cash and positions, books as sorted arrays,
 * BigInt money, no caches. It follows the chain block by block and says where they part.
 */
export class Model {
  readonly accounts = new Map<bigint, Account>();
  readonly series = new Map<bigint, Series>();
  readonly books = new Map<bigint, Book>();
  readonly samples = new Map<string, Sample[]>();
  /** Fees taken, ever. */
  feesUusd = 0n;
  /** Insurance funds by underlying: a fifth of each trading fee. */
  readonly fundsUusd = new Map<number, bigint>();
  /** Judgements that only rounding decided: the chain's word was taken. */
  undecided = 0;
  judged = 0;

  account(id: bigint, owner: string): Account {
    const found = this.accounts.get(id) ?? {
      ...{ id, owner, cashUusd: 0n, isFlagged: false, paidUusd: new Map<number, bigint>() },
      positions: new Map<bigint, bigint>(),
      orders: new Set<Order>(),
    };
    this.accounts.set(id, found);
    return found;
  }

  book({ id }: Series): Book {
    const found = this.books.get(id) ?? { bids: [], asks: [] };
    this.books.set(id, found);
    return found;
  }

  /** Whether the chain's verdict fits the rules; where rounding decides, it does. */
  #fits(verdict: Verdict, chain: boolean, what: string): void {
    this.judged++;
    if (verdict === 'maybe') this.undecided++;
    else
      agree((verdict === 'yes') === chain, `${what}: by the rules ${verdict}, the chain differs`);
  }

  withdraw(account: Account, amountUusd: bigint, quotes: Quotes, isDone: boolean): void {
    const { initial } = judge(account, quotes, { cashUusd: -amountUusd });
    const verdict =
      account.cashUusd < amountUusd || initial < -TOLERANCE_USD
        ? 'no'
        : initial >= TOLERANCE_USD
          ? 'yes'
          : 'maybe';
    this.#fits(verdict, isDone, `withdrawal of ${amountUusd} from ${account.id}`);
    if (isDone) account.cashUusd -= amountUusd;
  }

  /** An order that the chain refused for want of margin. */
  refusedForMargin(order: NewOrder, quotes: Quotes): void {
    const taker = takerOf(order, 0n);
    const may = matching.mayPlace(quotes, order.account, taker);
    if (may !== 'yes') return;
    // Placed alone it would do; then its first fill did not.
    const first = this.#opposite(taker)[0];
    agree(first !== undefined && crosses(taker, first), `${name(order)} was refused for margin`);
    const quantity = min(taker.left, first!.left);
    const side = { ...taker, priceUusd: first!.priceUusd, quantity };
    this.#fits(
      matching.mayFill(quotes, order.account, side),
      false,
      `first fill of ${name(order)}`,
    );
  }

  /** An order that the chain took. */
  place(order: NewOrder, quotes: Quotes, chain: Outcome): void {
    const taker = takerOf(order, chain.orderId);
    if (order.isReduceOnly) taker.left = min(taker.left, this.#unreserved(order));
    const asked = taker.left;
    this.#fits(matching.mayPlace(quotes, order.account, taker), true, name(order));
    agree(!order.account.isFlagged, `${name(order)} of an account under liquidation was taken`);
    this.#match(taker, quotes, chain.filled);
    agree(asked - taker.left === chain.filled, `${name(order)}: ${asked - taker.left} filled`);
    if (order.isPostOnly) agree(chain.filled === 0n, `${name(order)} was post-only and traded`);
    if (order.timeInForce === 'fok') agree(taker.left === 0n, `${name(order)} was filled in part`);
    if (chain.resting === 0n) return;
    agree(order.timeInForce === 'gtc', `${name(order)} rests`);
    agree(chain.resting === taker.left, `${name(order)}: ${taker.left} is left`);
    matching.rest(this.book(order.series), { ...taker });
  }

  #unreserved({ account, series, isBuy }: NewOrder): bigint {
    let left = matching.reducible(account, series, isBuy);
    for (const o of account.orders) {
      if (o.series === series && o.isBuy === isBuy && o.isReduceOnly) left -= o.left;
    }
    return left > 0n ? left : 0n;
  }

  /** Against the best order of the other side, until none crosses or the taker may not go on. */
  #match(taker: Taker, quotes: Quotes, filledByChain: bigint): void {
    const asked = taker.left;
    const book = this.book(taker.series);
    while (taker.left > 0n) {
      const maker = this.#opposite(taker)[0];
      if (maker === undefined || !crosses(taker, maker)) return;
      // Expire taker: what is left of it goes.
      if (maker.account.owner === taker.account.owner) return;
      const quantity = min(taker.left, maker.left);
      const { priceUusd } = maker;
      const isDone = asked - taker.left >= filledByChain;
      const { low, high } = matching.band(quotes, taker.series);
      const inBand = Number(priceUusd) >= low - 1 && Number(priceUusd) <= high + 1;
      if (inBand) {
        const side = { ...taker, priceUusd, quantity };
        const may = matching.mayFill(quotes, taker.account, side);
        if (may === 'no') {
          agree(isDone, `${taker.id} took a fill that its margin does not allow`);
          return;
        }
      }
      const refusal = matching.makerRefusal(quotes, { maker, priceUusd, quantity });
      if (refusal?.[1] === 'maybe') this.undecided++;
      if (refusal !== null && (refusal[1] === 'no' || isDone)) {
        matching.remove(book, maker);
        continue;
      }
      if (isDone) return;
      this.fill(taker, maker, quantity, quotes);
    }
  }

  #opposite({ series, isBuy }: Pick<Taker, 'series' | 'isBuy'>): Order[] {
    const book = this.book(series);
    return isBuy ? book.asks : book.bids;
  }

  /** A trade at the maker's price: premium, fees of both, positions. */
  fill(taker: Taker, maker: Order, quantity: bigint, quotes: Quotes): void {
    const { series, priceUusd } = maker;
    const premium = (priceUusd * quantity) / UNITS;
    const [buyer, seller] = taker.isBuy
      ? [taker.account, maker.account]
      : [maker.account, taker.account];
    this.exchange(buyer, seller, series, quantity, premium);
    const fees = [taker.account, maker.account].map((account, i) => {
      const who = { account, isMaker: i === 1 };
      return { account, fee: matching.feeOf(quotes, who, series, priceUusd, quantity) };
    });
    const today = dayOf(quotes.timeMs);
    const id = series.underlyingId;
    for (const { account, fee } of fees) {
      account.cashUusd -= fee;
      account.paidUusd.set(today, (account.paidUusd.get(today) ?? 0n) + fee);
      this.feesUusd += fee;
      const share = (fee * FUND_FEE_PPM) / PPM;
      this.fundsUusd.set(id, (this.fundsUusd.get(id) ?? 0n) + share);
    }
    taker.left -= quantity;
    maker.left -= quantity;
    if (maker.left === 0n) matching.remove(this.book(series), maker);
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
    move(buyer, series, quantity);
    move(seller, series, -quantity);
  }

  cancel(id: bigint): void {
    for (const { orders } of this.accounts.values()) {
      for (const order of orders) {
        if (order.id === id) matching.remove(this.book(order.series), order);
      }
    }
  }

  cancelAll(account: Account): void {
    for (const order of [...account.orders]) matching.remove(this.book(order.series), order);
  }

  /** A series that is over: nothing rests in it. */
  purge(series: Series): void {
    const { bids, asks } = this.book(series);
    for (const order of [...bids, ...asks]) matching.remove(this.book(series), order);
  }

  /** Pays every holder of an expiry out of the others' pockets. Returns the price. */
  settle(underlyingId: number, expirySeconds: number): bigint {
    const samples = this.samples.get(`${underlyingId}/${expirySeconds}`) ?? [];
    const price = settlementOf(samples);
    const ending = [...this.series.values()].filter(
      (s) => s.underlyingId === underlyingId && s.expirySeconds === expirySeconds,
    );
    let sum = 0n;
    for (const account of this.accounts.values()) {
      for (const series of ending) {
        const quantity = account.positions.get(series.id);
        if (quantity === undefined) continue;
        const payout = payoutOf(series, price, quantity);
        const fee = settlementFee(series, price, quantity);
        account.cashUusd += payout - fee;
        this.feesUusd += fee;
        sum += payout;
        account.positions.delete(series.id);
      }
    }
    agree(sum === 0n, `payouts of ${expirySeconds} sum to ${sum}`);
    for (const { id } of ending) this.series.delete(id);
    return price;
  }
}

const FUND_FEE_PPM = 200_000n;

const min = (a: bigint, b: bigint) => (a < b ? a : b);

const crosses = (taker: Taker, maker: Order) =>
  taker.isBuy ? maker.priceUusd <= taker.priceUusd : maker.priceUusd >= taker.priceUusd;

const takerOf = (order: NewOrder, id: bigint): Taker => ({ ...order, id, left: order.quantity });

const name = ({ account, series, isBuy, quantity, priceUusd }: NewOrder) =>
  `${isBuy ? 'buy' : 'sell'} ${quantity} ${series.symbol} at ${priceUusd} by ${account.id}`;

function move({ positions }: Account, { id }: Series, quantity: bigint): void {
  const held = (positions.get(id) ?? 0n) + quantity;
  if (held === 0n) positions.delete(id);
  else positions.set(id, held);
}
