import { describe, expect, test } from '@jest/globals';

import { standardMargin } from './standardMargin.ts';
import { tradeIsExempt } from './tradeIsExempt.ts';
import type { StandardInput } from './types.ts';

const health = (maintenance: bigint, markToMarket: bigint, cash: bigint) => ({
  maintenanceMarginUusd: maintenance,
  markToMarketUusd: markToMarket,
  cashUusd: cash,
});

describe('the exemption from the initial margin check', () => {
  const before = health(-100n, 500n, 50n);

  test('is for trades that keep maintenance, value and cash', () => {
    expect(tradeIsExempt(before, before, 0n)).toBe(true);
    expect(tradeIsExempt(before, health(-90n, 495n, 0n), 5n)).toBe(true);
  });

  test('is lost when maintenance or value falls, or cash goes under', () => {
    expect(tradeIsExempt(before, health(-101n, 500n, 50n), 5n)).toBe(false);
    expect(tradeIsExempt(before, health(-100n, 494n, 50n), 5n)).toBe(false);
    expect(tradeIsExempt(before, health(-100n, 500n, -1n), 5n)).toBe(false);
  });

  test('cash already under may stay where it is', () => {
    expect(tradeIsExempt(health(0n, 0n, -7n), health(0n, 0n, -7n), 0n)).toBe(true);
    expect(tradeIsExempt(health(0n, 0n, -7n), health(0n, 0n, -8n), 0n)).toBe(false);
  });

  test('buying a short back at sixty times its value from an accomplice is not exempt', () => {
    const account = (cashUsd: number, contracts: number): StandardInput => ({
      cashUusd: BigInt(cashUsd) * 1_000_000n,
      underlyings: [
        {
          index: 60_000,
          confidence: 1,
          expiries: [
            {
              forward: 60_000,
              settlementFeePerUnit: 0,
              options: [{ isCall: true, strike: 90_000, mark: 90, quantity: contracts * 10_000 }],
              futures: [],
            },
          ],
        },
      ],
    });
    const of = (cashUsd: number, contracts: number) => {
      const input = account(cashUsd, contracts);
      return { ...standardMargin(input), cashUusd: input.cashUusd };
    };
    const thief = of(5_490, -1);
    const robbed = of(0, 0);
    expect(robbed.maintenanceMarginUusd >= thief.maintenanceMarginUusd).toBe(true);
    expect(tradeIsExempt(thief, robbed, 0n)).toBe(false);
    expect(tradeIsExempt(thief, of(5_400, 0), 0n)).toBe(true);
  });
});
