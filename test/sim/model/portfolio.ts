import { markOf } from './prices.ts';
import { depegOf } from './standard.ts';
import { RULES } from './types.ts';
import type { Line, Quotes, Series } from './types.ts';

/** A scenario of venue §6. */
interface Scenario {
  readonly shock: number;
  readonly vol: 'up' | 'same' | 'down' | 'skewLinear' | 'skewAbsolute';
  readonly damping: number;
}

const CORE = [0, 0.045, -0.045, 0.09, -0.09, 0.135, -0.135];
const TAILS = [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5];
const SKEWS = ['skewLinear', 'skewAbsolute'] as const;

const SCENARIOS: readonly Scenario[] = [
  ...CORE.flatMap((shock) =>
    (['up', 'same', 'down'] as const).map((vol) => ({ shock, vol, damping: 1 })),
  ),
  ...[0.18, -0.18].map((shock) => ({ shock, vol: 'up' as const, damping: 1 })),
  ...TAILS.map((shock) => ({ shock, vol: 'up' as const, damping: 0.1386 / Math.abs(shock) })),
  ...SKEWS.map((vol) => ({ shock: 0, vol, damping: 1 })),
];

const DAY_SECONDS = 86_400;
const RATE = 0.16;
const NAKED = { initial: 0.005, maintenance: 0.003 };
const MAINTENANCE_FACTOR = 0.8;

const isSkew = ({ vol }: Scenario): boolean => vol === 'skewLinear' || vol === 'skewAbsolute';

/** The volatility of a series in a scenario. */
function shocked(series: Series, quotes: Quotes, { vol }: Scenario): number {
  const { secondsLeft, average } = quotes.settling(series);
  const years = secondsLeft / (365 * DAY_SECONDS);
  const days = secondsLeft / DAY_SECONDS;
  const tenor = (30 / Math.max(days, 1)) ** (days < 30 ? 0.3 : 0.13);
  const sigma = quotes.vol(series.underlyingId);
  if (vol === 'same') return sigma;
  if (vol === 'up') return Math.max(0.4, sigma * (1 + 0.5 * tenor));
  if (vol === 'down') return sigma * Math.max(0, 1 - 0.3 * tenor);
  const cap = Math.max(0, 0.25 - 0.1 * Math.sqrt(years));
  const width = Math.max(0.01, 2.4 * Math.sqrt(years));
  const index = quotes.index(series.underlyingId);
  const inWindow = secondsLeft < RULES.settlementWindow;
  const expected = inWindow
    ? (average.weighted + index * secondsLeft) / (average.seconds + secondsLeft)
    : index;
  const k = Math.log(Number(series.strikeUusd) / 1e6 / expected);
  const moneyness = vol === 'skewLinear' ? k : Math.abs(k);
  return sigma * (1 + Math.min(Math.max((moneyness * cap) / width, -cap), cap));
}

function priceIn(series: Series, quotes: Quotes, scenario: Scenario): number {
  const { secondsLeft, average } = quotes.settling(series);
  const { isCall, strikeUusd } = series;
  const forward = quotes.index(series.underlyingId) * (1 + scenario.shock);
  const option = { isCall, strike: Number(strikeUusd) / 1e6 };
  const sigma = shocked(series, quotes, scenario);
  return markOf(option, forward, sigma, secondsLeft, RULES.settlementWindow, average);
}

/** What a measure of risk comes to: the positions alone, and what orders take from it. */
type Measures = number[];

/** The part of one expiry in each measure: scenarios undamped, then basis, term and nothing. */
function measuresOf(lines: readonly Line[], quotes: Quotes): { held: Measures; orders: Measures } {
  const years = quotes.settling(lines[0]!.series).secondsLeft / (365 * DAY_SECONDS);
  const [down, up] = [Math.exp(-RATE * years), Math.exp(RATE * years)];
  const value = lines.reduce((sum, l) => sum + l.held * l.mark, 0);
  const prices = lines.map((l) => SCENARIOS.map((s) => priceIn(l.series, quotes, s)));
  const pnls = SCENARIOS.map((scenario, i) => {
    const then = lines.reduce((sum, l, at) => sum + l.held * prices[at]![i]!, 0);
    const pnl = then * (then >= 0 ? down : up) - value;
    return isSkew(scenario) ? -Math.abs(pnl) : pnl;
  });
  const basisShare = 0.5 + 2 * years;
  const worst = (of: readonly number[], a: number, b: number) => Math.min(of[a]!, of[b]!, 0);
  const held = [...pnls, basisShare * worst(pnls, BASIS_UP, BASIS_DOWN)];
  held.push(0.5 * worst(pnls, VOL_UP, VOL_DOWN), 0);
  const orders: Measures = held.map(() => 0);
  for (const [at, line] of lines.entries()) {
    if (line.buys === 0 && line.sells === 0) continue;
    // Whoever buys at a limit holds something worth the mark, at the less favourable discount.
    const long = prices[at]!.map((p) => p * down - line.mark);
    const short = prices[at]!.map((p) => line.mark - p * up);
    const change = (perBuy: number, perSell: number) =>
      Math.min(
        0,
        line.buys * (line.mark - line.highestBid + perBuy),
        line.sells * (line.lowestOffer - line.mark + perSell),
      );
    SCENARIOS.forEach((scenario, i) => {
      const either = -Math.max(Math.abs(long[i]!), Math.abs(short[i]!));
      const [perBuy, perSell] = isSkew(scenario) ? [either, either] : [long[i]!, short[i]!];
      orders[i]! += change(scenario.damping * perBuy, scenario.damping * perSell);
    });
    const basis = (of: readonly number[]) => basisShare * worst(of, BASIS_UP, BASIS_DOWN);
    const term = (of: readonly number[]) => 0.5 * worst(of, VOL_UP, VOL_DOWN);
    orders[SCENARIOS.length]! += change(basis(long), basis(short));
    orders[SCENARIOS.length + 1]! += change(term(long), term(short));
    orders[SCENARIOS.length + 2]! += change(0, 0);
  }
  return { held, orders };
}

const find = (shock: number, vol: Scenario['vol']) =>
  SCENARIOS.findIndex((s) => s.shock === shock && s.vol === vol);
const [BASIS_UP, BASIS_DOWN] = [find(0.045, 'same'), find(-0.045, 'same')];
const [VOL_UP, VOL_DOWN] = [find(0, 'up'), find(0, 'down')];

/** Contracts sold short by strike that neither calls nor puts of it are held against. */
function nakedOf(lines: readonly Line[], withOrders: boolean): number {
  const nets = new Map<bigint, number>();
  for (const { series, held, sells } of lines) {
    const net = nets.get(series.strikeUusd) ?? 0;
    nets.set(series.strikeUusd, net + held - (withOrders ? sells : 0));
  }
  return [...nets.values()].reduce((sum, net) => sum + Math.max(0, -net), 0);
}

/** What a group of quotes adds: contracts of whichever of its quotes is the dearest. */
export interface Extra {
  readonly contracts: number;
  readonly isSelling: boolean;
  readonly units: readonly Measures[];
}

/** What one contract of an order takes from each measure. */
export const unitOf = (line: Line, quotes: Quotes): Measures => measuresOf([line], quotes).orders;

const dearest = (units: readonly Measures[]): Measures =>
  units[0]!.map((_, i) => Math.min(...units.map((unit) => unit[i]!)));

/** What one underlying takes from the marked value, initial and maintenance (venue §6). */
export function portfolioRisk(
  expiries: readonly (readonly Line[])[],
  quotes: Quotes,
  underlyingId: number,
  extra: readonly Extra[] = [],
): { readonly initial: number; readonly maintenance: number } {
  const index = quotes.index(underlyingId);
  const parts = [
    ...expiries.map((lines) => measuresOf(lines, quotes)),
    ...extra.map(({ contracts, units }) => {
      const orders = dearest(units).map((cost) => cost * contracts);
      return { held: orders.map(() => 0), orders };
    }),
  ];
  const measures = (parts[0]?.held ?? []).map((_, i) => {
    const damping = SCENARIOS[i]?.damping ?? 1;
    const held = damping * parts.reduce((sum, part) => sum + part.held[i]!, 0);
    return [held, held + parts.reduce((sum, part) => sum + part.orders[i]!, 0)] as const;
  });
  const worst = Math.min(0, ...measures.map(([held]) => held));
  const worstWithOrders = Math.min(0, ...measures.map(([, ordered]) => ordered));
  const naked = (withOrders: boolean) =>
    expiries.reduce((sum, lines) => sum + nakedOf(lines, withOrders), 0) * index;
  const offered = extra.reduce((sum, { contracts: r, isSelling }) => sum + (isSelling ? r : 0), 0);
  return {
    initial:
      (1 + 4 * depegOf(quotes)) * worstWithOrders - NAKED.initial * (naked(true) + offered * index),
    maintenance: MAINTENANCE_FACTOR * worst - NAKED.maintenance * naked(false),
  };
}
