/**
 * The share of the index that a short adds to the initial margin while its prices are in doubt.
 *
 * @param confidence of the index
 * @param ofExpiry of forward and volatilities of its expiry
 */
export function doubtOf(confidence: number, ofExpiry: number, threshold: number): number {
  const least = Math.min(confidence, ofExpiry);
  return least < threshold ? 1 - least : 0;
}
