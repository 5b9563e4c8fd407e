import { coverOf } from './covered.ts';
import { portfolioRisk } from './portfolio.ts';
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

const RATES = {
  initial: { otm: 0.15, floor: 0.13, freeCall: 1.2 },
  maintenance: { share: 0.09, freeCall: 1.1 },
};
const SETTLEMENT_FEE = 0.00015;
/** What a fill may cost beside its limit: the taker's fee, without its cap. */
const TRADING_FEE = 0.0003;
const FEE_CAP = 0.125;
/** Of a contract. */
const UNITS = 1e4;

const usd = (uusd: bigint) => Number(uusd) / 1e6;
const contracts = (units: bigint) => Number(units) / UNITS;
const strikeOf = (s: Series) => usd(s.strikeUusd);
const payoff = (s: Series, x: number) => Math.max(s.isCall ? x - strikeOf(s) : strikeOf(s) - x, 0);

export function judge(
  account: Account,
  quotes: Quotes,
  change: Change = {},
  mode: Mode = account.mode,
): Judgement {
  const lines = linesOf(account, quotes, change);
  const cash = usd(account.cashUusd + (change.cashUusd ?? 0n));
  const markToMarket = cash + lines.reduce((sum, l) => sum + l.held * l.mark, 0);
  if (mode === 'covered') {
    const { initialUusd, maintenanceUusd } = coverOf(account, quotes, change);
    return { cash, initial: usd(initialUusd), maintenance: usd(maintenanceUusd), markToMarket };
  }
  const { initial, maintenance } = requirementsOf(lines, quotes, mode);
  return { cash, initial: cash - initial, maintenance: cash - maintenance, markToMarket };
}

/** What lines need of cash: initial margin with their orders, maintenance without. */
export function requirementsOf(
  lines: readonly Line[],
  quotes: Quotes,
  mode: Mode,
): { readonly initial: number; readonly maintenance: number } {
  let [initial, maintenance] = [0, 0];
  if (mode === 'portfolio') {
    for (const expiries of byUnderlying(byExpiry(lines))) {
      const risk = portfolioRisk(expiries, quotes);
      const value = expiries.flat().reduce((sum, l) => sum + l.held * l.mark, 0);
      initial -= value + risk.initial;
      maintenance -= value + risk.maintenance;
    }
    return { initial, maintenance };
  }
  for (const expiry of byExpiry(lines)) {
    const index = quotes.index(expiry[0]!.series.underlyingId);
    initial += requirement(expiry, index, true);
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
    return { series, mark: quotes.mark(series), held: contracts(quantity), ...NO_ORDERS };
  });

function linesOf(account: Account, quotes: Quotes, change: Change): Line[] {
  const lines = new Map<bigint, Line>();
  const line = (series: Series): Line => {
    const empty = { series, mark: quotes.mark(series), held: 0, ...NO_ORDERS };
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

export function byExpiry(lines: readonly Line[]): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const { underlyingId, expirySeconds } = line.series;
    const key = `${underlyingId}/${expirySeconds}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return [...groups.values()];
}

/** Expiries of one underlying beside one another. */
export const byUnderlying = (expiries: readonly Line[][]): Line[][][] =>
  [...new Set(expiries.map((lines) => lines[0]!.series.underlyingId))].map((id) =>
    expiries.filter((lines) => lines[0]!.series.underlyingId === id),
  );

/** The cheaper of leg by leg and the maximum loss. */
function requirement(lines: readonly Line[], index: number, isInitial: boolean): number {
  if (lines.length === 0) return 0;
  return Math.min(byLeg(lines, index, isInitial), maximumLoss(lines, index, isInitial));
}

function perShort(series: Series, mark: number, index: number, isInitial: boolean): number {
  const strike = strikeOf(series);
  const outOfMoney = Math.max(series.isCall ? strike - index : index - strike, 0);
  const { otm, floor } = RATES.initial;
  const { share } = RATES.maintenance;
  const base = Math.max(otm - outOfMoney / index, floor) * index + mark;
  if (series.isCall) return isInitial ? base : share * index + mark;
  const maintenance = Math.max(share * index, share * mark) + mark;
  return Math.min(isInitial ? Math.max(base, 1.05 * maintenance) : maintenance, strike);
}

function byLeg(lines: readonly Line[], index: number, isInitial: boolean): number {
  return lines.reduce((sum, { series, mark, held, buys, highestBid, sells }) => {
    const each = perShort(series, mark, index, isInitial);
    const short = (quantity: number) => Math.max(-quantity, 0) * each;
    return sum + Math.max(short(held - sells), buys * highestBid + short(held + buys));
  }, 0);
}

/** Loss of a quantity of an option at a settlement, its fee included. */
function lossAt(series: Series, quantity: number, x: number, index: number): number {
  const pays = payoff(series, x);
  const fee = series.isDaily ? 0 : Math.min(SETTLEMENT_FEE * index, FEE_CAP * pays);
  return -quantity * pays + Math.abs(quantity) * fee;
}

function maximumLoss(lines: readonly Line[], index: number, isInitial: boolean): number {
  const forward = index;
  const each = (isInitial ? RATES.initial : RATES.maintenance).freeCall * forward;
  const calls = lines.filter((l) => l.series.isCall);
  const naked = Math.max(0, -calls.reduce((sum, l) => sum + l.held - l.sells, 0));
  const shorts = lines.filter((l) => l.held - l.sells < 0).map((l) => strikeOf(l.series));
  const from = Math.max(forward, ...shorts);
  const premiums = lines.reduce((sum, l) => sum + l.buys * l.highestBid, 0);
  const points = [0, from, ...lines.map((l) => strikeOf(l.series))];
  for (const { series } of lines) {
    const kink = (SETTLEMENT_FEE * index) / FEE_CAP;
    points.push(Math.max(strikeOf(series) + (series.isCall ? kink : -kink), 0));
  }
  points.push(Math.max(...points) * 2 + 1e6);
  const loss = (x: number) =>
    lines.reduce((sum, { series, held, buys, highestBid, sells }) => {
      const selling = lossAt(series, held - sells, x, index);
      const buying = buys * highestBid + lossAt(series, held + buys, x, index);
      return sum + Math.max(selling, buying);
    }, 0);
  const losses = points.map((x) => [x, loss(x)] as const);
  const cost = (m: number) => {
    const worst = losses.map(([x, l]) => l - m * Math.max(x - from, 0));
    return m * each + Math.max(0, premiums, ...worst);
  };
  // Convex in the number of free calls, which is found by narrowing down to a whole unit.
  const all = lines.reduce((sum, l) => sum + Math.abs(l.held) + l.buys + l.sells, 0);
  let [low, high] = [naked, naked + all];
  for (let i = 0; i < 100; i++) {
    const [a, b] = [low + (high - low) / 3, high - (high - low) / 3];
    if (cost(a) <= cost(b)) high = b;
    else low = a;
  }
  const unit = Math.floor(((low + high) / 2) * UNITS);
  return Math.min(...[unit, unit + 1].map((m) => cost(Math.max(m / UNITS, naked))), cost(naked));
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
