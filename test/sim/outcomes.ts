import { agree } from './model/disagreement.ts';
import type { BlockEnd } from './model/liquidation.ts';
import type { Model } from './model/model.ts';
import type { Outcome } from './model/newOrder.ts';
import type { OrderActions } from './orderActions.ts';
import type { Tally } from './tally.ts';
import type { Said } from './told.ts';

const isOfDelayed =
  ({ delays }: Model, height: number) =>
  ({ type, of }: Said): boolean => {
    if (type !== 'order_placed' && type !== 'order_refused') return false;
    return delays.due(height).some(({ id }) => String(id) === of('order_id'));
  };

/** Where what the end of a block says of takers that waited begins. */
export function firstOfDelayed(model: Model, said: readonly Said[], height: number): number {
  const found = said.findIndex(isOfDelayed(model, height));
  return found === -1 ? said.length : found;
}

/**
 * Takers that waited have their turn, as the model draws it.
 *
 * @param said from the first of them to the first trigger
 */
export function runDelayed(
  model: Model,
  orders: OrderActions,
  said: readonly Said[],
  { quotes, height }: BlockEnd,
  tally: Tally,
): void {
  const isFirst = isOfDelayed(model, height);
  const parts: [Said, ...Said[]][] = [];
  for (const each of said) {
    const last = parts.at(-1);
    if (isFirst(each)) parts.push([each]);
    else last?.push(each);
  }
  const turns = model.delays.turns(height, model.hash);
  tally.delayedAgain += model.delays.due(height).length - turns.length;
  const told = parts.map(([{ of }]) => of('order_id'));
  const own = turns.map(({ id }) => String(id));
  agree(
    told.join() === own.join(),
    `takers that waited: ${told.join()}, by the rules ${own.join()}`,
  );
  turns.forEach((delayed, i) => {
    const [first] = parts[i]!;
    const isRefused = first.type === 'order_refused';
    const refusal = `${first.of('codespace')}/${first.of('code')}`;
    const outcome = isRefused ? undefined : outcomeOf(parts[i]!);
    orders.waited(delayed, { said: isRefused ? refusal : 'done', outcome }, quotes);
  });
}

/** What an order came to, from its events: what no trade or cancel takes of it rests. */
export function outcomeOf(events: readonly Said[]): Outcome | undefined {
  const placed = events.find(({ type }) => type === 'order_placed');
  const waits = events.find(({ type }) => type === 'order_delayed');
  if (waits !== undefined) {
    const orderId = BigInt(waits.of('order_id'));
    return { orderId, filled: 0n, resting: 0n, delayed: true };
  }
  if (placed === undefined) return undefined;
  const orderId = placed.of('order_id');
  const sum = (type: string, key: string) =>
    events
      .filter((each) => each.type === type && each.of(key) === orderId)
      .reduce((all, { of }) => all + BigInt(of('quantity')), 0n);
  const filled = sum('trade', 'taker_order_id');
  const gone = sum('order_cancelled', 'order_id');
  return {
    ...{ orderId: BigInt(orderId), filled },
    resting: BigInt(placed.of('quantity')) - filled - gone,
  };
}
