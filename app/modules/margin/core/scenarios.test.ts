import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { black76Price, exp, ln } from '../../../lib/math/index.ts';
import { portfolioMargin } from './portfolioMargin.ts';

// Every number of §6 of the venue's rules again, written from its text and from nothing else here.

interface Held {
  readonly isCall: boolean;
  readonly strike: number;
  readonly volatility: number;
  readonly contracts: number;
}
interface Expiry {
  readonly forward: number;
  readonly days: number;
  readonly held: readonly Held[];
}
type Shock = (sigma: number, k: number, days: number) => number;

const YEAR = 365;
const power = (base: number, by: number): number => exp(by * ln(base));
const clamp = (x: number, cap: number): number => Math.max(-cap, Math.min(cap, x));
const tenor = (days: number) => power(30 / Math.max(days, 1), days < 30 ? 0.3 : 0.13);
const up: Shock = (sigma, _k, days) => Math.max(0.4, sigma * (1 + 0.5 * tenor(days)));
const same: Shock = (sigma) => sigma;
const down: Shock = (sigma, _k, days) => sigma * Math.max(0, 1 - 0.3 * tenor(days));
const linear: Shock = (sigma, k, days) => {
  const root = Math.sqrt(days / YEAR);
  const cap = 0.25 - 0.1 * root;
  return sigma * (1 + clamp((k * cap) / Math.max(0.01, 2.4 * root), cap));
};
const absolute: Shock = (sigma, k, days) => linear(sigma, Math.abs(k), days);

const priceOf = (h: Held, forward: number, sigma: number, days: number): number =>
  black76Price(h.isCall, forward, h.strike, (sigma * sigma * days) / YEAR);

/** D(V′) − V₀ of an expiry, uusd. */
function pnl({ forward, days, held }: Expiry, move: number, shock: Shock): number {
  let [before, after] = [0, 0];
  for (const h of held) {
    before += h.contracts * priceOf(h, forward, h.volatility, days);
    const sigma = shock(h.volatility, ln(h.strike / forward), days);
    after += h.contracts * priceOf(h, forward * (1 + move), sigma, days);
  }
  return 1e6 * (after * exp((after >= 0 ? -0.16 : 0.16) * (days / YEAR)) - before);
}

function fromTheText(expiries: readonly Expiry[], index: number) {
  const sum = (f: (e: Expiry) => number): number => expiries.reduce((s, e) => s + f(e), 0);
  const scenarios: number[] = [];
  for (const steps of [0, 1, -1, 2, -2, 3, -3]) {
    for (const shock of [up, same, down]) scenarios.push(sum((e) => pnl(e, 0.045 * steps, shock)));
  }
  for (const move of [0.18, -0.18]) scenarios.push(sum((e) => pnl(e, move, up)));
  for (const move of [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5]) {
    scenarios.push((sum((e) => pnl(e, move, up)) * 0.1386) / Math.abs(move));
  }
  for (const shock of [linear, absolute]) scenarios.push(sum((e) => -Math.abs(pnl(e, 0, shock))));
  const basis = sum(
    (e) => Math.min(pnl(e, 0.045, same), pnl(e, -0.045, same), 0) * (0.5 + (2 * e.days) / YEAR),
  );
  const term = sum((e) => 0.5 * Math.min(pnl(e, 0, up), pnl(e, 0, down), 0));
  const worst = Math.min(0, ...scenarios, basis, term);
  const value = sum(({ forward, days, held }) =>
    held.reduce((s, h) => s + 1e6 * h.contracts * priceOf(h, forward, h.volatility, days), 0),
  );
  const naked = sum(({ held }) => {
    const strikes = [...new Set(held.map(({ strike }) => strike))];
    const netAt = (k: number) => held.reduce((s, h) => s + (h.strike === k ? h.contracts : 0), 0);
    return strikes.reduce((s, k) => s + Math.max(0, -netAt(k)), 0);
  });
  const maintenance = value + 0.8 * worst - naked * index * 1e6 * 0.003;
  return { scenarios, basis, term, maintenance, initial: value + worst - naked * index * 5e3 };
}

const leg = fc.record({
  isCall: fc.boolean(),
  strike: fc.constantFrom(40, 70, 90, 100, 110, 150, 250),
  volatility: fc.double({ min: 0.1, max: 2, noNaN: true }),
  contracts: fc.integer({ min: -50, max: 50 }),
});
const expiry = fc.record({
  forward: fc.double({ min: 90, max: 110, noNaN: true }),
  days: fc.oneof(fc.double({ min: 0.1, max: 400, noNaN: true }), fc.constantFrom(1, 29.99, 30)),
  held: fc.uniqueArray(leg, {
    ...{ minLength: 1, maxLength: 6 },
    selector: ({ isCall, strike }) => `${isCall} ${strike}`,
  }),
});

test('each scenario, charge and margin is what the text of the rules says', () => {
  const isNear = (a: number, b: number, size: number) => Math.abs(a - b) <= 1e-9 * size + 2;
  fc.assert(
    fc.property(fc.array(expiry, { minLength: 1, maxLength: 3 }), (expiries) => {
      const index = 100;
      const wanted = fromTheText(expiries, index);
      const { underlyings, ...margin } = portfolioMargin({
        cashUusd: 0n,
        underlyings: [{ index, confidence: 1, expiries: expiries.map(toCore) }],
      });
      const [got] = underlyings;
      const size = Math.max(...wanted.scenarios.map(Math.abs));
      for (const [s, value] of wanted.scenarios.entries()) {
        expect(isNear(got!.scenarioPnl[s]!, value, size)).toBe(true);
      }
      expect(isNear(got!.basis, wanted.basis, size)).toBe(true);
      expect(isNear(got!.term, wanted.term, size)).toBe(true);
      const { initialMarginUusd, maintenanceMarginUusd } = margin;
      expect(isNear(Number(maintenanceMarginUusd), wanted.maintenance, size)).toBe(true);
      expect(isNear(Number(initialMarginUusd), wanted.initial, size)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

function toCore({ forward, days, held }: Expiry) {
  const years = days / YEAR;
  const terms = {
    ...{ fixed: 0, share: 1, varianceYears: years, varianceSpeed: 1, shareSpeed: 0 },
    yearsToExpiry: years,
  };
  const options = held.map((h) => ({
    ...{ isCall: h.isCall, strike: h.strike, volatility: h.volatility },
    mark: priceOf(h, forward, h.volatility, days),
    quantity: h.contracts * 10_000,
  }));
  return { forward, terms, options, futures: [] };
}
