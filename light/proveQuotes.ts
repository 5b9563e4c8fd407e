import { records } from '../app/lib/records.ts';
import { BUY, SELL, groupOfTag } from '../app/modules/clob/core/index.ts';
import type { Book } from '../app/modules/clob/core/index.ts';
import { CENT_UUSD } from '../app/modules/options/core/index.ts';
import { lie, must } from './errors.ts';
import type { ProvedReader } from './provedReader.ts';
import { addResting } from './proveOrders.ts';
import type { OrderProofs, Resting } from './proveOrders.ts';

/** A group of quotes that rest. */
export interface ProvedGroup {
  readonly id: bigint;
  readonly underlyingId: number;
  /** The most that can fill of it, 1e-4 contracts. */
  readonly quantity: bigint;
  /** By series. */
  readonly quotes: ReadonlyMap<bigint, Resting>;
}

interface Counted {
  count: number;
  quantity: bigint;
  readonly quotes: Map<bigint, Resting>;
}

/**
 * All groups of quotes of an account that have any in the books, by id: a proved record says how
 * many each has, and every book that the node names is proved whole.
 *
 * @param seriesIds what it quotes, as the node says
 * @throws LightError a lie, where a quote is left out or made up
 */
export async function proveQuotes(
  reader: ProvedReader,
  proofs: OrderProofs,
  accountId: bigint,
  seriesIds: readonly bigint[],
): Promise<ProvedGroup[]> {
  const told = (await reader.get(records.quotingGroups, accountId))?.groups ?? [];
  const found = new Map<bigint, Counted>();
  for (const { groupId } of told) found.set(groupId, { count: 0, quantity: 0n, quotes: new Map() });
  for (const seriesId of new Set(seriesIds)) {
    const added = told.length === 0 ? 0 : addQuotes(found, seriesId, await proofs.book(seriesId));
    if (added === 0) throw lie(`account ${accountId} has no quotes in series ${seriesId}`);
  }
  const groups: ProvedGroup[] = [];
  for (const { groupId: id, quotes } of told) {
    const counted = found.get(id)!;
    must(counted.count === quotes, `group ${id} has ${quotes} quotes, not ${counted.count}`);
    const group = await reader.get(records.quoteGroups, id);
    if (group?.subaccountId !== accountId) throw lie(`group ${id} is not of account ${accountId}`);
    const { underlyingId, budget } = group;
    const quantity = budget < counted.quantity ? budget : counted.quantity;
    groups.push({ id, underlyingId, quantity, quotes: counted.quotes });
  }
  return groups;
}

/** The quotes of these groups in a book. Returns how many. */
function addQuotes(found: ReadonlyMap<bigint, Counted>, seriesId: bigint, book: Book): number {
  let added = 0;
  for (const side of [BUY, SELL] as const) {
    book.orders(side, ({ tag, size, price }) => {
      const group = found.get(groupOfTag(tag) ?? 0n);
      if (group === undefined) return;
      const remaining = BigInt(size);
      const priceUusd = BigInt(price) * CENT_UUSD;
      addResting(group.quotes, seriesId, { isBuy: side === BUY, priceUusd, remaining });
      group.quantity += remaining;
      group.count++;
      added++;
    });
  }
  return added;
}
