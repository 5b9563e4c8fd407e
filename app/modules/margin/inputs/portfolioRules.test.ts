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

  const M = 1_000_000;
  const bounds: (readonly [field: keyof PortfolioRules, low: number, high: number])[] = [
    ...[['tailDampingPpm', 1, M] as const, ['volatilityUpPpm', 0, 5 * M] as const],
    ...[['volatilityUpFloorPpm', 0, 5 * M] as const, ['volatilityDownPpm', 0, M] as const],
    ...[['shortTermPowerPpm', 0, M] as const, ['longTermPowerPpm', 0, M] as const],
    ...[['skewCapPpm', 0, 900_000] as const, ['skewCapDecayPpm', 0, M] as const],
    ...[['skewWidthPpm', 1, 100 * M] as const, ['skewWidthFloorPpm', 1, 100 * M] as const],
    ...[['discountRatePpm', 0, M] as const, ['basisBasePpm', 0, 10 * M] as const],
    ...[['basisSlopePpm', 0, 10 * M] as const, ['termSharePpm', 0, M] as const],
    ...[['maintenanceFactorPpm', 1, M] as const, ['collateralSlopePpm', 0, 100 * M] as const],
    ...[['collateralThresholdPpm', 0, M] as const, ['nakedMaintenancePpm', 0, M] as const],
    ...[['nakedInitialPpm', 0, M] as const, ['futuresMaintenancePpm', 0, M] as const],
    ...[['futuresInitialPpm', 0, M] as const, ['confidenceFloorPpm', 0, M] as const],
  ];
  test.each(bounds)('take %s from %i to %i', (field, low, high) => {
    const wrong = (value: number) => wrongRules({ ...defaultRules(), [field]: value });
    expect([low, high].map(wrong)).toEqual([null, null]);
    expect([low - 1, high + 1].map(wrong)).toEqual([
      ...[low, high].map(() => `portfolio.${field}: ${low} to ${high}`),
    ]);
  });

  test('have steps below a third of the wide move, and tails beyond that', () => {
    const wrong = (changed: Partial<PortfolioRules>) =>
      wrongRules({ ...defaultRules(), ...changed })?.split(':')[0] ?? null;
    expect(wrong({ stepPpm: 300_000, widePpm: 900_001, tailsPpm: [M] })).toBeNull();
    expect(wrong({ stepPpm: 300_001, widePpm: 950_000, tailsPpm: [M] })).toBe('portfolio.stepPpm');
    expect(wrong({ stepPpm: 1, widePpm: 4 })).toBeNull();
    expect([wrong({ stepPpm: 60_000 }), wrong({ widePpm: M, tailsPpm: [2 * M] })]).toEqual([
      ...['portfolio.widePpm', 'portfolio.widePpm'],
    ]);
    expect([wrong({ stepPpm: 59_999 }), wrong({ widePpm: M - 1, tailsPpm: [M] })]).toEqual([
      ...[null, null],
    ]);
    const tails = (...tailsPpm: number[]) => wrong({ tailsPpm });
    expect([tails(180_001, -180_001), tails(10 * M), tails(1 - M)]).toEqual([null, null, null]);
    for (const bad of [[180_000], [-180_000], [10 * M + 1], [-M], [500_000, 1]]) {
      expect(tails(...bad)).toBe('portfolio.tailsPpm');
    }
    const many = Array.from({ length: 17 }, () => 500_000);
    expect([tails(...many), tails(...many.slice(1)), tails()]).toEqual([
      ...['portfolio.tailsPpm', null, 'portfolio.tailsPpm'],
    ]);
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
