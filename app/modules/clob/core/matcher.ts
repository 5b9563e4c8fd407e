import { STP_SHIFT } from './arena.ts';
import { keyOf, type BookState } from './bookState.ts';
import { ReusedReport } from './reusedReport.ts';
import {
  CANCELLED,
  CANCEL_MATCH_LIMIT,
  CANCEL_SELF_TRADE,
  CANCEL_VETOED,
  FILL,
  REJECTED,
  STP_MAKER,
  STP_TAKER,
  TRADE,
  VETO_MAKER,
  type FillCheck,
  type ReportKind,
  type ReportSink,
  type Verdict,
} from './types.ts';

/** The taker trades on. Other results of a meeting are reasons to cancel what is left of it. */
const GO_ON = 0;

/**
 * Makes orders meet, and reports it. The taker is a record in a free slot: it is linked only when
 * it comes to rest.
 */
export class Matcher {
  readonly report = new ReusedReport();
  readonly #state: BookState;

  constructor(state: BookState) {
    this.#state = state;
  }

  /** Reports an order as its record stands. */
  reportOrder(kind: ReportKind, slot: number, code: number, sink: ReportSink): void {
    const { arena } = this.#state;
    const report = this.report;
    const size = arena.size(slot);
    report.kind = kind;
    report.id = arena.id(slot);
    report.owner = arena.owner(slot);
    report.tag = arena.tag(slot);
    report.side = arena.side(slot);
    report.price = arena.price(slot);
    report.size = size;
    report.remaining = kind === CANCELLED ? 0 : size;
    report.code = code;
    report.makerId = 0;
    report.makerOwner = 0;
    report.makerTag = 0;
    report.makerRemaining = 0;
    sink(report);
  }

  reportRejection(id: number, code: number, sink: ReportSink): void {
    const report = this.report;
    report.kind = REJECTED;
    report.id = id;
    report.owner = 0;
    report.tag = 0;
    report.side = 0;
    report.price = 0;
    report.size = 0;
    report.remaining = 0;
    report.code = code;
    report.makerId = 0;
    report.makerOwner = 0;
    report.makerTag = 0;
    report.makerRemaining = 0;
    sink(report);
  }

  /** Cancels a resting order. */
  cancel(slot: number, reason: number, sink: ReportSink): void {
    this.#state.remove(slot);
    this.reportOrder(CANCELLED, slot, reason, sink);
  }

  /**
   * Trades the taker against the book up to its limit, at most `maxMatches` makers. Returns 0, or
   * the reason for which what is left of the taker must go.
   */
  match(taker: number, maxMatches: number, check: FillCheck | null, sink: ReportSink): number {
    const { arena, ladders } = this.#state;
    const side = 1 - arena.side(taker);
    const opposite = ladders[side]!;
    const limitKey = keyOf(side, arena.price(taker));
    for (let met = 0; arena.size(taker) > 0; met++) {
      const level = opposite.best;
      if (level < 0 || opposite.key(level) < limitKey) return GO_ON;
      if (met === maxMatches) return CANCEL_MATCH_LIMIT;
      const reason = this.#meet(taker, opposite.head(level), check, sink);
      if (reason !== GO_ON) return reason;
    }
    return GO_ON;
  }

  #meet(taker: number, maker: number, check: FillCheck | null, sink: ReportSink): number {
    const { arena } = this.#state;
    if (arena.owner(maker) === arena.owner(taker)) {
      const stp = (arena.flags(taker) >>> STP_SHIFT) & 3;
      if (stp !== STP_TAKER) this.cancel(maker, CANCEL_SELF_TRADE, sink);
      return stp === STP_MAKER ? GO_ON : CANCEL_SELF_TRADE;
    }
    this.#reportTrade(taker, maker);
    this.report.price = arena.price(maker);
    if (check !== null) {
      const verdict = check(this.report);
      if (verdict !== FILL) return this.#veto(verdict, maker, sink);
    }
    arena.setSize(taker, this.report.remaining);
    this.#fillResting(maker, this.report.makerRemaining);
    sink(this.report);
    return GO_ON;
  }

  #veto(verdict: Verdict, maker: number, sink: ReportSink): number {
    if (verdict !== VETO_MAKER) return CANCEL_VETOED;
    this.cancel(maker, CANCEL_VETOED, sink);
    return GO_ON;
  }

  #fillResting(slot: number, remaining: number): void {
    if (remaining === 0) this.#state.remove(slot);
    else this.#state.resize(slot, remaining);
  }

  /** Writes the trade of two records into the report, all but its price. */
  #reportTrade(taker: number, maker: number): void {
    const { arena } = this.#state;
    const takerSize = arena.size(taker);
    const makerSize = arena.size(maker);
    const size = takerSize < makerSize ? takerSize : makerSize;
    const report = this.report;
    report.kind = TRADE;
    report.id = arena.id(taker);
    report.owner = arena.owner(taker);
    report.tag = arena.tag(taker);
    report.side = arena.side(taker);
    report.size = size;
    report.remaining = takerSize - size;
    report.code = 0;
    report.makerId = arena.id(maker);
    report.makerOwner = arena.owner(maker);
    report.makerTag = arena.tag(maker);
    report.makerRemaining = makerSize - size;
  }

  /**
   * Says whether the taker would trade in full, vetoes aside. Looks at no more makers than it would
   * meet.
   */
  canFill(taker: number, maxMatches: number): boolean {
    const { arena, ladders } = this.#state;
    const side = 1 - arena.side(taker);
    const opposite = ladders[side]!;
    const limitKey = keyOf(side, arena.price(taker));
    const owner = arena.owner(taker);
    const skipsOwn = ((arena.flags(taker) >>> STP_SHIFT) & 3) === STP_MAKER;
    let missing = arena.size(taker);
    let left = maxMatches;
    let level = opposite.best;
    while (level >= 0 && opposite.key(level) >= limitKey) {
      for (let slot = opposite.head(level); slot >= 0; slot = arena.next(slot)) {
        if (left-- === 0) return false;
        if (arena.owner(slot) !== owner) missing -= arena.size(slot);
        else if (!skipsOwn) return false;
        if (missing <= 0) return true;
      }
      level = opposite.worse(level);
    }
    return false;
  }

  /**
   * Trades bids at or above the price with asks at or below it, at that price, at most `maxMatches`
   * meetings. Of two orders the later is the taker. Returns whether it came to the end.
   */
  uncross(price: number, maxMatches: number, check: FillCheck | null, sink: ReportSink): boolean {
    const [bids, asks] = this.#state.ladders;
    for (let met = 0; ; met++) {
      const bid = bids.best;
      const ask = asks.best;
      if (bid < 0 || ask < 0) return true;
      if (bids.key(bid) < price || 0 - asks.key(ask) > price) return true;
      if (met === maxMatches) return false;
      this.#meetInAuction(price, bids.head(bid), asks.head(ask), check, sink);
    }
  }

  #meetInAuction(
    price: number,
    bid: number,
    ask: number,
    check: FillCheck | null,
    sink: ReportSink,
  ): void {
    const { arena } = this.#state;
    const isBidLater = arena.sequence(bid) > arena.sequence(ask);
    const taker = isBidLater ? bid : ask;
    const maker = isBidLater ? ask : bid;
    if (arena.owner(maker) === arena.owner(taker)) {
      const stp = (arena.flags(taker) >>> STP_SHIFT) & 3;
      if (stp !== STP_TAKER) this.cancel(maker, CANCEL_SELF_TRADE, sink);
      if (stp !== STP_MAKER) this.cancel(taker, CANCEL_SELF_TRADE, sink);
      return;
    }
    this.#reportTrade(taker, maker);
    this.report.price = price;
    if (check !== null) {
      const verdict = check(this.report);
      if (verdict !== FILL) {
        this.cancel(verdict === VETO_MAKER ? maker : taker, CANCEL_VETOED, sink);
        return;
      }
    }
    this.#fillResting(taker, this.report.remaining);
    this.#fillResting(maker, this.report.makerRemaining);
    sink(this.report);
  }
}
