import { absolute, ceilOf } from './types.ts';
import type { Account, Series } from './types.ts';

/** A position after a fill, with what it cost at average price: what closes takes its share. */
export function move(
  { positions, costs }: Account,
  { id }: Series,
  change: bigint,
  receivedUusd: bigint,
): void {
  const before = positions.get(id) ?? 0n;
  const [cost, held] = [costs.get(id) ?? 0n, before + change];
  const isGrowing = before === 0n || before > 0n === change > 0n;
  if (held === 0n) {
    positions.delete(id);
    costs.delete(id);
    return;
  }
  positions.set(id, held);
  if (isGrowing) costs.set(id, cost - receivedUusd);
  else if (held > 0n === before > 0n) {
    costs.set(id, ceilOf(cost * absolute(held), absolute(before)));
  } else costs.set(id, ceilOf(-receivedUusd * absolute(held), absolute(change)));
}
