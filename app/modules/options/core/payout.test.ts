import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { instrumentOf } from './instrumentOf.ts';
import { payoutUusd, settlementFeeUusd } from './payout.ts';

const USD = 1_000_000n;
const call = { kind: OptionKind.OPTION_KIND_CALL, strikeUusd: 64_000n * USD };
const put = { ...call, kind: OptionKind.OPTION_KIND_PUT };
const fee = { feePpm: 150, capPpm: 125_000 };
const cents = (max: bigint) => fc.bigInt({ min: 1n, max }).map((c) => c * 10_000n);
const quantity = fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n });

describe('payouts', () => {
  test('are the intrinsic value times the quantity', () => {
    expect(payoutUusd(call, 65_000n * USD, 5_000n)).toBe(500n * USD);
    expect(payoutUusd(call, 65_000n * USD, -5_000n)).toBe(-500n * USD);
    expect(payoutUusd(put, 65_000n * USD, 5_000n)).toBe(0n);
    expect(payoutUusd(put, 63_999_990_000n, 1n)).toBe(1n);
  });

  test('are exact, mirrored between long and short, and keep put-call parity', () => {
    fc.assert(
      fc.property(cents(10n ** 8n), cents(10n ** 8n), quantity, (strikeUusd, settlement, q) => {
        const [c, p] = [
          { ...call, strikeUusd },
          { ...put, strikeUusd },
        ];
        expect(payoutUusd(c, settlement, q) + payoutUusd(c, settlement, -q)).toBe(0n);
        expect(payoutUusd(c, settlement, q) * 10_000n).toBe(
          instrumentOf(c).payoff(c, settlement) * q,
        );
        expect(payoutUusd(c, settlement, q) - payoutUusd(p, settlement, q)).toBe(
          ((settlement - strikeUusd) * q) / 10_000n,
        );
      }),
    );
  });

  test('cost a share of the settlement price, at most a share of the value', () => {
    // 0.015% of 65,000 is 9.75; the option is worth 1,000, an eighth of that is 125.
    expect(settlementFeeUusd(call, 65_000n * USD, 10_000n, fee)).toBe(9_750_000n);
    expect(settlementFeeUusd(call, 65_000n * USD, -10_000n, fee)).toBe(9_750_000n);
    // Worth 8 dollars, the fee is one.
    expect(settlementFeeUusd(call, 64_008n * USD, 10_000n, fee)).toBe(1_000_000n);
    expect(settlementFeeUusd(put, 65_000n * USD, 10_000n, fee)).toBe(0n);
    expect(settlementFeeUusd(call, 65_000n * USD, 10_000n, { ...fee, feePpm: 0 })).toBe(0n);
  });

  test('round a fee up, never beyond the value', () => {
    expect(settlementFeeUusd(call, 64_000_010_000n, 1n, fee)).toBe(1n);
    fc.assert(
      fc.property(cents(10n ** 8n), quantity, (settlement, q) => {
        const taken = settlementFeeUusd(call, settlement, q, fee);
        const value = payoutUusd(call, settlement, q < 0n ? -q : q);
        expect(taken <= value).toBe(true);
        expect(taken * 8n <= value + 8n).toBe(true);
      }),
    );
  });
});
