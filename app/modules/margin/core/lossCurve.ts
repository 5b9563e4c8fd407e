import { weightOf } from './rounding.ts';
import type { FutureLeg, OpenOrders, OptionLeg } from './types.ts';

/** From this settlement price on, the slope of the loss is higher by `slope`. */
interface Kink {
  readonly price: number;
  readonly slope: number;
}

/** The loss at every settlement price where its slope changes, in order, from 0 on. */
export interface LossPoints {
  readonly prices: Float64Array;
  readonly losses: Float64Array;
}

/**
 * What an expiry loses as a function of its settlement price: piecewise linear, so the kinks say
 * everything. Each leg adds at most three; sorting them makes every worst case one sweep.
 */
export class LossCurve {
  private atZero = 0;
  private slopeAtZero = 0;
  private readonly kinks: Kink[] = [];
  private readonly fee: number;
  private readonly feeCap: number;

  /** @param fee settlement fee of one contract, USD; @param feeCap at most this of the payout */
  constructor(fee: number, feeCap: number) {
    this.fee = fee;
    this.feeCap = feeCap;
  }

  /** Loss −w·y + |w|·min(fee, cap·y), where y is what one contract pays out. */
  addOption(leg: OptionLeg): void {
    const weight = weightOf(leg.quantity);
    const feeSlope = Math.abs(weight) * this.feeCap;
    const fullFeeAt = this.feeCap > 0 ? this.fee / this.feeCap : 0;
    const { isCall, strike } = leg;
    if (isCall) {
      this.addKink(strike, feeSlope - weight);
      this.addKink(strike + fullFeeAt, -feeSlope);
      return;
    }
    const fee = Math.min(this.fee, this.feeCap * strike);
    this.atZero += Math.abs(weight) * fee - weight * strike;
    this.slopeAtZero += weight;
    this.addKink(strike - fullFeeAt, -feeSlope);
    this.addKink(strike, feeSlope - weight);
  }

  /** Loss −w·(x − mark): what was gained or lost up to the mark is in the equity. */
  addFuture(leg: FutureLeg): void {
    const weight = weightOf(leg.quantity);
    this.atZero += weight * leg.mark;
    this.slopeAtZero -= weight;
  }

  /**
   * The worse side at each price: sells, filled for nothing, lose y + fee; buys lose their limit
   * and the fee but bring y. Both are linear in y, so they cross at one more kink.
   */
  addOptionOrders(leg: OptionLeg, orders: OpenOrders): void {
    const sell = weightOf(orders.sellQuantity);
    const buy = weightOf(orders.buyQuantity);
    if (sell + buy === 0) return;
    const cost = orders.buyPrice + this.fee;
    const lossAt = (payout: number): number =>
      Math.max(sell * (payout + this.fee), buy * (cost - payout), 0);
    const cross = Math.max(0, (buy * cost - sell * this.fee) / (sell + buy));
    const { isCall, strike } = leg;
    if (isCall) {
      this.atZero += lossAt(0);
      this.addKink(strike, -buy);
      this.addKink(strike + cross, sell + buy);
      return;
    }
    this.atZero += lossAt(strike);
    this.slopeAtZero -= sell;
    this.addKink(strike - cross, sell + buy);
    this.addKink(strike, -buy);
  }

  /** The worse of buying at the highest and selling at the lowest limit, or neither. */
  addFutureOrders(orders: OpenOrders): void {
    const sell = weightOf(orders.sellQuantity);
    const buy = weightOf(orders.buyQuantity);
    if (sell + buy === 0) return;
    const { buyPrice, sellPrice } = orders;
    this.atZero += buy * buyPrice;
    this.slopeAtZero -= buy;
    if (buyPrice <= sellPrice) {
      this.addKink(buyPrice, buy);
      this.addKink(sellPrice, sell);
    } else {
      this.addKink((buy * buyPrice + sell * sellPrice) / (sell + buy), sell + buy);
    }
  }

  /** @param extraPrice a price to evaluate even where the slope does not change */
  points(extraPrice: number): LossPoints {
    const kinks = [...this.kinks, { price: extraPrice, slope: 0 }];
    kinks.sort((a, b) => a.price - b.price || a.slope - b.slope);
    const prices = new Float64Array(kinks.length + 1);
    const losses = new Float64Array(kinks.length + 1);
    let loss = this.atZero;
    let slope = this.slopeAtZero;
    let last = 0;
    losses[0] = loss;
    for (const [i, kink] of kinks.entries()) {
      loss += slope * (kink.price - last);
      slope += kink.slope;
      last = kink.price;
      prices[i + 1] = last;
      losses[i + 1] = loss;
    }
    return { prices, losses };
  }

  private addKink(price: number, slope: number): void {
    if (price > 0) this.kinks.push({ price, slope });
    else this.slopeAtZero += slope;
  }
}
