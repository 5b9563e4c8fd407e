import { expect, test } from '@jest/globals';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { settleAccount } from './settleAccount.ts';

const USD = 1_000_000n;
const { OPTION_KIND_CALL, OPTION_KIND_PUT } = OptionKind;
const at = (kind: OptionKind, strike: bigint, quantity: bigint) => ({
  ...{ kind, strikeUusd: strike * USD, quantity },
});
const FEE = { feePpm: 150, capPpm: 125_000 };
/** At 100 USD. */
const settle = (positions: Parameters<typeof settleAccount>[0], isCovered?: boolean) =>
  settleAccount(positions, 100n * USD, FEE, isCovered);

test('payouts add up, those of longs alone too, and each position pays its fee', () => {
  const long = at(OPTION_KIND_CALL, 90n, 20_000n);
  const short = at(OPTION_KIND_PUT, 103n, -10_000n);
  const over = at(OPTION_KIND_CALL, 100n, 10_000n);
  // 0.015% of 100 USD a contract; what is worth nothing pays nothing.
  expect(settle([long, short, over])).toEqual({
    ...{ payoutUusd: 17n * USD, longPayoutUusd: 20n * USD, feeUusd: 45_000n },
  });
  expect(settle([])).toEqual({ payoutUusd: 0n, longPayoutUusd: 0n, feeUusd: 0n });
});

test('a covered account pays at most an eighth of its gain, rounded up, and of a loss none', () => {
  const spread = (bought: bigint, sold: bigint) => [
    at(OPTION_KIND_CALL, bought, 10_000n),
    at(OPTION_KIND_CALL, sold, -10_000n),
  ];
  const fees = (positions: ReturnType<typeof spread>) =>
    [false, true].map((isCovered) => settle(positions, isCovered).feeUusd);
  expect(fees(spread(90n, 95n))).toEqual([30_000n, 30_000n]);
  const near = [
    { ...at(OPTION_KIND_CALL, 90n, 10_000n), strikeUusd: 90n * USD },
    { ...at(OPTION_KIND_CALL, 90n, -10_000n), strikeUusd: 90n * USD + 100_001n },
  ];
  // An eighth of 100,001 is 12,500.125.
  expect(fees(near)).toEqual([30_000n, 12_501n]);
  expect(fees(spread(95n, 90n))).toEqual([30_000n, 0n]);
  expect(fees(spread(90n, 90n))).toEqual([30_000n, 0n]);
  expect(settle(spread(95n, 90n)).feeUusd).toBe(30_000n);
});
