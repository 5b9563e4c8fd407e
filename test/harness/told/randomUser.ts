import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import * as liquidation from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { Random } from '../../crash/random.ts';
import type { TestChain } from '../chain.ts';
import { flagsOf } from '../crisis.ts';
import { anyOf } from '../keys.ts';
import type { AnyMsg, UserKey } from '../keys.ts';
import { Side, depositMsg, markOf, orderMsg, ordersOf, withdrawMsg } from '../trading.ts';

const { TimeInForce, PostOnly, SelfTrade } = clob;
const GROUPS = ['a', 'b'];

/** Somebody who does anything at all that changes a book, an account, a group or a trigger. */
export class RandomUser {
  readonly #chain: TestChain;
  readonly #random: Random;
  readonly #user: UserKey;
  readonly #series: readonly string[];

  constructor(chain: TestChain, random: Random, user: UserKey, series: readonly string[]) {
    [this.#chain, this.#random, this.#user, this.#series] = [chain, random, user, series];
  }

  next(): AnyMsg {
    const open = flagsOf(this.#chain).filter(({ auction }) => auction !== undefined);
    if (open.length > 0 && this.#random.below(4) > 0) return this.#bid(this.#random.pick(open));
    const dice = this.#random.below(19);
    if (dice < 6) return this.#order();
    if (dice < 8) return this.#replace();
    if (dice < 11) return this.#quote();
    if (dice < 12) return this.#group();
    if (dice < 14) return this.#batch();
    if (dice < 15) return this.#trigger();
    if (dice < 16) return this.#cancel();
    if (dice < 18) return this.#pull();
    return this.#random.below(2) === 0 ? depositMsg(this.#user, 500) : withdrawMsg(this.#user, 50);
  }

  get #own() {
    return { sender: this.#user.address, subaccount: 0 };
  }

  /** About the mark, on the coarsest tick there is. */
  #price(series: string, away = this.#random.below(3) - 1): number {
    const mark = markOf(this.#chain, series);
    const step = mark > 100 ? 25 : 5;
    return Math.max(step, Math.round(mark / step) * step + step * away);
  }

  #terms(): Partial<clob.MsgPlaceOrder> {
    const random = this.#random;
    const seconds = BigInt(Math.floor(this.#chain.timeMs / 1_000));
    const kind = random.below(10);
    return {
      selfTrade: random.pick([
        SelfTrade.SELF_TRADE_EXPIRE_TAKER,
        SelfTrade.SELF_TRADE_EXPIRE_MAKER,
      ]),
      clientOrderId: random.below(4) === 0 ? `${random.below(50)}` : '',
      ...(kind === 0 ? { timeInForce: TimeInForce.TIME_IN_FORCE_IOC } : {}),
      ...(kind === 1 ? { postOnly: PostOnly.POST_ONLY_SLIDE } : {}),
      ...(kind === 2 ? { goodTilSeconds: seconds + 5n + BigInt(random.below(20)) } : {}),
      ...(kind === 3 || kind === 4 ? { volBp: 4_000 + 500 * random.below(8) } : {}),
      ...(kind === 5 ? { reduceOnly: true } : {}),
    };
  }

  #place(terms: Partial<clob.MsgPlaceOrder> = this.#terms()): AnyMsg {
    const random = this.#random;
    const series = random.pick(this.#series);
    const side = random.below(2) === 0 ? Side.SIDE_BUY : Side.SIDE_SELL;
    const size = (1 + random.below(20)) / 10;
    return orderMsg(this.#user, { series, side, size, price: this.#price(series) }, terms);
  }

  #order(): AnyMsg {
    return this.#place();
  }

  #replace(): AnyMsg {
    const open = ordersOf(this.#chain, this.#user);
    if (open.length === 0) return this.#place();
    const { id, symbol, quantity } = this.#random.pick(open);
    const isSmaller = this.#random.below(2) === 0;
    return anyOf(clob.MsgReplaceOrder, {
      ...{ ...this.#own, orderId: id, clientOrderId: '' },
      priceUusd: isSmaller ? 0n : BigInt(this.#price(symbol)) * 1_000_000n,
      quantity: isSmaller && quantity > 2_000n ? quantity - 1_000n : 0n,
    });
  }

  #cancel(): AnyMsg {
    const open = ordersOf(this.#chain, this.#user);
    if (open.length === 0 || this.#random.below(3) === 0) {
      const all = { underlying: 'BTC', expirySeconds: 0n, series: '' };
      return anyOf(clob.MsgCancelAll, { ...this.#own, ...all });
    }
    const { id } = this.#random.pick(open);
    return anyOf(clob.MsgCancelOrder, { ...this.#own, orderId: id, clientOrderId: '' });
  }

  /** Of which each has a result of its own. */
  #batch(): AnyMsg {
    const placed = Array.from({ length: 3 }, (): clob.BatchAction => {
      const place = clob.MsgPlaceOrder.decode(this.#place().value);
      return { place: { ...place, sender: '', subaccount: 0 } };
    });
    const open = ordersOf(this.#chain, this.#user);
    const dropped = open.slice(0, 1).map(({ id }): clob.BatchAction => ({
      cancel: { sender: '', subaccount: 0, orderId: id, clientOrderId: '' },
    }));
    return anyOf(clob.MsgBatch, { ...this.#own, actions: [...placed, ...dropped] });
  }

  /** All groups that it quotes with. */
  groups(): AnyMsg[] {
    return GROUPS.map((name) => this.#group(name));
  }

  #group(group = this.#random.pick(GROUPS)): AnyMsg {
    return anyOf(clob.MsgSetQuoteGroup, {
      ...{ ...this.#own, group, underlying: 'BTC', quantityLimit: 60_000n, maxQuote: 20_000n },
      ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 5_000, freezeMs: 4_000 },
    });
  }

  #quote(): AnyMsg {
    const random = this.#random;
    const listed = [...new Set([random.pick(this.#series), random.pick(this.#series)])];
    const quotes = listed.map((series): clob.Quote => {
      const middle = this.#price(series);
      const wide = middle > 100 ? 25 : 5;
      const side = (usd: number): clob.QuoteSide => ({
        priceUusd: BigInt(Math.max(usd, wide)) * 1_000_000n,
        quantity: random.below(6) === 0 ? 0n : 1_000n * BigInt(1 + random.below(15)),
      });
      return { series, bid: side(middle - wide), ask: side(middle + wide) };
    });
    return anyOf(clob.MsgMassQuote, { ...this.#own, group: random.pick(GROUPS), quotes });
  }

  #pull(): AnyMsg {
    const group = this.#random.pick(GROUPS);
    const kind = this.#random.below(4);
    if (kind === 0) return anyOf(clob.MsgCancelQuotes, { ...this.#own, group: '' });
    if (kind === 1) {
      return anyOf(clob.MsgFreezeQuoteGroup, { ...this.#own, group, durationMs: 3_000 });
    }
    if (kind === 2) return anyOf(clob.MsgResetQuoteGroup, { ...this.#own, group });
    const everything = this.#random.below(2) === 0;
    return anyOf(clob.MsgDeadManSwitch, { ...this.#own, timeoutMs: 4_000, everything });
  }

  #trigger(): AnyMsg {
    const { btc } = this.#chain.market;
    const leg = (when: clob.TriggerWhen, usd: number): clob.TriggerLeg => {
      const order = clob.MsgPlaceOrder.decode(this.#place({}).value);
      return {
        ...{ on: clob.TriggerOn.TRIGGER_ON_INDEX, when, levelUusd: BigInt(usd) * 1_000_000n },
        order: { ...order, sender: '' },
      };
    };
    const { TRIGGER_WHEN_ABOVE, TRIGGER_WHEN_BELOW } = clob.TriggerWhen;
    const near = Math.round(btc / 200);
    const pair = [
      leg(TRIGGER_WHEN_BELOW, Math.round(btc) - near),
      leg(TRIGGER_WHEN_ABOVE, Math.round(btc) + near),
    ];
    const legs = this.#random.below(2) === 0 ? pair : pair.slice(0, 1);
    return anyOf(clob.MsgPlaceTrigger, { ...this.#own, legs });
  }

  /** For an account under liquidation; for one's own it is refused. */
  #bid({ subaccountId, auction }: liquidation.Flag): AnyMsg {
    return anyOf(liquidation.MsgBidLiquidation, {
      ...{ ...this.#own, liquidatedId: subaccountId, version: auction!.version },
      ...{ fractionPpb: 300_000_000, limitPpm: 1_000_000, leastPayoutUusd: 0n },
    });
  }
}
