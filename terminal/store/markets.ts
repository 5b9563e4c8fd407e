import { computed, signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { DocumentOf } from '../../client/streamTypes.ts';

/** A series as `ticker:` has it; base units are texts, what does not exist is absent. */
export interface Series {
  readonly id: string;
  readonly symbol: string;
  readonly kind: 'call' | 'put' | 'none';
  /** Such as 27DEC26. */
  readonly expiry: string;
  readonly expirySeconds: string;
  readonly strikeUusd: string;
  readonly openInterest: string;
  readonly mark?: Mark;
  readonly bid?: Level;
  readonly ask?: Level;
}

export interface Mark {
  readonly markUusd?: string;
  readonly forward: number;
  readonly vol?: number;
  readonly delta?: number;
  readonly gamma?: number;
  readonly vega?: number;
  readonly theta?: number;
  readonly bandLowUusd: string;
  readonly bandHighUusd: string;
  readonly statusName: 'none' | 'live' | 'stale' | 'halted' | 'recovering';
  readonly ageMs?: string;
  readonly confidencePpm: number;
}

export interface Level {
  readonly priceUusd: string;
  readonly quantity: string;
  readonly orders: number;
}

export interface Strike {
  readonly strikeUusd: string;
  readonly call?: Series;
  readonly put?: Series;
}

export interface Expiry {
  /** Such as 27DEC26. */
  readonly name: string;
  readonly expirySeconds: number;
  readonly strikes: readonly Strike[];
  /** Any mark of it: they share forward, status, age and confidence. */
  readonly feeds: Mark | undefined;
}

type Ticker = DocumentOf<`ticker:${string}`> | null;

/** Which underlying is looked at. */
export const underlying = signal('BTC');

function expiryOf(name: string, series: readonly Series[]): Expiry {
  const strikes = new Map<string, { strikeUusd: string; call?: Series; put?: Series }>();
  for (const each of series) {
    const { strikeUusd, kind } = each;
    const strike = strikes.get(strikeUusd) ?? { strikeUusd };
    if (kind !== 'none') strikes.set(strikeUusd, { ...strike, [kind]: each });
  }
  return {
    name,
    expirySeconds: Number(series[0]!.expirySeconds),
    strikes: [...strikes.values()].sort((a, b) => Number(a.strikeUusd) - Number(b.strikeUusd)),
    feeds: series.find(({ mark }) => mark !== undefined)?.mark,
  };
}

/** The chain of a ticker: expiries, the next one first, each with its strikes. */
export function chainOf(ticker: Ticker): readonly Expiry[] {
  if (ticker === null) return [];
  const byExpiry = new Map<string, Series[]>();
  for (const series of Object.values(ticker.series) as unknown as Series[]) {
    if (series.kind === 'none') continue;
    const listed = byExpiry.get(series.expiry);
    if (listed === undefined) byExpiry.set(series.expiry, [series]);
    else listed.push(series);
  }
  return [...byExpiry]
    .map(([name, series]) => expiryOf(name, series))
    .sort((a, b) => a.expirySeconds - b.expirySeconds);
}

/** The same as a signal. */
export const chainSignal = (ticker: ReadonlySignal<Ticker>) =>
  computed(() => chainOf(ticker.value));

/** The volatility at the forward: of the strike that is nearest to it. */
export function atTheMoney({ strikes, feeds }: Expiry): Strike | undefined {
  if (feeds === undefined) return undefined;
  const distance = ({ strikeUusd }: Strike) => Math.abs(Number(strikeUusd) / 1e6 - feeds.forward);
  return strikes.reduce<Strike | undefined>(
    (best, strike) => (best === undefined || distance(strike) < distance(best) ? strike : best),
    undefined,
  );
}
