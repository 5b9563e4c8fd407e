import { describe, expect, test } from '@jest/globals';
import { portfolioMargin } from './portfolioMargin.ts';
import type { GridExpiry, PortfolioExpiry } from './portfolioTypes.ts';
import { MAX_LEGS, RiskInputError } from './riskInput.ts';
import type { RiskInputCode } from './riskInput.ts';
import { buildScenarioGrid } from './scenarioGrid.ts';
import { standardMargin } from './standardMargin.ts';
import type { ExpiryPositions, FutureLeg, OpenOrders, OptionLeg } from './types.ts';

const ORDERS: OpenOrders = { buyQuantity: 1, buyPrice: 1, sellQuantity: 1, sellPrice: 1 };
const OPTION: OptionLeg = { isCall: true, strike: 100, mark: 1, quantity: 1 };
const FUTURE: FutureLeg = { quantity: 1, mark: 100 };

/** What is wrong with what is judged, and whatever that is named; undefined where nothing is. */
function wrong(judge: () => unknown): RiskInputCode | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof RiskInputError) return error.code;
    throw error;
  }
}

type Case = readonly [
  what: string,
  code: RiskInputCode,
  fits: readonly number[],
  not: readonly number[],
];
const PRICE = [
  [1e-9, 100, 1e9],
  [0, 9e-10, -1, 1.1e9, NaN, Infinity],
] as const;
const LEAST_0 = [
  [0, 100, 1e9],
  [-1e-9, 1.1e9, NaN],
] as const;
const SHARE = [
  [0, 0.5, 1],
  [-1e-9, 1.0000001, NaN],
] as const;
const SIZE = [
  [-1e12, 0, 7, 1e12],
  [-1e12 - 1, 1e12 + 1, 0.5, NaN],
] as const;
const ORDERED = [
  [0, 7, 1e12],
  [-1, 1e12 + 1, 0.5],
] as const;
const SPREAD = [
  [0, 1, 1_000],
  [-0.1, 1_001, NaN],
] as const;
const YEARS = [
  [0, 1, 5],
  [-0.1, 5.1, NaN],
] as const;
const ofOrders: readonly Case[] = [
  ['buyQuantity', 'bad_quantity', ...ORDERED],
  ['sellQuantity', 'bad_quantity', ...ORDERED],
  ['buyPrice', 'bad_price', ...LEAST_0],
  ['sellPrice', 'bad_price', ...LEAST_0],
];

/** A case, and what is said of a value of it. */
type Judged = readonly [Case, (value: number, of: string) => unknown];

function holdsBounds(cases: readonly Judged[]): void {
  test.each(cases.map(([[what, code, fits, not], of]) => ({ what, code, fits, not, of })))(
    '$what inside its bounds, and else refuses it with $code',
    ({ what, code, fits, not, of }) => {
      expect(fits.map((value) => of(value, what))).toEqual(fits.map(() => undefined));
      expect(not.map((value) => of(value, what))).toEqual(not.map(() => code));
    },
  );
}

describe('the standard margin takes', () => {
  const judge = (expiry: Partial<ExpiryPositions>, more: object = {}, input: object = {}) => {
    const whole = {
      ...{ forward: 100, settlementFeePerUnit: 1, options: [OPTION], futures: [FUTURE] },
      ...expiry,
    };
    const underlyings = [{ index: 100, confidence: 1, expiries: [whole], ...more }];
    return wrong(() => standardMargin({ cashUusd: 0n, underlyings, ...input }));
  };
  const cases: Judged[] = [
    [['collateralPrice', 'bad_price', ...LEAST_0], (v, of) => judge({}, {}, { [of]: v })],
    [['index', 'bad_price', ...PRICE], (v, of) => judge({}, { [of]: v })],
    [['confidence', 'bad_fraction', ...SHARE], (v, of) => judge({}, { [of]: v })],
    [['forward', 'bad_price', ...PRICE], (v, of) => judge({ [of]: v })],
    [['settlementFeePerUnit', 'bad_price', ...LEAST_0], (v, of) => judge({ [of]: v })],
    [['degradedStdDev', 'bad_volatility', ...SPREAD], (v, of) => judge({ [of]: v })],
    [['confidence', 'bad_fraction', ...SHARE], (v, of) => judge({ [of]: v })],
    [['stdDev', 'bad_volatility', ...SPREAD], (v) => judge({ doubt: { stdDev: v, share: 1 } })],
    [['share', 'bad_volatility', ...SHARE], (v) => judge({ doubt: { stdDev: 1, share: v } })],
    [['strike', 'bad_price', ...PRICE], (v) => judge({ options: [{ ...OPTION, strike: v }] })],
    [['mark', 'bad_price', ...LEAST_0], (v) => judge({ options: [{ ...OPTION, mark: v }] })],
    [
      ['quantity', 'bad_quantity', ...SIZE],
      (v, of) => judge({ options: [{ ...OPTION, [of]: v }] }),
    ],
    [['mark', 'bad_price', ...PRICE], (v) => judge({ futures: [{ ...FUTURE, mark: v }] })],
    [
      ['quantity', 'bad_quantity', ...SIZE],
      (v, of) => judge({ futures: [{ ...FUTURE, [of]: v }] }),
    ],
    ...ofOrders.map(
      (of) =>
        [
          of,
          (v: number) => judge({ options: [{ ...OPTION, orders: { ...ORDERS, [of[0]]: v } }] }),
        ] as const,
    ),
    ...ofOrders.map(
      (of) =>
        [
          of,
          (v: number) => judge({ futures: [{ ...FUTURE, orders: { ...ORDERS, [of[0]]: v } }] }),
        ] as const,
    ),
  ];

  holdsBounds(cases);

  test('no mark where the volatility is unknown, and as many legs as an account may have', () => {
    expect(judge({ degradedStdDev: 1, options: [{ ...OPTION, mark: NaN }] })).toBeUndefined();
    const options = Array.from({ length: MAX_LEGS / 2 }, (_, i) => ({ ...OPTION, strike: 1 + i }));
    const expiry = { forward: 100, settlementFeePerUnit: 0, options, futures: [] };
    const two = (futures: FutureLeg[]) => judge({}, { expiries: [expiry, { ...expiry, futures }] });
    expect([two([]), two([FUTURE])]).toEqual([undefined, 'too_many_legs']);
  });
});

describe('the portfolio margin takes', () => {
  const terms = { fixed: 1, share: 0.5, varianceYears: 0.1, varianceSpeed: 1, shareSpeed: 0 };
  const priced = { ...OPTION, volatility: 0.5 };
  const whole: PortfolioExpiry = {
    ...{ forward: 100, terms: { ...terms, yearsToExpiry: 0.1 } },
    ...{ options: [priced], futures: [FUTURE] },
  };
  const judge = (expiry: object, more: object = {}, input: object = {}) => {
    const expiries = [{ ...whole, ...expiry }];
    const underlyings = [{ index: 100, confidence: 1, expiries, ...more }];
    return wrong(() => portfolioMargin({ cashUusd: 0n, underlyings, ...input }));
  };
  const cases: Judged[] = [
    [['collateralPrice', 'bad_price', ...LEAST_0], (v, of) => judge({}, {}, { [of]: v })],
    [['index', 'bad_price', ...PRICE], (v, of) => judge({}, { [of]: v })],
    [['confidence', 'bad_fraction', ...SHARE], (v, of) => judge({}, { [of]: v })],
    [['forward', 'bad_price', ...PRICE], (v, of) => judge({ [of]: v })],
    [['confidence', 'bad_fraction', ...SHARE], (v, of) => judge({ [of]: v })],
    [['fixed', 'bad_price', ...LEAST_0], (v, of) => judge({ terms: { ...whole.terms, [of]: v } })],
    [['share', 'bad_fraction', ...SHARE], (v, of) => judge({ terms: { ...whole.terms, [of]: v } })],
    ...['yearsToExpiry', 'varianceYears'].map(
      (of) =>
        [
          [of, 'bad_time', ...YEARS],
          (v: number) => judge({ terms: { ...whole.terms, [of]: v } }),
        ] as const,
    ),
    [['strike', 'bad_price', ...PRICE], (v) => judge({ options: [{ ...priced, strike: v }] })],
    [['mark', 'bad_price', ...LEAST_0], (v) => judge({ options: [{ ...priced, mark: v }] })],
    [
      ['volatility', 'bad_volatility', ...SPREAD],
      (v, of) => judge({ options: [{ ...priced, [of]: v }] }),
    ],
    [
      ['quantity', 'bad_quantity', ...SIZE],
      (v, of) => judge({ options: [{ ...priced, [of]: v }] }),
    ],
    [['mark', 'bad_price', ...PRICE], (v) => judge({ futures: [{ ...FUTURE, mark: v }] })],
    ...ofOrders.map(
      (of) =>
        [
          of,
          (v: number) => judge({ options: [{ ...priced, orders: { ...ORDERS, [of[0]]: v } }] }),
        ] as const,
    ),
  ];

  holdsBounds(cases);

  test('a settlement of something, by its average or by what moves', () => {
    const settles = (fixed: number, share: number) =>
      judge({ terms: { ...whole.terms, fixed, share } });
    expect([settles(1, 0), settles(0, 1), settles(0, 0)]).toEqual([
      ...[undefined, undefined, 'bad_price'],
    ]);
  });

  test('series in order of strike, the call before the put, and one future', () => {
    const series = (...given: (readonly [strike: number, isCall: boolean])[]) => {
      const listed = given.map(([strike, isCall]) => ({ strike, isCall, mark: 1, volatility: 1 }));
      const { forward, terms: of } = whole;
      const expiry: GridExpiry = { forward, terms: of, series: listed, futureMark: null };
      const underlying = { index: 100, confidence: 1, expiries: [expiry] };
      return wrong(() => buildScenarioGrid([underlying]));
    };
    expect(series([90, true], [90, false], [100, false], [110, true])).toBeUndefined();
    for (const order of [
      [
        [90, false],
        [90, true],
      ],
      [
        [90, true],
        [90, true],
      ],
      [
        [90, false],
        [90, false],
      ],
      [
        [100, true],
        [90, false],
      ],
    ] as const) {
      expect(series(...order)).toBe('bad_order');
    }
    expect(judge({ futures: [FUTURE, FUTURE] })).toBe('bad_order');
    expect(judge({ options: [priced, priced] })).toBe('bad_order');
  });
});
