import { standingOf } from './standing.ts';
import type { Standing } from './standing.ts';
import { ceilOf, UNITS } from './types.ts';
import type { Account, Quotes, Series } from './types.ts';

type IsFresh = (series: Series) => boolean;

/** What of an account can be judged at the prices that are live: it is no better than this. */
export interface JudgedNow {
  readonly account: Account;
  readonly isPartial: boolean;
}

export interface StandingNow extends Standing {
  /** What it can be acted on for. */
  readonly positions: Account['positions'];
  readonly isPartial: boolean;
}

const expiryOf = ({ underlyingId, expirySeconds }: Series) => `${underlyingId}/${expirySeconds}`;

/**
 * Positions without live prices are left out and need nothing: of a standard account their expiry,
 * where something is short; of a portfolio their underlying, and what is long there counts as the
 * most that it can be worth. Undefined where that is not known, as of a call without its forward.
 */
export function judgedNow(
  account: Account,
  quotes: Quotes,
  isFresh: IsFresh,
): JudgedNow | undefined {
  const isPortfolio = account.mode === 'portfolio';
  const nameOf = (series: Series) => (isPortfolio ? String(series.underlyingId) : expiryOf(series));
  const held = [...account.positions].map(([id, quantity]) => ({
    ...{ id, quantity, series: quotes.series(id) },
  }));
  const unknown = new Set(
    held
      .filter(({ quantity, series }) => (isPortfolio || quantity < 0n) && !isFresh(series))
      .map(({ series }) => nameOf(series)),
  );
  const bare = { ...account, orders: new Set<never>(), groups: [] };
  if (unknown.size === 0) return { account: bare, isPartial: false };
  const without = held.filter(({ series }) => unknown.has(nameOf(series)));
  const kept = held.filter(({ series }) => !unknown.has(nameOf(series)));
  let { cashUusd } = account;
  for (const { series, quantity } of isPortfolio ? without : []) {
    if (quantity <= 0n) continue;
    if (series.isCall) return undefined;
    cashUusd += ceilOf(quantity * series.strikeUusd, UNITS);
  }
  const positions = new Map(kept.map(({ id, quantity }) => [id, quantity]));
  return { account: { ...bare, cashUusd, positions }, isPartial: true };
}

export function standingNow(
  account: Account,
  quotes: Quotes,
  isFresh: IsFresh,
): StandingNow | undefined {
  const now = judgedNow(account, quotes, isFresh);
  if (now === undefined) return undefined;
  const { positions } = now.account;
  return { ...standingOf(now.account, quotes), positions, isPartial: now.isPartial };
}
