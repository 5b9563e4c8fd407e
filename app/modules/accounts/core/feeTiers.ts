import type { FeeTier } from '../../../../proto/gen/tenor.accounts.v1.ts';

const MAX_TIERS = 20;
const PPM = 1_000_000;
/** Days, today not among them, whose fees make a tier. */
export const FEE_DAYS = 30;

/** What is wrong with the tiers, or null. Who paid more never pays a larger share. */
export function wrongTiers(tiers: readonly FeeTier[]): string | null {
  if (tiers.length === 0 || tiers.length > MAX_TIERS) return `fee_tiers: 1 to ${MAX_TIERS} tiers`;
  if (tiers[0]!.leastPaidUusd !== 0n) return 'fee_tiers: the first tier is for everybody, from 0';
  for (const [i, tier] of tiers.entries()) {
    if (tier.makerSharePpm > PPM || tier.takerSharePpm > PPM) {
      return `fee_tiers: shares are at most ${PPM}`;
    }
    const before = tiers[i - 1];
    if (before === undefined) continue;
    if (tier.leastPaidUusd <= before.leastPaidUusd) return 'fee_tiers: they ascend';
    if (tier.makerSharePpm > before.makerSharePpm || tier.takerSharePpm > before.takerSharePpm) {
      return 'fee_tiers: no share is larger than in the tier below';
    }
  }
  return null;
}

/** The tier that holds for what was paid, by its place. */
export function tierAt(tiers: readonly FeeTier[], paidUusd: bigint): number {
  let at = 0;
  while (at + 1 < tiers.length && tiers[at + 1]!.leastPaidUusd <= paidUusd) at++;
  return at;
}

/** How a fee is shared out. */
export interface FeeShares {
  readonly fundFeePpm: number;
  /** 0 where its payer named nobody. */
  readonly referrerFeePpm: number;
  readonly treasuryFeePpm: number;
}

/** Parts that add up to the fee. */
export interface FeeParts {
  /** Of the insurance fund of the underlying. */
  readonly fundUusd: bigint;
  readonly referrerUusd: bigint;
  readonly treasuryUusd: bigint;
  readonly validatorsUusd: bigint;
}

/**
 * A fee in its parts, in uusd: shares of the whole for fund and referrer, of the rest for the
 * treasury, each rounded down; what is left is the validators'.
 */
export function splitFee(feeUusd: bigint, shares: FeeShares): FeeParts {
  const share = (uusd: bigint, ppm: number) => (uusd * BigInt(ppm)) / BigInt(PPM);
  const fundUusd = share(feeUusd, shares.fundFeePpm);
  const referrerUusd = share(feeUusd, shares.referrerFeePpm);
  const restUusd = feeUusd - fundUusd - referrerUusd;
  const treasuryUusd = share(restUusd, shares.treasuryFeePpm);
  return { fundUusd, referrerUusd, treasuryUusd, validatorsUusd: restUusd - treasuryUusd };
}
