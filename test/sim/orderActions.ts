import {
  MsgCancelAllResponse,
  MsgPlaceOrderResponse,
  MsgPlaceTriggerResponse,
  MsgReplaceOrderResponse,
} from '../../proto/gen/tenor.clob.v1.ts';
import { messageOf } from './intents.ts';
import type { Action, Intent, PlaceIntent, Plan } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { leftOf } from './model/known.ts';
import type { Delayed } from './model/delays.ts';
import type { KnownOrder } from './model/known.ts';
import {
  mayBePlaced,
  place,
  refusedForMargin,
  refusedForPrices,
  wouldTake,
} from './model/match.ts';
import type { Model } from './model/model.ts';
import { nameOf } from './model/newOrder.ts';
import type { NewOrder, Outcome } from './model/newOrder.ts';
import { priced, replace } from './model/placing.ts';
import { judgeBidCash } from './model/requests.ts';
import { isMet, MAX_TRIGGERS } from './model/triggers.ts';
import type { Account, Quotes } from './model/types.ts';
import type { Said } from './told.ts';
import type { Tally } from './tally.ts';

/** What the chain answered to a message or an action of a batch. */
export interface Answered {
  /** `done`, or the code of a refusal. */
  readonly said: string;
  readonly log: string;
  readonly answer: Uint8Array | undefined;
  readonly events?: readonly Said[];
}

/** What became of an order. */
interface Came extends Pick<Answered, 'said'> {
  readonly outcome: Outcome | undefined;
}

type Ordered<T extends Action> = Omit<Plan, 'intent'> & { readonly intent: T };

/** Carries out in the model what the chain did with orders. */
export class OrderActions {
  readonly #model: Model;
  readonly #tally: Tally;

  constructor(model: Model, tally: Tally) {
    this.#model = model;
    this.#tally = tally;
  }

  apply(plan: Ordered<Action>, account: Account, answered: Answered, quotes: Quotes): void {
    const { said, log } = answered;
    const model = this.#model;
    const { intent } = plan;
    switch (intent.kind) {
      case 'cancel': {
        const id = this.#idOf(account, intent);
        if (id !== undefined && model.delays.waiting.get(id)?.account === account) {
          agree(said === 'clob/24', `cancel of ${id}, which waits: ${log}`);
          return;
        }
        const rests = [...account.orders].some((order) => order.id === id);
        const isHeld = [...account.orders].some((o) => o.id === id && !model.mayGo(o));
        const ruled = isHeld ? 'clob/26' : 'done';
        agree(rests === (said === ruled), `cancel of ${id} ${intent.name}: ${log}`);
        if (isHeld) this.#tally.heldByAuctions++;
        if (rests && !isHeld) model.cancel(id!);
        return;
      }
      case 'cancelAll':
        agree(said === 'done', `a cancel of all was refused: ${log}`);
        this.#cancelAll(account, answered.answer!);
        return;
      case 'trigger':
        this.#waits({ ...plan, intent }, account, answered, quotes);
        return;
      case 'cancelTrigger': {
        const waits = model.triggers.waiting.get(intent.id)?.account === account;
        agree(waits === (said === 'done'), `cancel of trigger ${intent.id}: ${log}`);
        if (waits) model.triggers.cancel(intent.id);
        return;
      }
      case 'replace': {
        const answer =
          said === 'done' ? MsgReplaceOrderResponse.decode(answered.answer!) : undefined;
        const wanted = { ...intent, id: this.#idOf(account, intent) ?? 0n };
        replace(model, account, wanted, { said, answer }, quotes);
        if (said === 'done') this.#tally.replaced++;
        return;
      }
      case 'place': {
        const { answer } = answered;
        const outcome = answer === undefined ? undefined : MsgPlaceOrderResponse.decode(answer);
        this.placed({ ...plan, intent }, account, { said, outcome }, quotes);
      }
    }
  }

  /** Orders and triggers, which shall not bring an order back. */
  #cancelAll(account: Account, answer: Uint8Array): void {
    const { cancelled, triggers } = MsgCancelAllResponse.decode(answer);
    const waiting = this.#model.triggers.cancelAll(account);
    const orders = this.#model.cancelAll(account);
    const [told, own] = [`${cancelled} and ${triggers}`, `${orders} and ${waiting}`];
    agree(told === own, `a cancel of all took ${told}, by the rules ${own}`);
  }

  /** One trigger or a pair: none of them may be true already. */
  #waits(
    plan: Ordered<Intent & { kind: 'trigger' }>,
    account: Account,
    { said, answer }: Answered,
    quotes: Quotes,
  ): void {
    const { triggers } = this.#model;
    const { legs } = plan.intent;
    const isFull = triggers.of(account).length + legs.length > MAX_TRIGGERS;
    if (said === 'clob/22' || isFull) {
      agree(isFull && said === 'clob/22', `${account.id} has triggers enough: ${said}`);
      return;
    }
    const { feeds, auctions } = this.#model;
    const areTraded = legs.every(({ order: { series } }) => auctions.trades(series));
    agree(areTraded || said !== 'done', `triggers of ${account.id} in what does not trade`);
    if (!areTraded) return;
    const areLive = legs.every(({ isIndex, order: { series } }) =>
      isIndex ? feeds.isIndexFresh(series.underlyingId) : feeds.isPriceFresh(series),
    );
    agree(!areLive || said !== 'clob/6', `prices of triggers of ${account.id} are live`);
    if (!areLive) {
      agree(said !== 'done', `triggers of ${account.id} were taken without live prices`);
      return;
    }
    const met = legs.map((leg) => isMet({ ...leg, series: leg.order.series }, quotes));
    const isTrue = met.includes(true) || (met.includes(undefined) && said !== 'done');
    if (said === 'clob/20' || said === 'done') {
      agree(isTrue === (said === 'clob/20'), `triggers of ${account.id}: ${said}, ${met.join()}`);
    }
    if (answer === undefined) return;
    const { triggerIds } = MsgPlaceTriggerResponse.decode(answer);
    legs.forEach(({ order: intent, ...leg }, i) => {
      const id = triggerIds[i]!;
      const other = legs.length === 2 ? triggerIds[1 - i]! : null;
      const order = { ...plan, intent };
      const { series } = intent;
      triggers.waiting.set(id, { ...leg, id, account, series, order, other });
    });
  }

  /** Of an order that is named by its id or by its client's. */
  #idOf(
    account: Account,
    { id, name = '' }: { readonly id: bigint; readonly name?: string },
  ): bigint | undefined {
    if (name === '') return id;
    this.#tally.byName++;
    return this.#model.known.named(account, name)?.id;
  }

  /** An order of a message, or of a trigger that fired. */
  placed(
    plan: Ordered<PlaceIntent>,
    account: Account,
    { said, outcome }: Came,
    quotes: Quotes,
  ): void {
    const { intent } = plan;
    const terms = Buffer.from(messageOf(plan).value).toString('hex');
    const { name = '' } = intent;
    const earlier = this.#model.known.named(account, name);
    if (earlier !== undefined) {
      this.#again(earlier, terms, said, outcome);
      return;
    }
    agree(said !== 'clob/10', `nobody has the name ${name} of ${account.id}`);
    const asked = { ...newOrder(intent, account), name, terms };
    this.#came({ ...plan, intent }, asked, { said, outcome }, quotes);
  }

  /** One that has waited comes at its turn, whatever its name. */
  waited({ id, account, order }: Delayed, came: Came, quotes: Quotes): void {
    const plan = order as Ordered<PlaceIntent>;
    const { name = '' } = plan.intent;
    const asked = { ...newOrder(plan.intent, account), name, isWaited: true };
    this.#model.delays.waiting.delete(id);
    this.#model.known.waiting.delete(id);
    if (!this.#model.series.has(plan.intent.series.id)) this.#model.known.forget(id);
    this.#came(plan, asked, came, quotes);
    this.#tally.delayed++;
    if (came.outcome === undefined) this.#tally.delaysRefused++;
  }

  #came(
    plan: Ordered<PlaceIntent>,
    asked: NewOrder & { readonly isWaited?: boolean },
    { said, outcome }: Came,
    quotes: Quotes,
  ): void {
    const order = priced(this.#model, asked, quotes);
    const { series } = order;
    if (said === 'clob/2') {
      agree(!this.#model.auctions.takes(series), `${nameOf(order)}: it trades, and ${said}`);
      if (!quotes.trades(series) && series.expirySeconds * 1_000 > quotes.timeMs) {
        this.#tally.whileDisabled++;
      }
    } else if (said === 'clob/25') {
      const auction = this.#model.auctions.at(series);
      const isBarred = order.timeInForce !== 'gtc' || auction?.isClearing === true;
      agree(auction !== undefined && isBarred, `${nameOf(order)} may come to its auction`);
    } else if (said === 'clob/27') {
      const { delays } = this.#model;
      const isWaiting = delays.isOn && asked.isWaited !== true;
      const waits = isWaiting && wouldTake(this.#model, order, quotes);
      agree(waits && delays.isFull, `${nameOf(order)} may wait`);
      this.#tally.queueFull++;
    } else if (said === 'clob/6') {
      refusedForPrices(this.#model, order);
      this.#tally.withoutPrices++;
    } else if (said === 'margin/1' || said === 'margin/9')
      refusedForMargin(this.#model, order, quotes);
    else if (said === 'margin/8') judgeBidCash(order, quotes, false);
    if (order.volBp !== undefined && (outcome !== undefined || said === 'clob/3')) {
      const isNothing = order.priceUusd === 0n;
      agree(isNothing === (said === 'clob/3'), `${order.volBp} of ${nameOf(order)}: ${said}`);
    }
    if (outcome === undefined) return;
    if (order.volBp !== undefined) this.#tally.byVol++;
    const isDelaying = this.#model.delays.isOn && asked.isWaited !== true;
    const waits = isDelaying && wouldTake(this.#model, order, quotes);
    agree(waits === (outcome.delayed === true), `${nameOf(order)} waits by the rules: ${waits}`);
    if (waits) {
      this.#delay(plan, order, outcome, quotes);
      return;
    }
    if (order.isMarket === true && outcome.filled > 0n) this.#tally.market++;
    if (outcome.filled > 0n) this.#tally.trades++;
    judgeBidCash(order, quotes, true);
    place(this.#model, order, quotes, outcome);
  }

  /** It is judged as if it were placed, and reserves nothing. */
  #delay(
    plan: Ordered<PlaceIntent>,
    order: NewOrder,
    { orderId: id, filled, resting }: Outcome,
    quotes: Quotes,
  ): void {
    const model = this.#model;
    agree(filled + resting === 0n, `${nameOf(order)} waits, and trades or rests`);
    agree(!model.delays.isFull, `${nameOf(order)} waits, and too many do`);
    judgeBidCash(order, quotes, true);
    mayBePlaced(model, order, quotes);
    const { account, quantity, name = '', terms = '', intent } = order;
    const { height } = model;
    model.delays.waiting.set(id, { id, account, height, quantity, order: plan });
    model.known.waiting.add(id);
    model.known.came({ id, account, name, terms, intent, filled: 0n });
  }

  /** The message that placed an order does nothing more; another one may not have its name. */
  #again(earlier: KnownOrder, terms: string, said: string, told: Outcome | undefined): void {
    const { id, name, filled } = earlier;
    if (terms !== earlier.terms) {
      agree(said === 'clob/10', `${name} is order ${id}: ${said}`);
      this.#tally.namesTaken++;
      return;
    }
    agree(said === 'done', `${name} was sent again: ${said}`);
    const waits = this.#model.known.waiting.has(id);
    agree(waits === (told!.delayed === true), `${name} sent again waits by the rules: ${waits}`);
    const [left, right] = [told!, { orderId: id, filled, resting: leftOf(earlier) }].map(
      ({ orderId, filled: full, resting }) => `order ${orderId}: ${full} filled, ${resting} rest`,
    );
    agree(left === right, `${name} sent again is ${left}, by the rules ${right}`);
    this.#tally.sentAgain++;
  }
}

const newOrder = (intent: PlaceIntent, account: Account): NewOrder => ({
  ...{ postOnly: 'none', selfTrade: 'taker', goodTilSeconds: 0 },
  ...{ ...intent, account, intent },
});
