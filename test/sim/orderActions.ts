import { MsgPlaceOrderResponse, MsgReplaceOrderResponse } from '../../proto/gen/tenor.clob.v1.ts';
import { messageOf } from './intents.ts';
import type { Action, PlaceIntent, Plan } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { leftOf } from './model/known.ts';
import type { KnownOrder } from './model/known.ts';
import type { Model } from './model/model.ts';
import type { NewOrder } from './model/newOrder.ts';
import { priced, replace } from './model/placing.ts';
import { judgeBidCash } from './model/requests.ts';
import type { Account, Quotes } from './model/types.ts';
import type { Tally } from './tally.ts';

/** What the chain answered to a message or an action of a batch. */
export interface Answered {
  /** `done`, or the code of a refusal. */
  readonly said: string;
  readonly log: string;
  readonly answer: Uint8Array | undefined;
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
        const rests = [...account.orders].some((order) => order.id === id);
        agree(rests === (said === 'done'), `cancel of ${id} ${intent.name}: ${log}`);
        if (rests) model.cancel(id!);
        return;
      }
      case 'cancelAll':
        if (said === 'done') model.cancelAll(account);
        return;
      case 'replace': {
        const answer =
          said === 'done' ? MsgReplaceOrderResponse.decode(answered.answer!) : undefined;
        const wanted = { ...intent, id: this.#idOf(account, intent) ?? 0n };
        replace(model, account, wanted, { said, answer }, quotes);
        if (said === 'done') this.#tally.replaced++;
        return;
      }
      case 'place':
        this.#placed({ ...plan, intent }, account, answered, quotes);
    }
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

  #placed(
    plan: Ordered<PlaceIntent>,
    account: Account,
    { said, answer }: Answered,
    quotes: Quotes,
  ): void {
    const { intent } = plan;
    const terms = Buffer.from(messageOf(plan).value).toString('hex');
    const { name = '' } = intent;
    const earlier = name === '' ? undefined : this.#model.known.named(account, name);
    if (earlier !== undefined) {
      this.#again(earlier, terms, said, answer);
      return;
    }
    agree(said !== 'clob/10', `nobody has the name ${name} of ${account.id}`);
    const asked = { ...newOrder(intent, account), name, terms };
    const order = priced(this.#model, asked, quotes);
    if (said === 'margin/1' || said === 'margin/9') this.#model.refusedForMargin(order, quotes);
    else if (said === 'margin/8') judgeBidCash(order, quotes, false);
    if (answer === undefined) return;
    const outcome = MsgPlaceOrderResponse.decode(answer);
    if (order.isMarket === true && outcome.filled > 0n) this.#tally.market++;
    if (outcome.filled > 0n) this.#tally.trades++;
    judgeBidCash(order, quotes, true);
    this.#model.place(order, quotes, outcome);
  }

  /** The message that placed an order does nothing more; another one may not have its name. */
  #again(earlier: KnownOrder, terms: string, said: string, answer: Uint8Array | undefined): void {
    const { id, name, filled } = earlier;
    if (terms !== earlier.terms) {
      agree(said === 'clob/10', `${name} is order ${id}: ${said}`);
      this.#tally.namesTaken++;
      return;
    }
    agree(said === 'done', `${name} was sent again: ${said}`);
    const told = MsgPlaceOrderResponse.decode(answer!);
    const [left, right] = [told, { orderId: id, filled, resting: leftOf(earlier) }].map(
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
