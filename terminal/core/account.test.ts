import { describe, expect, test } from '@jest/globals';
import { priceAroundSettlement } from '../../app/lib/math/index.ts';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import { Explanation, MeasureKind, VolatilityShock } from '../../proto/gen/tenor.margin.v1.ts';
import { csvText } from './csv.ts';
import { DAY, leg, market, NOW } from './fixture.ts';
import { liquidationDistances, marginAfter } from './liquidationDistance.ts';
import { positionProfit, totalProfit } from './positionProfit.ts';
import { revaluedMatrix, scenarioMatrix } from './scenarioMatrix.ts';

describe('distance to liquidation', () => {
  /** What a node would say of an account with one position of 30 days at a strike of 70,000. */
  function explained(isCall: boolean, quantity: bigint, cashUsd: number, mode: MarginMode) {
    const [yearsToExpiry, strike, volatility] = [30 / 365, 70_000, 0.5];
    const terms = { fixed: 0, share: 1, varianceYears: yearsToExpiry, yearsToExpiry };
    const shape = { ...terms, varianceSpeed: 1, shareSpeed: 0 };
    const mark = priceAroundSettlement(isCall, market.forward, strike, volatility, shape);
    const held = { symbol: 'BTC', isCall, strike, volatility, mark, quantity };
    // In standard mode a node leaves the terms out.
    const isPortfolio = mode === MarginMode.MARGIN_MODE_PORTFOLIO;
    const none = { fixed: 0, share: 0, varianceYears: 0, yearsToExpiry: 0 };
    const told = { ...(isPortfolio ? terms : none), settlementFee: 9.6 };
    const orders = { buyQuantity: 0n, buyPrice: 0, sellQuantity: 0n, sellPrice: 0 };
    const expirySeconds = BigInt(NOW + 30 * DAY);
    const expiry = { expirySeconds, forward: market.forward, ...told };
    return Explanation.decode(
      Explanation.encode({
        margin: {
          ...{ cashUusd: BigInt(cashUsd) * 1_000_000n, markToMarketUusd: 0n, mode },
          ...{ initialUusd: 0n, maintenanceUusd: 0n, initialRequirementUusd: 0n, expiries: [] },
          ...{ degraded: false, maintenanceRequirementUusd: 0n, underlyings: [], covered: [] },
          quotesReservedUusd: 0n,
        },
        quotes: [],
        underlyings: [
          {
            ...{ underlyingId: 1, index: market.index, confidence: 1, rules: undefined },
            standard: undefined,
            expiries: [
              {
                ...{ ...expiry, legs: [{ ...held, ...orders }], confidence: undefined },
                ...{ degradedStdDev: undefined, doubtStdDev: undefined, doubtShare: undefined },
              },
            ],
          },
        ],
        collateralPrice: undefined,
      }),
    );
  }

  const { MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_COVERED } = MarginMode;

  test.each([MARGIN_MODE_STANDARD, MARGIN_MODE_PORTFOLIO])(
    'a short call is liquidated by a rise, to the last step (mode %s)',
    (mode) => {
      const account = explained(true, -10_000n, 15_000, mode);
      const [found] = liquidationDistances(account, NOW);
      const up = found!.up!;
      expect(found!.down).toBeNull();
      expect(up).toBeGreaterThan(0.05);
      expect(up).toBeLessThan(0.3);
      const of = { explanation: account, underlyingId: 1, seconds: NOW };
      expect(marginAfter(of, up)).toBeLessThan(0n);
      expect(marginAfter(of, up - 1e-4)).toBeGreaterThanOrEqual(0n);
      const other = marginAfter({ ...of, underlyingId: 2 }, 9);
      const still = marginAfter(of, 0);
      expect(Number(other - still) / Number(other)).toBeCloseTo(0, 2);
    },
  );

  test('a short put by a fall, a long one never, and a covered account never', () => {
    const short = explained(false, -10_000n, 20_000, MARGIN_MODE_STANDARD);
    const [put] = liquidationDistances(short, NOW);
    expect(put!.down).toBeLessThan(0);
    expect(put!.down).toBeGreaterThan(-0.4);
    // 9% of the index are more than its cash once the index is at 222,000.
    expect(put!.up).toBeCloseTo(20_000 / 0.09 / market.index - 1, 3);
    const long = explained(false, 10_000n, 20, MARGIN_MODE_STANDARD);
    expect(liquidationDistances(long, NOW)).toEqual([{ underlyingId: 1, down: null, up: null }]);
    const covered = explained(false, -10_000n, 70_000, MARGIN_MODE_COVERED);
    expect(liquidationDistances(covered, NOW)).toEqual([]);
  });

  test('an account in breach has no way left', () => {
    const account = explained(true, -10_000n, 100, MARGIN_MODE_STANDARD);
    expect(liquidationDistances(account, NOW)).toEqual([{ underlyingId: 1, down: 0, up: 0 }]);
  });
});

test('profit is value at the mark, rounded down, less what was paid', () => {
  const long = { quantity: 15_000n, costUusd: 1_500_000_000n, markUusd: 1_200_000_000n };
  expect(positionProfit(long)).toEqual({ valueUusd: 1_800_000_000n, profitUusd: 300_000_000n });
  const short = { quantity: -3n, costUusd: -400_000n, markUusd: 1_000_001n };
  expect(positionProfit(short)).toEqual({ valueUusd: -301n, profitUusd: 399_699n });
  expect(totalProfit([long, short])?.profitUusd).toBe(300_399_699n);
  expect(totalProfit([long, { ...short, markUusd: undefined }])).toBeUndefined();
});

test('scenarios lie in rows of volatility and columns of the index, the worst one marked', () => {
  const { VOLATILITY_SHOCK_UP: UP, VOLATILITY_SHOCK_SAME: SAME } = VolatilityShock;
  const scenarios = [
    { indexShockPpm: 0, volatility: SAME, pnlUusd: 0n },
    { indexShockPpm: -45_000, volatility: UP, pnlUusd: -2_500_000n },
    { indexShockPpm: 45_000, volatility: SAME, pnlUusd: 1_000_000n },
  ];
  const worstMeasure = { kind: MeasureKind.MEASURE_KIND_SCENARIO, scenario: 1 };
  expect(scenarioMatrix({ scenarios, worstMeasure })).toEqual({
    columns: [-0.045, 0, 0.045],
    rows: [UP, SAME],
    cells: [
      [-2.5, null, null],
      [null, 0, 1],
    ],
    worst: { row: 0, column: 0 },
  });
  const basis = { kind: MeasureKind.MEASURE_KIND_BASIS, scenario: 0 };
  expect(scenarioMatrix({ scenarios, worstMeasure: basis }).worst).toBeNull();
});

test('a revaluation is nothing where nothing moves, and long options gain with volatility', () => {
  const held = [leg('C', 64_000, 1, 0), leg('P', 64_000, 1, 0)];
  const { cells } = revaluedMatrix(held, [-0.2, 0, 0.2], [0.5, 0, -0.3]);
  expect(cells[1]![1]).toBe(0);
  expect(cells[0]![1]).toBeGreaterThan(0);
  expect(cells[2]![1]).toBeLessThan(0);
  expect(cells[1]![0]).toBeGreaterThan(0);
});

test('CSV quotes what must be quoted and disarms what a spreadsheet would compute', () => {
  const rows = [
    ['BTC-27DEC26-64000-C', -1.5, 12n],
    ['a, "b"', '=1+1', '-3.25'],
    ['-x', '@SUM(A1)', ''],
  ];
  expect(csvText(['series', 'size', 'fee'], rows)).toBe(
    `series,size,fee\r\nBTC-27DEC26-64000-C,-1.5,12\r\n` +
      `"a, ""b""",'=1+1,-3.25\r\n'-x,'@SUM(A1),\r\n`,
  );
});
