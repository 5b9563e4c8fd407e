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

  test('orders count in the contingencies of initial margin: all sells, futures by side', () => {
    const orders = { buyQuantity: 20_000, buyPrice: 0, sellQuantity: 50_000, sellPrice: 0 };
    const contingencies = (held: Partial<PortfolioExpiry>, confidence = 1) => {
      const input = account([{ confidence, ...held }]);
      const { underlyings } = portfolioMargin(input);
      return underlyings.map(({ maintenanceContingency: m, initialContingency: i }) => [
        ...[m / 1e6, i / 1e6].map((usd) => Math.round(usd * 1e6) / 1e6),
      ])[0];
    };
    const future = { mark: 120, quantity: 10_000 };
    // 3% of what is held; 4% of four sold beyond it, of three bought, of one.
    expect(contingencies({ futures: [{ ...future, orders }] })).toEqual([3.6, 19.2]);
    const bids = { ...orders, sellQuantity: 10_000 };
    expect(contingencies({ futures: [{ ...future, orders: bids }] })).toEqual([3.6, 14.4]);
    const closing = { ...bids, buyQuantity: 0 };
    expect(contingencies({ futures: [{ ...future, orders: closing }] })).toEqual([3.6, 4.8]);
    expect(contingencies({ futures: [{ ...future, quantity: -10_000 }] })).toEqual([3.6, 4.8]);
    const call = option(true, 100, -2, 0.25);
    const put = { ...option(false, 100, 1, 0.25), orders };
    // One is naked, and six when five puts are sold: 0.3% of the index, and 0.5%.
    expect(contingencies({ options: [call, put] })).toEqual([0.3, 3]);
    const farther = option(true, 110, 5, 0.25);
    expect(contingencies({ options: [call, put, farther] })).toEqual([0.3, 3]);
    // Of a confidence of 40% the other 60% of the index on top, for shorts and for futures.
    expect(contingencies({ options: [call, put] }, 0.4)).toEqual([0.3, 3 + 6 * 60]);
    expect(contingencies({ futures: [{ ...future, orders }] }, 0.4)).toEqual([3.6, 19.2 + 240]);
    expect(contingencies({ futures: [future] }, 0.55)).toEqual([3.6, 4.8]);
  });

  test('which measure is the worst is told', () => {
    const near = { terms: termsOf(30 / 365), options: [option(true, 100, -1, 30 / 365)] };
    const far = { terms: termsOf(60 / 365), options: [option(true, 100, 0.75, 60 / 365)] };
    const [risk] = portfolioMargin(account([near, far])).underlyings;
    expect(risk!.worst).toBe(Math.min(...risk!.scenarioPnl, risk!.basis, risk!.term, 0));
    const long = portfolioMargin(account([{ options: [option(true, 5, 0, 0.25)] }]));
    expect(long.underlyings[0]).toMatchObject({ worst: 0, worstMeasure: { kind: 'none' } });
  });
});
