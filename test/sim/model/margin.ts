import { coverOf } from './covered.ts';
import { portfolioRisk } from './portfolio.ts';
import { pricesOf } from './lines.ts';
import { reserveOf } from './reserve.ts';
import {
  byExpiry,
  byUnderlying,
  chargeOf,
  contracts,
  requirement,
  TRADING_FEE,
  usd,
  worthOf,
} from './standard.ts';
import type { Account, Line, Mode, Order, Quotes, Series } from './types.ts';

/**
 * Margin by the rules of an account's mode, in USD, written from their text: no caches, no sorting
 * tricks, every candidate tried. Standard: venue §5 with ADR 040 and 041; portfolio: venue §6 with
 * ADR 042 and 063; covered: ADR 105.
 */
export interface Judgement {
  readonly cash: number;
  readonly initial: number;
  readonly maintenance: number;
  readonly markToMarket: number;
}

/** A change to judge before it happens; quantities in 1e-4 contracts. */
export interface Change {
  readonly cashUusd?: bigint;
  readonly position?: { readonly series: Series; readonly quantity: bigint };
  /** An order beside the others. */
  readonly order?: Pick<Order, 'series' | 'isBuy' | 'priceUusd'> & { readonly left: bigint };
  /** A resting order that is smaller by this. */
  readonly taken?: { readonly order: Order; readonly quantity: bigint };
}

export function judge(
  account: Account,
  quotes: Quotes,
  change: Change = {},
  mode: Mode = account.mode,
): Judgement {
  const lines = linesOf(account, quotes, change);
  const cash = usd(account.cashUusd + (change.cashUusd ?? 0n));
  const markToMarket = cash + lines.reduce((sum, l) => sum + l.held * worthOf(l), 0);
  if (mode === 'covered') {
    const { initialUusd, maintenanceUusd } = coverOf(account, quotes, change);
    return { cash, initial: usd(initialUusd), maintenance: usd(maintenanceUusd), markToMarket };
  }
  const quoted = account.groups.flatMap(({ quotes: own }) => own);
  // Scenarios around a volatility that is old say nothing.
  const isDoubtful = quoted.some(({ series }) => quotes.doubt(series) !== undefined);
  const rules = isDoubtful || areDoubtful(lines) ? 'standard' : mode;
  const { initial, maintenance } = requirementsOf(lines, quotes, rules);
  const reserved = reserveOf(account.groups, lines, quotes, rules);
  return {
    ...{ cash, markToMarket, maintenance: cash - maintenance },
    initial: cash - initial - reserved,
  };
}

export const areDoubtful = (lines: readonly Line[]): boolean =>
  lines.some(({ doubt }) => doubt !== undefined);

/** What lines need of cash: initial margin with their orders, maintenance without. */
export function requirementsOf(
  lines: readonly Line[],
  quotes: Quotes,
  mode: Mode,
): { readonly initial: number; readonly maintenance: number } {
  let [initial, maintenance] = [0, 0];
  if (mode === 'portfolio') {
    for (const expiries of byUnderlying(byExpiry(lines))) {
      const { underlyingId } = expiries[0]![0]!.series;
      const risk = portfolioRisk(expiries, quotes, underlyingId);
      const value = expiries.flat().reduce((sum, l) => sum + l.held * l.mark, 0);
      initial -= value + risk.initial;
      maintenance -= value + risk.maintenance;
    }
    return { initial, maintenance };
  }
  for (const expiry of byExpiry(lines)) {
    const index = quotes.index(expiry[0]!.series.underlyingId);
    initial += requirement(expiry, index, true);
    const charge = chargeOf(quotes, expiry[0]!.series.underlyingId);
    for (const { held, sells } of expiry) initial += Math.max(0, sells - held) * charge;
    const held = expiry.filter((l) => l.held !== 0).map(withoutOrders);
    maintenance += requirement(held, index, false);
  }
  return { initial, maintenance };
}

const NO_ORDERS = { buys: 0, highestBid: 0, sells: 0, lowestOffer: 0 };

const withoutOrders = (l: Line): Line => ({ ...l, ...NO_ORDERS });

/** What is held alone. */
export const heldLines = ({ positions }: Pick<Account, 'positions'>, quotes: Quotes): Line[] =>
  [...positions].map(([id, quantity]) => {
    const series = quotes.series(id);
    return { ...pricesOf(series, quotes), held: contracts(quantity), ...NO_ORDERS };
  });

function linesOf(account: Account, quotes: Quotes, change: Change): Line[] {
  const lines = new Map<bigint, Line>();
  const line = (series: Series): Line => {
    const empty = { ...pricesOf(series, quotes), held: 0, ...NO_ORDERS };
    const found = lines.get(series.id) ?? empty;
    lines.set(series.id, found);
    return found;
  };
  for (const [id, quantity] of account.positions) {
    line(quotes.series(id)).held += contracts(quantity);
  }
  const { position, order, taken } = change;
  if (position !== undefined) line(position.series).held += contracts(position.quantity);
  for (const resting of [...account.orders, ...(order === undefined ? [] : [order])]) {
    const gone = taken !== undefined && taken.order === resting ? taken.quantity : 0n;
    if (resting.left === gone) continue;
    const l = line(resting.series);
    const size = contracts(resting.left - gone);
    const fee = TRADING_FEE * quotes.index(resting.series.underlyingId);
    if (resting.isBuy) {
      l.buys += size;
      l.highestBid = Math.max(l.highestBid, usd(resting.priceUusd) + fee);
    } else {
      const nets = Math.max(usd(resting.priceUusd) - fee, 0);
      l.lowestOffer = l.sells === 0 ? nets : Math.min(l.lowestOffer, nets);
      l.sells += size;
    }
  }
  return [...lines.values()];
}

/** Rounding of the chain's integers and of doubles; verdicts closer than this may go either way. */
export const TOLERANCE_USD = 0.02;

/** Whether a trade may skip the initial margin (venue §5, the exemption). */
export function isExempt(before: Judgement, after: Judgement, fee: number, slack: number): boolean {
  return (
    after.maintenance >= before.maintenance - slack &&
    after.markToMarket >= before.markToMarket - fee - slack &&
    (after.cash >= 0 || after.cash >= before.cash)
  );
}
