import { describe, expect, test } from '@jest/globals';
import { aggregate } from './aggregate.ts';
import { balanced } from './balanced.ts';
import type { Quoted } from './balanced.ts';

const NOW = 1_800_000_000_000;
const rules = { minSources: 3, maxAgeMs: 15_000, maxDeviation: 0.02 };
const said = (quote: string, price: number, ageMs = 0): Quoted => ({
  ...{ source: `${quote}${price}`, price, weight: 1, seenMs: NOW - ageMs, quote },
});
const weightsOf = (all: readonly Quoted[]) => balanced(all, rules, NOW).map((o) => o.weight);
const indexOf = (all: readonly Quoted[]) =>
  aggregate(balanced(all, rules, NOW), rules, NOW).value!.price;

describe('prices quoted in a stablecoin', () => {
  const usd = [100, 100.05, 100.1].map((price) => said('USD', price));
  // Of a stablecoin whose own price is half a percent too low.
  const low = [99.5, 99.51, 99.52].map((price) => said('USDT', price));

  test('together never make the median of enough that are quoted in USD', () => {
    expect(indexOf([...usd, ...low])).toBe(100);
    expect(indexOf([...usd, ...low, ...low])).toBe(100);
    const high = low.map((o) => ({ ...o, price: o.price + 1.5 }));
    expect(indexOf([...usd, ...high])).toBe(100.1);
  });

  test('weigh as ever beside more in USD, and where too few are in USD or young', () => {
    const four = [...usd, said('USD', 100.2)];
    expect(weightsOf([...four, ...low])).toEqual([1, 1, 1, 1, 1, 1, 1]);
    expect(weightsOf([...usd.slice(1), ...low])).toEqual([1, 1, 1, 1, 1]);
    const old = [...usd.slice(1), said('USD', 100, 15_001)];
    expect(weightsOf([...old, ...low])).toEqual([1, 1, 1, 1, 1, 1]);
    expect(weightsOf(usd)).toEqual([1, 1, 1]);
  });

  test('keep their weights among each other', () => {
    const heavy = { ...low[0]!, weight: 4 };
    const [, , , first, second] = weightsOf([...usd, heavy, low[1]!]);
    expect(first! / second!).toBeCloseTo(4, 12);
    expect(first! + second!).toBeCloseTo(2.4, 12);
  });
});
