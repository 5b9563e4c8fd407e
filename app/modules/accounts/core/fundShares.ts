import type { Fund } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { PPM, minOf } from '../../options/core/index.ts';

type Priced = Pick<Fund, 'balanceUusd' | 'shares' | 'atRiskUusd'>;

/**
 * Shares and dollars that nobody owns and that count in the price of a share (as in ERC-4626 with
 * virtual shares): whoever wants to make a share dear before others enter has to give the fund a
 * million times what their rounding then loses.
 */
const VIRTUAL = 1_000_000n;
/** Below a thousandth of what a share cost first, what is left is the venue's. */
const LEAST_PRICE = 1_000n;

/**
 * Shares for an entry, rounded down. Open insolvent accounts do not count: whoever enters does not
 * gain by their ending better than at their worst.
 */
export function sharesFor({ balanceUusd, shares }: Priced, amountUusd: bigint): bigint {
  return (amountUusd * (shares + VIRTUAL)) / (balanceUusd + VIRTUAL);
}

/** What shares bring who leaves, rounded down: open insolvent accounts count at their worst. */
export function exitValue({ balanceUusd, shares, atRiskUusd }: Priced, sold: bigint): bigint {
  const leftUusd = balanceUusd - minOf(atRiskUusd, balanceUusd);
  if (shares === 0n) return 0n;
  if (leftUusd < shares) return (sold * leftUusd) / shares;
  return (sold * (leftUusd + VIRTUAL)) / (shares + VIRTUAL);
}

/** The fund with income, which is the venue's own where nobody holds a share. */
export function withIncome(fund: Fund, amountUusd: bigint): Fund {
  const shares = fund.shares === 0n ? amountUusd : fund.shares;
  return { ...fund, balanceUusd: fund.balanceUusd + amountUusd, shares };
}

/** What a fund may still pay on a day: a share of what it held when the day began. */
export function payable(
  { balanceUusd, day, paidUusd }: Pick<Fund, 'balanceUusd' | 'day' | 'paidUusd'>,
  today: number,
  dailyPpm: number,
): bigint {
  const paidToday = day === today ? paidUusd : 0n;
  const limitUusd = ((balanceUusd + paidToday) * BigInt(dailyPpm)) / PPM;
  return limitUusd > paidToday ? minOf(limitUusd - paidToday, balanceUusd) : 0n;
}

/** The fund after a payment. One that has lost all but a thousandth begins anew, without shares. */
export function withPayment(fund: Fund, amountUusd: bigint, today: number): Fund {
  const balanceUusd = fund.balanceUusd - amountUusd;
  const paidUusd = (fund.day === today ? fund.paidUusd : 0n) + amountUusd;
  const paid = { ...fund, balanceUusd, day: today, paidUusd };
  if (balanceUusd * LEAST_PRICE >= fund.shares) return paid;
  return { ...paid, shares: balanceUusd, epoch: fund.epoch + 1 };
}
