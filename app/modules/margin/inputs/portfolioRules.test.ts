import { describe, expect, test } from '@jest/globals';
import type { Params, PortfolioRules } from '../../../../proto/gen/tenor.margin.v1.ts';
import { coreRules, DEFAULT_PORTFOLIO_PARAMS, defaultRules, wrongRules } from '../core/index.ts';
import { defaultMarginGenesis, params } from '../params.ts';
import { portfolioParamsOf } from './portfolioRules.ts';

const genesis = (): Params => defaultMarginGenesis().params!;

describe('the rules of the portfolio margin', () => {
  test('are by default exactly those of the core', () => {
    expect(coreRules(defaultRules())).toEqual(DEFAULT_PORTFOLIO_PARAMS);
    expect(wrongRules(defaultRules())).toBeNull();
    expect(params.wrong(genesis())).toBeNull();
  });

  test.each<[keyof PortfolioRules, number | number[]]>([
    ['stepPpm', 0],
    ['stepPpm', 60_000],
    ['widePpm', 1_000_000],
    ['tailsPpm', []],
    ['tailsPpm', [-1_000_000]],
    ['tailsPpm', [100_000]],
    ['tailsPpm', [20_000_000]],
    ['volatilityDownPpm', 1_000_001],
    ['maintenanceFactorPpm', 0],
    ['skewWidthPpm', 0],
    ['discountRatePpm', 1_000_001],
  ])('refuse %s of %j', (field, value) => {
    expect(wrongRules({ ...defaultRules(), [field]: value })).toContain(`portfolio.`);
  });

  test('are needed of every underlying, with as many scenarios each', () => {
    const { underlyings, ...rest } = genesis();
    const [btc, eth] = underlyings;
    const withEth = (portfolio: PortfolioRules | undefined): Params => ({
      ...rest,
      underlyings: [btc!, { ...eth!, portfolio }],
    });
    expect(params.wrong(withEth(undefined))).toContain('portfolio: missing');
    const fewer = { ...defaultRules(), tailsPpm: [-500_000] };
    expect(params.wrong(withEth(fewer))).toContain('same number of tails');
  });

  test('without an entry are those of the first underlying; each version is made once', () => {
    const p = genesis();
    expect(portfolioParamsOf(p, 1)).toBe(portfolioParamsOf(p, 1));
    expect(portfolioParamsOf(p, 77)).toEqual(portfolioParamsOf(p, 1));
    expect(portfolioParamsOf(genesis(), 1)).not.toBe(portfolioParamsOf(p, 1));
  });
});
