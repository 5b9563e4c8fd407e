import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fund } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { exitValue, payable, sharesFor, withIncome, withPayment } from './fundShares.ts';

const USD = 1_000_000n;
const EMPTY: Fund = {
  ...{ underlyingId: 1, balanceUusd: 0n, shares: 0n, epoch: 0, day: 0 },
  ...{ atRiskUusd: 0n, paidUusd: 0n },
};
const amount = fc.bigInt({ min: 1n, max: 1_000_000n * USD });

const entered = (fund: Fund, uusd: bigint): Fund => ({
  ...fund,
  balanceUusd: fund.balanceUusd + uusd,
  shares: fund.shares + sharesFor(fund, uusd),
});

/** Funds as they can come to be: entries, income and losses in any order. */
const funds = fc
  .array(fc.tuple(fc.constantFrom('enter', 'income', 'loss'), amount), { maxLength: 12 })
  .map((steps) =>
    steps.reduce<Fund>((fund, [kind, uusd]) => {
      if (kind === 'enter') return entered(fund, uusd);
      if (kind === 'income') return withIncome(fund, uusd);
      return withPayment(fund, uusd < fund.balanceUusd ? uusd : fund.balanceUusd, 1);
    }, EMPTY),
  );

test('nobody gets more out than in without income, and all shares are worth what there is', () => {
  fc.assert(
    fc.property(funds, amount, amount, (fund, uusd, atRiskUusd) => {
      const shares = sharesFor(fund, uusd);
      const after = { ...entered(fund, uusd), atRiskUusd };
      expect(exitValue(after, shares) <= uusd).toBe(true);
      expect(exitValue(after, after.shares) <= after.balanceUusd).toBe(true);
      const left = after.balanceUusd > atRiskUusd ? after.balanceUusd - atRiskUusd : 0n;
      expect(exitValue(after, after.shares) <= left).toBe(true);
    }),
  );
});

test('making shares dear before others enter costs far more than it brings', () => {
  // A share for a uusd, then a thousand dollars of income to make it dear.
  let fund = entered(EMPTY, 1n);
  const spent = 1n + 1_000n * USD;
  fund = withIncome(fund, 1_000n * USD);
  const victim = sharesFor(fund, 1_500n * USD);
  expect(victim).toBeGreaterThan(0n);
  fund = entered(fund, 1_500n * USD);
  expect(exitValue(fund, 1n)).toBeLessThan(spent / 100n);
  expect(exitValue(fund, victim)).toBeGreaterThan(1_497n * USD);
});

test('income without shares is the venue’s, and a fund that lost all begins anew', () => {
  expect(withIncome(EMPTY, 5n)).toMatchObject({ balanceUusd: 5n, shares: 5n });
  const fund = entered(EMPTY, 1_000n * USD);
  const lost = withPayment(fund, 1_000n * USD, 3);
  expect(lost).toMatchObject({ balanceUusd: 0n, shares: 0n, epoch: 1, day: 3 });
  expect(exitValue(lost, 5n)).toBe(0n);
  expect(withPayment(fund, 900n * USD, 3)).toMatchObject({ epoch: 0 });
});

test('a fund pays a share of what the day began with, whatever it pays in between', () => {
  const fund = { ...EMPTY, balanceUusd: 1_000n };
  expect(payable(fund, 1, 300_000)).toBe(300n);
  const paid = withPayment(fund, 200n, 1);
  expect(payable(paid, 1, 300_000)).toBe(100n);
  expect(payable(withPayment(paid, 100n, 1), 1, 300_000)).toBe(0n);
  // Ten of its worst days in a row leave what a tenth of the share leaves.
  let left = fund;
  for (let day = 1; day <= 10; day++) left = withPayment(left, payable(left, day, 300_000), day);
  expect(left.balanceUusd).toBeGreaterThan(27n);
  expect(payable(fund, 1, 1_000_000)).toBe(1_000n);
});

test('entries and exits are rounded down, with a million that nobody owns on either side', () => {
  const fund = { balanceUusd: 3_000_000n, shares: 1_000_000n, atRiskUusd: 0n };
  // (1 + 1) of (3 + 1) million: a share is two.
  expect([sharesFor(fund, 10n), sharesFor(fund, 11n), sharesFor(fund, 12n)]).toEqual([5n, 5n, 6n]);
  expect([exitValue(fund, 5n), exitValue({ ...fund, balanceUusd: 2_999_999n }, 5n)]).toEqual([
    ...[10n, 9n],
  ]);
  // What is at risk counts as lost for who leaves, and never as more than there is.
  expect(exitValue({ ...fund, atRiskUusd: 2_000_000n }, 5n)).toBe(5n);
  expect(exitValue({ ...fund, atRiskUusd: 2_500_000n }, 10n)).toBe(5n);
  expect(exitValue({ ...fund, atRiskUusd: 9_000_000n }, 5n)).toBe(0n);
  expect(sharesFor({ ...fund, atRiskUusd: 2_000_000n }, 10n)).toBe(5n);
});

test('a fund begins anew below a thousandth of a uusd a share, and not at it', () => {
  const fund = { ...EMPTY, balanceUusd: 10_000n, shares: 1_000_000n };
  expect(withPayment(fund, 9_000n, 1)).toMatchObject({ shares: 1_000_000n, epoch: 0 });
  expect(withPayment(fund, 9_001n, 1)).toMatchObject({
    ...{ balanceUusd: 999n, shares: 999n, epoch: 1 },
  });
});

test('income with shares makes each dearer', () => {
  const fund = { ...EMPTY, balanceUusd: 5n, shares: 7n };
  expect(withIncome(fund, 2n)).toMatchObject({ balanceUusd: 7n, shares: 7n });
});

test('what was paid on another day does not count today, and the limit is never passed', () => {
  const fund = { ...EMPTY, balanceUusd: 1_000n, day: 4, paidUusd: 600n };
  expect([payable(fund, 4, 500_000), payable(fund, 5, 500_000)]).toEqual([200n, 500n]);
  expect(payable(fund, 4, 375_000)).toBe(0n);
  expect(payable(fund, 4, 100_000)).toBe(0n);
  expect(payable({ ...fund, paidUusd: 5_000n }, 4, 1_000_000)).toBe(1_000n);
  expect(withPayment(fund, 100n, 4)).toMatchObject({ day: 4, paidUusd: 700n });
  expect(withPayment(fund, 100n, 5)).toMatchObject({ day: 5, paidUusd: 100n });
});
