import type { Random } from '../crash/random.ts';
import type { GroupIntent, Intent } from './intents.ts';
import { besides, onTick } from './model/ticks.ts';
import type { Account, Group, Quotes, Series } from './model/types.ts';
import type { TwoSided } from './model/massQuote.ts';

const lotOf = (underlyingId: number): bigint => (underlyingId === 1 ? 100n : 1_000n);

/** Makes groups, quotes with them, and now and then freezes, resets, sizes or pulls one. */
export function quoting(
  random: Random,
  account: Account,
  quotes: Quotes,
  listed: readonly Series[],
): Intent {
  const groups = account.groups.filter(({ underlyingId }) =>
    listed.some((series) => series.underlyingId === underlyingId),
  );
  if (groups.length === 0 || random.below(12) === 0) return sized(random, listed);
  const group = random.pick(groups);
  const dice = random.below(20);
  if (dice === 0) return { kind: 'cancelQuotes', group: random.below(2) === 0 ? '' : group.name };
  if (dice === 1)
    return { kind: 'freezeGroup', group: group.name, durationMs: random.below(900_000) };
  if (dice === 2) return { kind: 'resetGroup', group: group.name };
  return massQuote(random, group, quotes, listed);
}

function sized(random: Random, listed: readonly Series[]): GroupIntent {
  const { underlyingId } = random.pick(listed);
  const lots = BigInt(2 + random.below(25));
  const limit = lots * lotOf(underlyingId);
  return {
    ...{ kind: 'group', group: `g${random.below(3)}`, underlyingId, limit },
    maxQuote: lotOf(underlyingId) * (1n + (lots * BigInt(random.below(100))) / 100n),
    deltaLimit: random.below(3) === 0 ? limit / 3n : 0n,
    vegaLimitUusd: random.below(4) === 0 ? limit * 40n : 0n,
    windowMs: 1 + random.below(3_600_000),
    freezeMs: random.below(4) === 0 ? 0 : random.below(1_200_000),
  };
}

/** One to five series, mostly on two sides about the mark. */
function massQuote(
  random: Random,
  { name, underlyingId, maxQuote }: Group,
  quotes: Quotes,
  listed: readonly Series[],
): Intent {
  const own = listed.filter((series) => series.underlyingId === underlyingId);
  const from = random.below(own.length);
  const count = 1 + random.below(Math.min(own.length, 5));
  const chosen = [...own.slice(from), ...own.slice(0, from)].slice(0, count);
  const lot = lotOf(underlyingId);
  const size = () => lot * (1n + BigInt(random.below(Number(maxQuote / lot))));
  const some = chosen.map((series): TwoSided => {
    const middle = quotes.mark(series) * (1 + (random.below(101) - 50) / 1_000);
    const half = middle * (random.below(80) / 1_000);
    const bid = onTick(underlyingId, middle - half);
    const above = onTick(underlyingId, middle + half);
    const ask = above > bid ? above : besides(underlyingId, false, bid);
    const dice = random.below(12);
    const none = { priceUusd: 0n, quantity: 0n };
    return {
      series,
      ...(dice === 0 ? {} : { bid: dice < 3 ? none : { priceUusd: bid, quantity: size() } }),
      ...(dice === 11 ? {} : { ask: dice > 8 ? none : { priceUusd: ask, quantity: size() } }),
    };
  });
  return { kind: 'massQuote', group: name, quotes: some };
}
