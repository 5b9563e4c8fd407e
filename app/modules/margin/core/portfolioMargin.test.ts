import { describe, expect, test } from '@jest/globals';

import { black76Price } from '../../../lib/math/black76.ts';
import { SECONDS_PER_YEAR, settlementTerms } from '../../../lib/math/settlementWindow.ts';
import type { SettlementTerms } from '../../../lib/math/settlementWindow.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import { DEFAULT_PORTFOLIO_PARAMS } from './portfolioParams.ts';
import { PERPETUAL_TERMS } from './scenarioPricing.ts';
import type { PortfolioExpiry, PortfolioInput, PortfolioOption } from './portfolioTypes.ts';

const FORWARD = 100;

function termsOf(years: number): SettlementTerms {
  const secondsToExpiry = years * SECONDS_PER_YEAR;
  const noSamples = { windowSeconds: 1_800, weightedSum: 0, weightSeconds: 0 };
  return settlementTerms({ secondsToExpiry, ...noSamples });
}

function option(
  isCall: boolean,
  strike: number,
  contracts: number,
  years: number,
  volatility = 0.5,
): PortfolioOption {
  const variance = volatility * volatility * termsOf(years).varianceYears;
  const mark = black76Price(isCall, FORWARD, strike, variance);
  return { isCall, strike, volatility, mark, quantity: contracts * 10_000 };
}

function account(expiries: readonly Partial<PortfolioExpiry>[]): PortfolioInput {
  const filled = expiries.map((e) => ({
    forward: FORWARD,
    terms: termsOf(0.25),
    options: [],
    futures: [],
    ...e,
  }));
  return {
    cashUusd: 0n,
    underlyings: [{ index: 100, confidence: 1, expiries: filled }],
  };
}

describe('portfolio margin', () => {
  test('there are 33 scenarios: 23 core, 8 tail, 2 skew', () => {
    const { scenarios } = DEFAULT_PORTFOLIO_PARAMS;
    const skew = scenarios.filter((s) => s.volatility.startsWith('skew'));
    const tail = scenarios.filter((s) => s.damping < 1);
    expect([scenarios.length, tail.length, skew.length]).toEqual([33, 8, 2]);
  });

  test('a future needs 18% of its notional and 4%', () => {
    const input = account([{ terms: PERPETUAL_TERMS, futures: [{ mark: 100, quantity: 10_000 }] }]);
    const margin = portfolioMargin(input);
    expect(margin.initialMarginUusd).toBe(-22_000_000n);
    expect(margin.maintenanceMarginUusd).toBe(-17_400_000n);
    expect(margin.underlyings[0]!.worstMeasure).toEqual({ kind: 'scenario', scenario: 22 });
  });

  test('a long option needs no more than its value', () => {
    const input = account([{ options: [option(true, 100, 1, 0.25)] }]);
    const margin = portfolioMargin(input);
    expect(margin.initialMarginUusd).toBeGreaterThanOrEqual(0n);
    expect(margin.initialMarginUusd).toBeLessThan(margin.markToMarketUusd);
  });

  test('a calendar is charged for the terms moving apart', () => {
    const near = { terms: termsOf(30 / 365), options: [option(true, 100, -1, 30 / 365)] };
    const far = { terms: termsOf(60 / 365), options: [option(true, 100, 0.75, 60 / 365)] };
    const [part] = portfolioMargin(account([near, far])).underlyings;
    expect(part!.term).toBeLessThan(0);
  });
});
