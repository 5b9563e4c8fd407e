import type {
  GenesisQuote,
  QuoteGroup,
  QuotesGenesis,
} from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { groups, nextGroupId, switches } from './state.ts';

/** What is wrong with the groups of a genesis, or null. */
export function wrongQuotes({ groups: given, nextGroupId: next }: QuotesGenesis): string | null {
  const ids = new Set<bigint>();
  const names = new Set<string>();
  for (const group of given) {
    const { id, subaccountId, name } = group;
    if (id === 0n || id >= next) return `quote group ${id}: ids are below next_group_id`;
    if (ids.has(id) || names.has(`${subaccountId}/${name}`)) return `quote group ${id}: twice`;
    ids.add(id);
    names.add(`${subaccountId}/${name}`);
    if (!areLimits(group)) return `quote group ${id}: its limits`;
  }
  return null;
}

const areLimits = ({ quantityLimit, maxQuote, windowMs }: QuoteGroup): boolean =>
  maxQuote > 0n && maxQuote <= quantityLimit && windowMs > 0;

/** What is wrong with a quote in a book of a genesis, or null. */
export function wrongRestingQuote(
  id: bigint,
  remaining: bigint,
  { groupId }: GenesisQuote,
  { groups: given }: QuotesGenesis,
): string | null {
  const group = given.find((one) => one.id === groupId);
  if (group === undefined) return `order ${id}: it is of no quote group`;
  return remaining === 0n || remaining > group.maxQuote ? `order ${id}: remaining` : null;
}

export function importQuotes(ctx: Ctx, given: QuotesGenesis): void {
  for (const group of given.groups) groups.set(ctx, group.id, group);
  for (const entry of given.switches) switches.set(ctx, entry.subaccountId, entry);
  nextGroupId.set(ctx, given.nextGroupId);
}

export const exportQuotes = (view: View): QuotesGenesis => ({
  groups: [...groups.entries(view)].map(([, group]) => group),
  nextGroupId: nextGroupId.must(view),
  switches: [...switches.entries(view)].map(([, entry]) => entry),
});
