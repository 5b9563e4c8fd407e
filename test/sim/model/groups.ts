import { judge, TOLERANCE_USD } from './margin.ts';
import { bidsCost } from './bidsCost.ts';
import { mayFill, remove, verdictOf } from './matching.ts';
import type { Book, Verdict } from './matching.ts';
import { UNITS } from './types.ts';
import type { Account, Group, GroupFill, Order, Quotes, Series } from './types.ts';

/** A window is kept in parts: it is a fifteenth longer at most than was asked for. */
const PARTS = 15;

const slotOf = ({ windowMs }: Group, timeMs: number): number =>
  Math.floor(timeMs / Math.ceil(windowMs / PARTS));

const NOTHING = { quantity: 0n, delta: 0, vegaUusd: 0 };

/** What has filled of a group in its window. */
export function filledOf(group: Group, timeMs: number): Omit<GroupFill, 'timeMs'> {
  const now = slotOf(group, timeMs);
  return group.fills
    .filter((fill) => slotOf(group, fill.timeMs) + PARTS >= now)
    .reduce(
      (sum, { quantity, delta, vegaUusd }) => ({
        quantity: sum.quantity + quantity,
        delta: sum.delta + delta,
        vegaUusd: sum.vegaUusd + vegaUusd,
      }),
      NOTHING,
    );
}

/** What may still fill: Q + m − 1 less what filled. */
export function budgetOf({ limit, maxQuote }: Group, filled: bigint): bigint {
  const left = limit + maxQuote - 1n - filled;
  return left > 0n ? left : 0n;
}

/** Whether what has filled brought a group to one of its limits; doubles are summed. */
export function isAtLimit(group: Group, timeMs: number): boolean {
  const { quantity, delta, vegaUusd } = filledOf(group, timeMs);
  if (quantity >= group.limit) return true;
  if (group.deltaLimit > 0n && Math.abs(delta) >= Number(group.deltaLimit)) return true;
  return group.vegaLimitUusd > 0n && Math.abs(vegaUusd) >= Number(group.vegaLimitUusd);
}

/** An account with another state of one of its groups. */
const withGroup = (account: Account, group: Group, changed: Partial<Group>): Account => ({
  ...account,
  groups: account.groups.map((other) => (other === group ? { ...group, ...changed } : other)),
});

/** Whether an account keeps its margin and its cash with all that is reserved. */
export function keeps(account: Account, quotes: Quotes, withBids: boolean): Verdict {
  const { initial } = judge(account, quotes);
  const cash = withBids ? bidsCost(account, quotes) : 0n;
  if (account.cashUusd < cash) return 'no';
  return verdictOf(initial >= TOLERANCE_USD, initial >= -TOLERANCE_USD);
}

/** What becomes of a group with a fill of its quote: it goes on, or holds only without the rest. */
export function judgeQuote(
  quotes: Quotes,
  quote: Order,
  quantity: bigint,
  feeUusd: bigint,
  priceUusd: bigint,
): { readonly keep: Verdict; readonly alone: Verdict } {
  const { account, series, isBuy } = quote;
  const group = quote.group!;
  const left = quote.left - quantity;
  const others = group.quotes.filter((other) => other !== quote);
  const after = withGroup(account, group, {
    budget: group.budget > quantity ? group.budget - quantity : 0n,
    quotes: left === 0n ? others : [...others, { ...quote, left }],
  });
  const premium = (priceUusd * quantity) / UNITS;
  const cashUusd = (isBuy ? -premium : premium) - feeUusd;
  const position = { series, quantity: isBuy ? quantity : -quantity };
  const { initial, cash } = judge(after, quotes, { cashUusd, position });
  const at = (slack: number) => initial >= slack && cash >= 0;
  const side = { series, isBuy, priceUusd, quantity, isMaker: true };
  return {
    keep: verdictOf(at(TOLERANCE_USD), at(-TOLERANCE_USD)),
    alone: mayFill(quotes, withGroup(account, group, { quotes: [] }), side),
  };
}

/** Counts a fill that has happened, in whole units as the chain does. */
export function addFill(group: Group, quote: Order, quantity: bigint, quotes: Quotes): void {
  const { delta, vega } = quotes.greeks(quote.series);
  const signed = Number(quote.isBuy ? quantity : -quantity);
  group.budget = group.budget > quantity ? group.budget - quantity : 0n;
  group.fills.push({
    ...{ timeMs: quotes.timeMs, quantity },
    ...{ delta: Math.round(signed * delta), vegaUusd: Math.round(signed * vega) },
  });
}

export const isFrozen = ({ frozenUntilMs }: Group, timeMs: number): boolean =>
  frozenUntilMs > timeMs;

/** How far sums of rounded doubles may be apart. */
export const areNear = (a: number, b: bigint): boolean =>
  Math.abs(a - Number(b)) <= 3 + Math.abs(a) * 1e-4;

export const ofName = (account: Account, name: string): Group | undefined =>
  account.groups.find((group) => group.name === name);

type BookOf = (series: Series) => Book;

/** Takes quotes of a group back. Returns how many. */
export function pull(
  bookOf: BookOf,
  group: Group,
  mayGo: (quote: Order) => boolean = () => true,
): number {
  const quotes = group.quotes.filter(mayGo);
  for (const quote of quotes) remove(bookOf(quote.series), quote);
  return quotes.length;
}

/** @param freezeMs 0: until it is reset */
export function freeze(
  bookOf: BookOf,
  group: Group,
  timeMs: number,
  freezeMs: number,
  mayGo?: (quote: Order) => boolean,
): number {
  group.frozenUntilMs = freezeMs === 0 ? Number.MAX_SAFE_INTEGER : timeMs + freezeMs;
  return pull(bookOf, group, mayGo);
}

/**
 * After a match in which a group was filled, or found to lack margin: at a limit it is pulled, and
 * so it is when its budget covers no more than a part of a quote and margin fills it up no more.
 */
export function settle(bookOf: BookOf, group: Group, lacksMargin: boolean, quotes: Quotes): void {
  const { timeMs } = quotes;
  if (!isAtLimit(group, timeMs) && !lacksMargin) {
    const { budget } = group;
    if (budget >= group.maxQuote) return;
    group.budget = budgetOf(group, filledOf(group, timeMs).quantity);
    if (group.quotes.length === 0 || keeps(group.account, quotes, false) !== 'no') return;
    group.budget = budget;
  }
  freeze(bookOf, group, timeMs, group.freezeMs);
}
