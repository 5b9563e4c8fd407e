import * as t from './types.ts';

type Row = Omit<t.OrderView, 'sequence'> & { seq: number };
type Limits = Required<t.BookOptions>;

const ZERO = { owner: 0, tag: 0, side: 0, price: 0, size: 0, remaining: 0, code: 0 };
const NO_MAKER = { makerId: 0, makerOwner: 0, makerTag: 0, makerRemaining: 0 };

/**
 * The rules of the book once more, as arrays and sorts: slow, obvious, and the measure of the real
 * one in tests.
 */
export class NaiveBook {
  orders: Row[] = [];
  seq = 1;
  phase: t.Phase = t.CONTINUOUS;
  reports: t.Report[] = [];
  limits: Limits;
  check: t.FillCheck | null = null;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  side(side: t.Side): Row[] {
    const sign = side === t.BUY ? -1 : 1;
    const rows = this.orders.filter((o) => o.side === side);
    return rows.sort((a, b) => sign * (a.price - b.price) || a.seq - b.seq);
  }

  depth(side: t.Side): number {
    return this.side(side).reduce((sum, o) => sum + o.size, 0);
  }

  #say(kind: number, o: Row, code = 0): void {
    const { id, owner, tag, side, price, size } = o;
    const remaining = kind === t.CANCELLED ? 0 : size;
    this.reports.push({ kind, id, owner, tag, side, price, size, remaining, code, ...NO_MAKER });
  }

  #reject(id: number, code: number): t.Outcome {
    this.reports.push({ kind: t.REJECTED, id, ...ZERO, ...NO_MAKER, code });
    return t.OUTCOME_REJECTED;
  }

  #drop(o: Row, code: number): t.Outcome {
    this.orders = this.orders.filter((other) => other !== o);
    this.#say(t.CANCELLED, o, code);
    return t.OUTCOME_CANCELLED;
  }

  /** Returns false when the post-only order must be rejected; slides its price otherwise. */
  #postOnly(o: Row): boolean {
    const best = this.side(o.side === t.BUY ? t.SELL : t.BUY)[0];
    if (o.postOnly === t.POST_ONLY_NONE || this.phase === t.AUCTION || !best) return true;
    if (o.side === t.BUY ? o.price < best.price : o.price > best.price) return true;
    o.price = o.side === t.BUY ? best.price - 1 : best.price + 1;
    const isInside = o.price >= this.limits.minPrice && o.price <= this.limits.maxPrice;
    return o.postOnly === t.POST_ONLY_SLIDE && isInside;
  }

  place(q: Required<t.OrderRequest>): t.Outcome {
    const { id, owner, tag, side, price, stp, postOnly } = q;
    const size = Math.min(q.size, q.reduceOnlySize);
    const o: Row = { id, owner, tag, side, price, size, stp, postOnly, seq: 0 };
    if (price < this.limits.minPrice || price > this.limits.maxPrice) {
      return this.#reject(id, t.REJECT_PRICE);
    }
    if (q.size < 1 || q.size > this.limits.maxSize) return this.#reject(id, t.REJECT_SIZE);
    const isGtc = q.timeInForce === t.GTC;
    const mustTake = q.market && isGtc;
    if (mustTake || (postOnly && !isGtc)) return this.#reject(id, t.REJECT_OPTIONS);
    if (q.reduceOnlySize === 0) return this.#reject(id, t.REJECT_REDUCE_ONLY);
    if (this.orders.some((r) => r.id === id)) return this.#reject(id, t.REJECT_DUPLICATE_ID);
    if (!isGtc && this.phase === t.AUCTION) return this.#reject(id, t.REJECT_AUCTION_PHASE);
    if (isGtc) {
      if (this.orders.length >= this.limits.maxOrders) return this.#reject(id, t.REJECT_BOOK_FULL);
      if (!this.#postOnly(o)) return this.#reject(id, t.REJECT_POST_ONLY);
    }
    if (q.timeInForce === t.FOK) return this.#fillOrKill(o, q.maxMatches);
    this.#say(t.ACCEPTED, o);
    const reason = this.#match(o, q.maxMatches);
    const rest = q.market ? t.CANCEL_MARKET_REMAINDER : t.CANCEL_IOC_REMAINDER;
    return this.#settle(o, reason || (isGtc ? 0 : rest));
  }

  /** Tries it on a copy of the book where nobody vetoes, then for real. */
  #fillOrKill(o: Row, maxMatches: number): t.Outcome {
    const trial = new NaiveBook(this.limits);
    trial.orders = structuredClone(this.orders);
    const tried = { ...o };
    trial.#match(tried, maxMatches);
    if (tried.size > 0) return this.#reject(o.id, t.REJECT_FOK_UNFILLABLE);
    const orders = structuredClone(this.orders);
    this.#say(t.ACCEPTED, o);
    this.#match(o, maxMatches);
    if (o.size === 0) return t.OUTCOME_FILLED;
    this.orders = orders;
    return this.#reject(o.id, t.REJECT_FOK_VETOED);
  }

  #settle(o: Row, reason: number): t.Outcome {
    if (o.size === 0) return t.OUTCOME_FILLED;
    if (reason) return this.#drop(o, reason);
    o.seq = this.seq++;
    this.orders.push(o);
    return t.OUTCOME_RESTING;
  }

  #match(o: Row, maxMatches: number): number {
    if (this.phase === t.AUCTION) return 0;
    for (let met = 0; o.size > 0; met++) {
      const maker = this.side(o.side === t.BUY ? t.SELL : t.BUY)[0];
      if (!maker || (o.side === t.BUY ? maker.price > o.price : maker.price < o.price)) return 0;
      if (met === maxMatches) return t.CANCEL_MATCH_LIMIT;
      if (maker.owner === o.owner) {
        if (o.stp !== t.STP_TAKER) this.#drop(maker, t.CANCEL_SELF_TRADE);
        if (o.stp !== t.STP_MAKER) return t.CANCEL_SELF_TRADE;
      } else if (this.#trade(o, maker, maker.price) === t.VETO_TAKER) return t.CANCEL_VETOED;
    }
    return 0;
  }

  #trade(o: Row, maker: Row, price: number): t.Verdict {
    const size = Math.min(o.size, maker.size);
    const { id, owner, tag, side } = o;
    const remaining = o.size - size;
    const makerRemaining = maker.size - size;
    const trade = { kind: t.TRADE, id, owner, tag, side, price, size, remaining, code: 0 };
    const by = { makerId: maker.id, makerOwner: maker.owner, makerTag: maker.tag, makerRemaining };
    const verdict = this.check ? this.check({ ...trade, ...by }) : t.FILL;
    if (verdict === t.VETO_MAKER) this.#drop(maker, t.CANCEL_VETOED);
    if (verdict !== t.FILL) return verdict;
    o.size = remaining;
    maker.size = makerRemaining;
    this.orders = this.orders.filter((r) => r.size > 0);
    this.reports.push({ ...trade, ...by });
    return verdict;
  }

  cancel(id: number, reason: number): t.Outcome {
    const o = this.orders.find((r) => r.id === id);
    return o ? this.#drop(o, reason) : this.#reject(id, t.REJECT_UNKNOWN_ORDER);
  }

  replace(id: number, price: number, size: number, maxMatches: number): t.Outcome {
    const o = this.orders.find((r) => r.id === id);
    if (!o) return this.#reject(id, t.REJECT_UNKNOWN_ORDER);
    if (price < this.limits.minPrice || price > this.limits.maxPrice) {
      return this.#reject(id, t.REJECT_PRICE);
    }
    if (size < 1 || size > this.limits.maxSize) return this.#reject(id, t.REJECT_SIZE);
    const changed = { ...o, price, size };
    if (!this.#postOnly(changed)) return this.#reject(id, t.REJECT_POST_ONLY);
    if (changed.price === o.price && size <= o.size) {
      o.size = size;
      this.#say(t.REPLACED, o, 1);
      return t.OUTCOME_RESTING;
    }
    this.orders = this.orders.filter((r) => r !== o);
    this.#say(t.REPLACED, changed);
    return this.#settle(changed, this.#match(changed, maxMatches));
  }

  /** Tries every price. */
  clearing(reference: number, min: number, max: number): { price: number; volume: number } | null {
    let best: { price: number; volume: number; rank: number[] } | null = null;
    for (let price = min; price <= max; price++) {
      const sum = (rows: Row[]): number => rows.reduce((total, o) => total + o.size, 0);
      const demand = sum(this.side(t.BUY).filter((o) => o.price >= price));
      const supply = sum(this.side(t.SELL).filter((o) => o.price <= price));
      const volume = Math.min(demand, supply);
      const rank = [-volume, Math.abs(demand - supply), Math.abs(price - reference)];
      const order = best ? rank.map((r, i) => r - best!.rank[i]!).find((d) => d !== 0) : -1;
      if (volume > 0 && order !== undefined && order < 0) best = { price, volume, rank };
    }
    return best && { price: best.price, volume: best.volume };
  }

  uncross(price: number, maxMatches: number): boolean {
    for (let met = 0; ; met++) {
      const [bid, ask] = [this.side(t.BUY)[0], this.side(t.SELL)[0]];
      if (!bid || !ask || bid.price < price || ask.price > price) return true;
      if (met === maxMatches) return false;
      const [maker, taker] = bid.seq < ask.seq ? [bid, ask] : [ask, bid];
      if (maker.owner === taker.owner) {
        if (taker.stp !== t.STP_TAKER) this.#drop(maker, t.CANCEL_SELF_TRADE);
        if (taker.stp !== t.STP_MAKER) this.#drop(taker, t.CANCEL_SELF_TRADE);
      } else if (this.#trade(taker, maker, price) === t.VETO_TAKER) {
        this.#drop(taker, t.CANCEL_VETOED);
      }
    }
  }
}
