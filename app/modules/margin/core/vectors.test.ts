import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { insolventPayout } from './insolvency.ts';
import {
  bufferMargin,
  DEFAULT_LIQUIDATION_PARAMS,
  discountPpm,
  liquidationFee,
  liquidationStep,
  portfolioBuffer,
} from './liquidation.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import { standardMargin } from './standardMargin.ts';
import type { PortfolioInput } from './portfolioTypes.ts';
import type { StandardInput } from './types.ts';

interface Row<Input> {
  readonly name: string;
  readonly input: Input;
  /** uusd, decimals. */
  readonly expected: Readonly<Record<string, string>>;
  readonly worstUusd?: readonly string[];
}

/** Strings of digits under keys in `…Uusd`, `…Ppm` and the like are bigints. */
function load(name: string): unknown {
  const file = new URL(`../../../../test/vectors/margin/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    typeof value === 'string' && /(Uusd|Ppm|Ppb|elapsed|ppm)$/.test(key) ? BigInt(value) : value,
  );
}

/** A credit is the exact amount rounded down, within what doubles know of it. */
function expectRoundedDown(actual: bigint, exact: string, slackUusd: number): void {
  const [whole = '', decimals = ''] = exact.split('.');
  const sign = whole.startsWith('-') ? -1 : 1;
  const fraction = sign * Number(`0.${decimals}`);
  const above = Number(actual - BigInt(whole)) - fraction;
  expect(above).toBeLessThanOrEqual(slackUusd);
  expect(above).toBeGreaterThan(-1 - slackUusd);
}

describe('standard margin agrees with exact fractions', () => {
  for (const { name, input, expected } of load('standard') as Row<StandardInput>[]) {
    test(name, () => {
      const margin = standardMargin(input);
      expectRoundedDown(margin.initialMarginUusd, expected['initialMargin']!, 0.01);
      expectRoundedDown(margin.maintenanceMarginUusd, expected['maintenanceMargin']!, 0.01);
      expectRoundedDown(margin.markToMarketUusd, expected['markToMarket']!, 0.01);
      expectRoundedDown(margin.equityUusd, expected['equity']!, 0.01);
      expectRoundedDown(-margin.shortValueUusd, expected['shortValue']!, 0.01);
    });
  }
});

describe('portfolio margin agrees with 50 digits', () => {
  for (const { name, input, expected, worstUusd } of load('portfolio') as Row<PortfolioInput>[]) {
    test(name, () => {
      const margin = portfolioMargin(input);
      expectRoundedDown(margin.initialMarginUusd, expected['initialMargin']!, 0.1);
      expectRoundedDown(margin.maintenanceMarginUusd, expected['maintenanceMargin']!, 0.1);
      expectRoundedDown(margin.markToMarketUusd, expected['markToMarket']!, 0.1);
      for (const [u, { worst }] of margin.underlyings.entries()) {
        expect(Math.abs(worst - Number(worstUusd![u]))).toBeLessThan(0.1);
      }
    });
  }
});

interface LiquidationVectors {
  readonly steps: readonly Readonly<Record<string, bigint>>[];
  readonly discounts: readonly { elapsed: bigint; ppm: bigint }[];
  readonly payouts: readonly Readonly<Record<string, bigint>>[];
}

describe('liquidation agrees with exact fractions', () => {
  const vectors = load('liquidation') as LiquidationVectors;
  const params = DEFAULT_LIQUIDATION_PARAMS;

  test('the fraction sold, its fee and the margin it restores', () => {
    for (const row of vectors.steps) {
      const markToMarketUusd = row['markToMarketUusd']!;
      const maintenanceMarginUusd = row['maintenanceMarginUusd']!;
      const state = {
        markToMarketUusd,
        maintenanceMarginUusd,
        bufferUusd: portfolioBuffer(markToMarketUusd, maintenanceMarginUusd),
        bidInUusd: row['bidInUusd']!,
        notionalUusd: row['notionalUusd']!,
      };
      const discount = row['discountPpm']!;
      expect(bufferMargin(state, params)).toBe(row['bufferMarginUusd']);
      expect(liquidationFee(state, discount, params)).toBe(row['feeUusd']);
      const step = liquidationStep(state, discount, params);
      const { feeUusd, fractionPpb } = row;
      expect(step).toEqual({ kind: 'sell', fractionPpb, feeUusd });
    }
  });

  test('the venue rules’ own example: f is 0.9078 without a fee and 0.9162 with 1,900', () => {
    const [free, charged] = vectors.steps;
    expect(free!['fractionPpb']! / 100_000n).toBe(9077n);
    expect(charged!['fractionPpb']! / 100_000n).toBe(9162n);
    expect(charged!['feeUusd']).toBe(1_900_000_000n);
  });

  test('the discount falls to its knee in 15 minutes and to nothing in 12 hours', () => {
    for (const { elapsed, ppm } of vectors.discounts) {
      expect(discountPpm(elapsed, params)).toBe(ppm);
    }
  });

  test('the fund pays for an insolvent account what its time has come to', () => {
    for (const row of vectors.payouts) {
      const { fractionPpb, markToMarketUusd, maintenanceMarginUusd, elapsed, payoutUusd } = row;
      const duration = params.insolventDuration;
      const paid = insolventPayout(
        fractionPpb!,
        markToMarketUusd!,
        maintenanceMarginUusd!,
        elapsed!,
        duration,
      );
      expect(paid).toBe(payoutUusd);
    }
  });
});
