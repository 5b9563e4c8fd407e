import * as t from './types.ts';

const NOBODY = { makerId: 0, makerOwner: 0, makerTag: 0, makerRemaining: 0 };
const NOTHING = { owner: 0, tag: 0, side: 0, price: 0, size: 0, remaining: 0 };

/** Whether a price is at least as good for its side as another. */
function isAsGood(side: t.Side, price: number, other: number): boolean {
  return side === t.BUY ? price >= other : price <= other;
}

/**
 * The rules of the book once more, as an array that is sorted anew for every look: slow, obvious,
 * and the measure of the real one in tests. It shares nothing with it but the names of codes.
 */
export class NaiveBook {
  orders: t.OrderView[] = [];
  sequence = 1;
  phase: t.Phase = t.CONTINUOUS;
  reports: t.Report[] = [];
  check: t.FillCheck | null = null;
  readonly limits: Required<t.BookOptions>;

  constructor(limits: Required<t.BookOptions>) {
    this.limits = limits;
  }

  /** The orders of a side, best first. */
  queue(side: t.Side): t.OrderView[] {
    const worse = side === t.BUY ? -1 : 1;
    const rows = this.orders.filter((o) => o.side === side);
    return rows.sort((a, b) => worse * (a.price - b.price) || a.sequence - b.sequence);
  }

  best(side: number): t.OrderView | undefined {
    return this.queue(side as t.Side)[0];
  }

  place(q: Required<t.OrderRequest>): t.Outcome {
    const { id, owner, tag, side, stp, postOnly } = q;
    const price = this.limit(q);
    const size = Math.min(q.size, q.reduceOnlySize);
    const code = this.#refusal(q, price);
    if (code !== 0) return this.#reject(id, code);
    const order = { id, owner, tag, side, price, size, stp, postOnly, sequence: 0 };
    if (q.timeInForce === t.FOK) return this.#fillOrKill(order, q.maxMatches);
    this.#say(t.ACCEPTED, order);
    const remainder = q.market ? t.CANCEL_MARKET_REMAINDER : t.CANCEL_IOC_REMAINDER;
    const reason = this.#match(order, q.maxMatches);
    return this.#settle(order, reason || (q.timeInForce === t.GTC ? 0 : remainder));
  }

  cancel(id: number, reason: number): t.Outcome {
    const order = this.orders.find((o) => o.id === id);
    return order ? this.#drop(order, reason) : this.#reject(id, t.REJECT_UNKNOWN_ORDER);
  }

  replace(id: number, price: number, size: number, maxMatches: number): t.Outcome {
    const order = this.orders.find((o) => o.id === id);
    if (!order) return this.#reject(id, t.REJECT_UNKNOWN_ORDER);
    const changed = { ...order, price: this.limit({ ...order, price }), size };
    const code = this.#outside(price, size) || this.#cannotRest(changed, order.size);
    if (code !== 0) return this.#reject(id, code);
    const keepsPlace = changed.price === order.price && size <= order.size;
    this.#remove(order);
    this.#say(t.REPLACED, changed, keepsPlace ? 1 : 0);
    if (!keepsPlace) return this.#settle(changed, this.#match(changed, maxMatches));
    this.orders.push(changed);
    return t.OUTCOME_RESTING;
  }

  /** In an auction each order that crosses an earlier one of its owner that stays is left out. */
  selfCrossed(): t.OrderView[] {
    const kept: t.OrderView[] = [];
    const inTime = [...this.orders].sort((a, b) => a.sequence - b.sequence);
    return inTime.filter((o) => {
      const meets = (k: t.OrderView) =>
        k.owner === o.owner && k.side !== o.side && isAsGood(o.side, o.price, k.price);
      if (kept.some(meets)) return true;
      kept.push(o);
      return false;
    });
  }

  /** Tries an auction at every price of a list. */
  clearing(reference: number, prices: number[]): { price: number; volume: number } | null {
    const without = new Set(this.selfCrossed().map(({ id }) => id));
    const total = (side: t.Side, price: number): number => {
      const meets = this.queue(side).filter(
        (o) => !without.has(o.id) && isAsGood(side, o.price, price),
      );
      return meets.reduce((sum, o) => sum + o.size, 0);
    };
    const ranked = prices.map((price) => {
      const [demand, supply] = [total(t.BUY, price), total(t.SELL, price)];
      // The whole range of prices is wider than a double is exact.
      const away = BigInt(price) - BigInt(reference);
      const rank = [Math.abs(demand - supply), away < 0n ? -away : away] as const;
      return { price, volume: Math.min(demand, supply), rank };
    });
    ranked.sort(
      (a, b) => b.volume - a.volume || a.rank[0] - b.rank[0] || (a.rank[1] < b.rank[1] ? -1 : 1),
    );
    const [first] = ranked;
    return first && first.volume > 0 ? { price: first.price, volume: first.volume } : null;
  }

  uncross(price: number, maxMatches: number): boolean {
    for (let met = 0; ; met++) {
      const [bid, ask] = [this.best(t.BUY), this.best(t.SELL)];
      if (!bid || !ask || bid.price < price || ask.price > price) return true;
      if (met === maxMatches) return false;
      const [maker, taker] = bid.sequence < ask.sequence ? [bid, ask] : [ask, bid];
      const reason = this.#meet(taker, maker, price);
      if (reason !== 0) this.#drop(taker, reason);
    }
  }

  /** Returns the reason for which what is left of the taker must go, or 0. */
  #match(taker: t.OrderView, maxMatches: number): number {
    if (this.phase === t.AUCTION) return 0;
    for (let met = 0; taker.size > 0; met++) {
      const maker = this.best(1 - taker.side);
      if (!maker || !isAsGood(taker.side, taker.price, maker.price)) return 0;
      if (met === maxMatches) return t.CANCEL_MATCH_LIMIT;
      const reason = this.#meet(taker, maker, maker.price);
      if (reason !== 0) return reason;
    }
    return 0;
  }

  #meet(taker: t.OrderView, maker: t.OrderView, price: number): number {
    if (maker.owner === taker.owner) {
      if (taker.stp !== t.STP_TAKER) this.#drop(maker, t.CANCEL_SELF_TRADE);
      return taker.stp === t.STP_MAKER ? 0 : t.CANCEL_SELF_TRADE;
    }
    const size = Math.min(taker.size, maker.size);
    const { id, owner, tag, side } = taker;
    const [remaining, makerRemaining] = [taker.size - size, maker.size - size];
    const trade = { kind: t.TRADE, id, owner, tag, side, price, size, remaining, code: 0 };
    const by = { makerId: maker.id, makerOwner: maker.owner, makerTag: maker.tag, makerRemaining };
    const verdict = this.check ? this.check({ ...trade, ...by }) : t.FILL;
    if (verdict === t.VETO_MAKER) this.#drop(maker, t.CANCEL_VETOED);
    if (verdict !== t.FILL) return verdict === t.VETO_MAKER ? 0 : t.CANCEL_VETOED;
    [taker.size, maker.size] = [remaining, makerRemaining];
    this.orders = this.orders.filter((o) => o.size > 0);
    this.reports.push({ ...trade, ...by });
    return 0;
  }

  /** Tries it where nobody vetoes, then for real. */
  #fillOrKill(order: t.OrderView, maxMatches: number): t.Outcome {
    const trial = new NaiveBook(this.limits);
    trial.orders = structuredClone(this.orders);
    const tried = { ...order };
    trial.#match(tried, maxMatches);
    if (tried.size > 0) return this.#reject(order.id, t.REJECT_FOK_UNFILLABLE);
    const before = structuredClone(this.orders);
    this.#say(t.ACCEPTED, order);
    this.#match(order, maxMatches);
    if (order.size === 0) return t.OUTCOME_FILLED;
    this.orders = before;
    return this.#reject(order.id, t.REJECT_FOK_VETOED);
  }

  #settle(order: t.OrderView, reason: number): t.Outcome {
    if (order.size === 0) return t.OUTCOME_FILLED;
    if (reason !== 0) return this.#drop(order, reason);
    this.orders.push({ ...order, sequence: this.sequence++ });
    return t.OUTCOME_RESTING;
  }

  /** The price an order may rest at; NaN where a post-only order has none. */
  limit(q: Pick<t.OrderView, 'side' | 'price' | 'postOnly'>): number {
    const best = this.best(1 - q.side);
    if (q.postOnly === t.POST_ONLY_NONE || this.phase === t.AUCTION || !best) return q.price;
    if (!isAsGood(q.side, q.price, best.price)) return q.price;
    const slid = q.side === t.BUY ? best.price - 1 : best.price + 1;
    const isInside = this.#outside(slid, 1) === 0;
    return q.postOnly === t.POST_ONLY_SLIDE && isInside ? slid : Number.NaN;
  }

  #outside(price: number, size: number): number {
    const { minPrice, maxPrice, maxSize } = this.limits;
    if (price < minPrice || price > maxPrice) return t.REJECT_PRICE;
    return size < 1 || size > maxSize ? t.REJECT_SIZE : 0;
  }

  #refusal(q: Required<t.OrderRequest>, limit: number): number {
    const isGtc = q.timeInForce === t.GTC;
    const outside = this.#outside(q.price, q.size);
    if (outside !== 0) return outside;
    if ((q.market && isGtc) || (q.postOnly && !isGtc)) return t.REJECT_OPTIONS;
    if (q.reduceOnlySize === 0) return t.REJECT_REDUCE_ONLY;
    if (this.orders.some((o) => o.id === q.id)) return t.REJECT_DUPLICATE_ID;
    if (!isGtc) return this.phase === t.AUCTION ? t.REJECT_AUCTION_PHASE : 0;
    if (this.orders.length >= this.limits.maxOrders) return t.REJECT_BOOK_FULL;
    return this.#cannotRest({ ...q, price: limit }, 0);
  }

  /** An order that has so much in the book already. */
  #cannotRest(q: Pick<t.OrderView, 'side' | 'price' | 'size'>, open: number): number {
    const depth = this.queue(q.side).reduce((sum, o) => sum + BigInt(o.size), 0n);
    const isTooDeep = depth + BigInt(q.size - open) > Number.MAX_SAFE_INTEGER;
    if (isTooDeep) return t.REJECT_DEPTH_LIMIT;
    return Number.isNaN(q.price) ? t.REJECT_POST_ONLY : 0;
  }

  #say(kind: number, o: t.OrderView, code = 0): void {
    const { id, owner, tag, side, price, size } = o;
    const remaining = kind === t.CANCELLED ? 0 : size;
    this.reports.push({ kind, id, owner, tag, side, price, size, remaining, code, ...NOBODY });
  }

  #reject(id: number, code: number): t.Outcome {
    this.reports.push({ kind: t.REJECTED, id, ...NOTHING, code, ...NOBODY });
    return t.OUTCOME_REJECTED;
  }

  #remove(order: t.OrderView): void {
    this.orders = this.orders.filter((o) => o !== order);
  }

  #drop(order: t.OrderView, reason: number): t.Outcome {
    this.#remove(order);
    this.#say(t.CANCELLED, order, reason);
    return t.OUTCOME_CANCELLED;
  }
}
