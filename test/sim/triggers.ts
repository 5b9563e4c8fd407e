import type { PlaceIntent, Plan } from './intents.ts';
import { agree } from './model/disagreement.ts';
import { leftOf } from './model/known.ts';
import type { BlockEnd } from './model/liquidation.ts';
import type { Model } from './model/model.ts';
import { isMet } from './model/triggers.ts';
import type { Trigger } from './model/triggers.ts';
import type { Quotes } from './model/types.ts';
import type { OrderActions } from './orderActions.ts';
import type { Tally } from './tally.ts';
import type { Said } from './told.ts';
import { outcomeOf } from './outcomes.ts';

/** What fires: the order of a trigger, as its owner sent it. */
export type Waiting = Omit<Plan, 'intent'> & { readonly intent: PlaceIntent };

/** Triggers fire after liquidations, each placing its order as anybody's (ADR 112). */
export class Firing {
  readonly #model: Model;
  readonly #orders: OrderActions;
  readonly #tally: Tally;

  constructor(model: Model, orders: OrderActions, tally: Tally) {
    this.#model = model;
    this.#orders = orders;
    this.#tally = tally;
  }

  /** @param said all from the first trigger of the block on, each before what its order did */
  follow(said: readonly Said[], { quotes, isPriceFresh }: BlockEnd): void {
    const parts: (readonly [Said, ...Said[]])[] = [];
    for (const each of said) {
      const last = parts.at(-1);
      if (each.type === 'trigger_fired') parts.push([each]);
      else if (last !== undefined) parts[parts.length - 1] = [...last, each];
    }
    const told = new Set(parts.map(([{ of }]) => of('trigger_id')));
    const due = this.#model.triggers.fire((trigger) => {
      const { series } = trigger;
      const isFresh = isPriceFresh(series) && this.#model.auctions.takes(series);
      // Stops of an auction wait for its end.
      if (this.#model.auctions.at(series) !== undefined) return false;
      return isFresh && (isMet(trigger, quotes) ?? told.has(String(trigger.id)));
    });
    for (const { trigger, taken } of due) {
      const part = parts.shift();
      const id = part?.[0].of('trigger_id');
      agree(id === String(trigger.id), `trigger ${trigger.id} fires, and not ${id}`);
      this.#tally.triggersFired++;
      if (taken !== undefined) this.#tally.pairsFired++;
      this.#placed(trigger, part!.slice(1), quotes);
    }
    agree(parts.length === 0, `trigger ${parts[0]?.[0].of('trigger_id')} is not due`);
  }

  #placed({ account, order }: Trigger, events: readonly Said[], quotes: Quotes): void {
    const refused = events.find(({ type }) => type === 'trigger_refused');
    const said =
      refused === undefined ? 'done' : `${refused.of('codespace')}/${refused.of('code')}`;
    if (refused !== undefined) this.#tally.triggersRefused++;
    const plan = order as Waiting;
    const earlier = this.#model.known.named(account, plan.intent.name ?? '');
    const again = earlier && {
      ...{ orderId: earlier.id, filled: earlier.filled, resting: leftOf(earlier) },
      delayed: this.#model.known.waiting.has(earlier.id),
    };
    const outcome = refused === undefined ? (outcomeOf(events) ?? again) : undefined;
    this.#orders.placed(plan, account, { said, outcome }, quotes);
  }
}
