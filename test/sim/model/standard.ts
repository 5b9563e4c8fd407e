import { normal } from './prices.ts';
import type { Line, Quotes, Series } from './types.ts';

/** Requirements of the standard rules, in USD: venue §5 with ADR 040 and 041. */
export const RATES = {
  initial: { otm: 0.15, floor: 0.13, freeCall: 1.2 },
  maintenance: { share: 0.09, freeCall: 1.1 },
};
export const SETTLEMENT_FEE = 0.00015;
/** What a fill may cost beside its limit: the taker's fee, without its cap. */
export const TRADING_FEE = 0.0003;
const FEE_CAP = 0.125;
/** Of a contract. */
const UNITS = 1e4;

export const usd = (uusd: bigint) => Number(uusd) / 1e6;
export const contracts = (units: bigint) => Number(units) / UNITS;
const strikeOf = (s: Series) => usd(s.strikeUusd);
const payoff = (s: Series, x: number) => Math.max(s.isCall ? x - strikeOf(s) : strikeOf(s) - x, 0);

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
export function requirement(lines: readonly Line[], index: number, isInitial: boolean): number {
  if (lines.length === 0) return 0;
  return Math.min(byLeg(lines, index, isInitial), maximumLoss(lines, index, isInitial));
}

/** Both ways to need initial margin; of the loss with free calls at a strike or higher. */
export const methodsOf = (
  lines: readonly Line[],
  index: number,
  freeStrike: number,
): readonly [number, number] => [
  byLeg(lines, index, true),
  maximumLoss(lines, index, true, freeStrike),
];

/** Below it a collateral makes initial margins dearer (venue §5, §6). */
export const depegOf = ({ collateral }: Pick<Quotes, 'collateral'>): number =>
  Math.max(0, 0.99 - collateral);

/** What each short adds to the initial margin while the collateral is below par, USD. */
export const chargeOf = (quotes: Quotes, underlyingId: number): number =>
  depegOf(quotes) * 2 * quotes.index(underlyingId);

/** By how much an index may be off, and a volatility be wrong, where nothing is known of it. */
const [STRESS, MOST_VOL] = [0.7, 3];

/** What a short may be worth at the most without a volatility, USD (venue §5, ADR 042). */
export function bound(series: Series, index: number, secondsLeft: number): number {
  const strike = strikeOf(series);
  const years = secondsLeft / (365 * 86_400);
  const share = 2 * normal((MOST_VOL * Math.sqrt(years)) / 2) - 1;
  const price = series.isCall ? index / STRESS : index * STRESS;
  return share * Math.min(strike, price) + payoff(series, price);
}

/** What a line is worth a contract: without a volatility a short its bound, and a long nothing. */
export const worthOf = ({ mark, held, doubt }: Line): number =>
  doubt?.share !== 1 ? mark : held > 0 ? 0 : doubt.bound;

/** Old volatilities ask for more, up to what is needed without any (ADR 025). */
export function perShort(
  { series, mark, doubt }: Pick<Line, 'series' | 'mark' | 'doubt'>,
  index: number,
  isInitial: boolean,
): number {
  const usual = perShortOf(series, mark, index, isInitial);
  if (doubt === undefined) return usual;
  return doubt.share === 1 ? doubt.bound : usual + doubt.share * Math.max(doubt.bound - usual, 0);
}

function perShortOf(series: Series, mark: number, index: number, isInitial: boolean): number {
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
  return lines.reduce((sum, line) => {
    const { held, buys, highestBid, sells } = line;
    const each = perShort(line, index, isInitial);
    const short = (quantity: number) => Math.max(-quantity, 0) * each;
    return sum + Math.max(short(held - sells), buys * highestBid + short(held + buys));
  }, 0);
}

/** Of a contract, without its cap. */
const feeOf = (series: Series, index: number) => (series.isDaily ? 0 : SETTLEMENT_FEE * index);

/** Loss of what is held of an option at a settlement, its fee included (ADR 040). */
function lossAt({ series, held }: Line, x: number, index: number): number {
  const pays = payoff(series, x);
  return -held * pays + Math.abs(held) * Math.min(feeOf(series, index), FEE_CAP * pays);
}

/** The worse side of an option's orders at a settlement, fees without their cap (ADR 041). */
function orderLossAt(line: Line, x: number, index: number): number {
  const { series, buys, highestBid, sells } = line;
  const [pays, fee] = [payoff(series, x), feeOf(series, index)];
  return Math.max(sells * (pays + fee), buys * (highestBid + fee - pays), 0);
}

function maximumLoss(
  lines: readonly Line[],
  index: number,
  isInitial: boolean,
  freeStrike = 0,
): number {
  const forward = index;
  const each = (isInitial ? RATES.initial : RATES.maintenance).freeCall * forward;
  const calls = lines.filter((l) => l.series.isCall);
  const naked = Math.max(0, -calls.reduce((sum, l) => sum + l.held - l.sells, 0));
  const shorts = lines.filter((l) => l.held - l.sells < 0).map((l) => strikeOf(l.series));
  const from = Math.max(forward, freeStrike, ...shorts);
  const premiums = lines.reduce((sum, l) => sum + l.buys * l.highestBid, 0);
  const points = [0, from, ...lines.map((l) => strikeOf(l.series))];
  for (const { series } of lines) {
    const kink = (SETTLEMENT_FEE * index) / FEE_CAP;
    points.push(Math.max(strikeOf(series) + (series.isCall ? kink : -kink), 0));
  }
  points.push(Math.max(...points) * 2 + 1e6);
  const loss = (x: number) =>
    lines.reduce((sum, l) => sum + lossAt(l, x, index) + orderLossAt(l, x, index), 0);
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
