import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { getSubaccount, refusalOfTrade } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { fillFee } from '../../margin/index.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { BUY, CANCELLED, FILL, TRADE, VETO_MAKER, VETO_TAKER } from '../core/index.ts';
import type { Book, Report, Verdict } from '../core/index.ts';
import { judgeResting, makerAccountOf, makerOf } from '../orders/match/judgeFill.ts';
import { REASONS } from '../orders/match/rejection.ts';
import { settleFill, takeFromResting } from '../orders/match/settleFill.ts';
import type { CancelReason } from '../orders/reasons.ts';
import { endResting } from '../orders/resting.ts';
import { MetQuotes } from '../quotes/metQuotes.ts';
import { groupOfTag } from '../core/tags.ts';
import { orders } from '../state.ts';
import { toUusd } from '../units.ts';

/** One of the two orders of a meeting. */
interface Meeting {
  readonly id: number;
  readonly tag: number;
  readonly isBuy: boolean;
  readonly remaining: number;
}

/**
 * Orders of an auction meet at its price: both rested, and both are judged as makers and pay what
 * these pay. After each meeting the groups of quotes that came to a limit are pulled, so that none
 * of them trades beyond it.
 */
export class Uncrossing {
  /** What has traded, in 1e-4 contracts. */
  quantity = 0n;
  readonly #ctx: Ctx;
  readonly #series: Series;
  #quotes: MetQuotes;
  #veto: CancelReason | undefined;
  #hasMet = false;
  /** By side, taker and maker. */
  #fees: readonly bigint[] = [];
  /** By side: whether the group of that one's quote can take this fill and no other. */
  #isLast: readonly [taker: boolean, maker: boolean] = [false, false];

  constructor(ctx: Ctx, series: Series) {
    this.#ctx = ctx;
    this.#series = series;
    this.#quotes = new MetQuotes(ctx);
  }

  /** How many met, and whether nobody is left to. */
  run(book: Book, priceCents: number, budget: number): [met: number, isDone: boolean] {
    for (let met = 0; met < budget; met++) {
      this.#quotes = new MetQuotes(this.#ctx);
      this.#hasMet = false;
      const isDone = book.uncross(
        priceCents,
        1,
        (report) => this.#take(report),
        (trade) => this.#judge(trade),
      );
      this.#quotes.settle();
      // The last ones to meet may have left nobody to.
      if (isDone) return [met + Number(this.#hasMet), true];
    }
    return [budget, false];
  }

  #judge(report: Readonly<Report>): Verdict {
    const [taker, maker] = sidesOf(report);
    const priceUusd = toUusd(report.price);
    const quantity = BigInt(report.size);
    const judged = [taker, maker].map((side) => this.#judgeSide(side, priceUusd, quantity));
    this.#fees = judged.map(({ feeUusd }) => feeUusd);
    this.#isLast = [judged[0]!.isLastOfGroup === true, judged[1]!.isLastOfGroup === true];
    this.#veto = judged[0]!.reason ?? judged[1]!.reason;
    if (judged[0]!.reason !== undefined) return VETO_TAKER;
    if (judged[1]!.reason !== undefined) return VETO_MAKER;
    const [buyer, seller] = taker.isBuy ? judged : [judged[1]!, judged[0]!];
    const sides = { buyerId: buyer!.accountId, sellerId: seller!.accountId };
    // Nobody is there to whom the end of a block could refuse it.
    const trade = { seriesId: this.#series.id, quantity, ...sides };
    if (refusalOfTrade(this.#ctx, trade) === null) return FILL;
    this.#veto = 'position_cap';
    return VETO_TAKER;
  }

  #judgeSide({ id, tag, isBuy, remaining }: Meeting, priceUusd: bigint, quantity: bigint) {
    const groupId = groupOfTag(tag);
    const restUusd = this.#restingPrice(id);
    const quote =
      groupId === undefined ? undefined : { groupId, remaining: BigInt(remaining), restUusd };
    const fill = { priceUusd, quantity, makerOrderId: BigInt(id), quote };
    const payer = { owner: makerOf(this.#ctx, fill), isMaker: true };
    const feeUusd = fillFee(this.#ctx, this.#series, priceUusd, quantity, payer);
    const judged = judgeResting(this.#ctx, { series: this.#series, isBuy }, fill, feeUusd);
    return { ...judged, feeUusd, accountId: makerAccountOf(this.#ctx, fill) };
  }

  /** At which an order of the book rests. */
  #restingPrice(id: number): bigint {
    const found = booksOf(this.#ctx).must(this.#series.id).order(id) ?? undefined;
    return toUusd(defined(found, `order ${id} in its book`).price);
  }

  #take(report: Readonly<Report>): void {
    this.#hasMet = true;
    if (report.kind === TRADE) this.#apply(report);
    else if (report.kind === CANCELLED) this.#cancelled(report);
  }

  #apply(report: Readonly<Report>): void {
    const [taker, maker] = sidesOf(report);
    const ctx = this.#ctx;
    const series = this.#series;
    const [priceUusd, quantity] = [toUusd(report.price), BigInt(report.size)];
    const parties = [taker, maker].map(({ id, tag, isBuy, remaining }, i) => {
      const account = takeFromResting(ctx, this.#quotes, {
        ...{ id, tag, series, isBuy, priceUusd, quantity, remaining: BigInt(remaining) },
        restUusd: remaining === 0 ? priceUusd : this.#restingPrice(id),
        feeUusd: this.#fees[i]!,
        isLastOfGroup: this.#isLast[i]!,
      });
      return {
        account: defined(getSubaccount(ctx, account), 'the account of an order'),
        orderId: BigInt(id),
        feeUusd: this.#fees[i]!,
      };
    });
    const takerBuys = taker.isBuy;
    const [first, second] = [parties[0]!, parties[1]!];
    settleFill(ctx, {
      ...{ series, priceUusd, quantity, takerBuys, taker: first, maker: second },
      isLiquidation: false,
    });
    this.quantity += quantity;
  }

  #cancelled(report: Readonly<Report>): void {
    const reason = defined(REASONS[report.code] ?? this.#veto, 'the reason of a cancel');
    const groupId = groupOfTag(report.tag);
    if (groupId !== undefined) {
      this.#quotes.cancelled(groupId, this.#series, report.side === BUY, reason);
      return;
    }
    const id = BigInt(report.id);
    const record = { ...orders.must(this.#ctx, id), symbol: this.#series.symbol };
    endResting(this.#ctx, id, record, BigInt(report.size), reason);
  }
}

/** The later of the two is the taker. */
function sidesOf(report: Readonly<Report>): [taker: Meeting, maker: Meeting] {
  const { id, tag, side, remaining, makerId, makerTag, makerRemaining } = report;
  const isBuy = side === BUY;
  return [
    { id, tag, isBuy, remaining },
    { id: makerId, tag: makerTag, isBuy: !isBuy, remaining: makerRemaining },
  ];
}
