const UNITS_PER_CONTRACT = 10_000n;

/** An option that is held or ordered. Prices in uusd a contract, whole cents. */
export interface CoveredLeg {
  readonly isCall: boolean;
  readonly strikeUusd: bigint;
  /** 1e-4 contracts; negative is short. */
  readonly quantity: bigint;
  /** What rests to buy: how much, and what all of it costs at its highest limit, fees included. */
  readonly bids?: { readonly quantity: bigint; readonly costUusd: bigint } | undefined;
  /** What rests to sell, 1e-4 contracts. */
  readonly offered?: bigint | undefined;
}

/** The most that the options of one expiry can lose at settlement. */
export interface CoveredLoss {
  /** Undefined where there is no most: more calls are sold than held. */
  readonly lossUusd: bigint | undefined;
  /** The settlement price at which that much is lost; of an open upside the highest strike. */
  readonly worstPriceUusd: bigint;
}

const NO_LOSS: CoveredLoss = { lossUusd: 0n, worstPriceUusd: 0n };
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * What one expiry can take of an account's cash at any settlement price, in exact uusd, from its
 * legs alone: no mark, no index and no volatility comes in, so no feed can change it (ADR 105).
 *
 * The loss at a settlement price x is what the legs pay out, and of each series with orders the
 * worse of selling all that is offered, for nothing, and buying all that is bid for, at its cost
 * (ADR 041). Both are linear in the payout between strikes, and where the worse side changes the
 * slope only rises. So the most is lost at 0 or at a strike, or there is no most: above the last
 * strike the loss falls or grows for ever. It is at least what the bids cost: what an expiry must
 * gain pays for no bid.
 */
export function coveredLoss(legs: readonly CoveredLeg[], withOrders: boolean): CoveredLoss {
  let upside = 0n;
  let costUusd = 0n;
  let highestUusd = 0n;
  for (const { isCall, strikeUusd, quantity, bids, offered } of legs) {
    if (isCall) upside += quantity - (withOrders ? (offered ?? 0n) : 0n);
    if (withOrders) costUusd += bids?.costUusd ?? 0n;
    highestUusd = larger(highestUusd, strikeUusd);
  }
  if (upside < 0n) return { lossUusd: undefined, worstPriceUusd: highestUusd };
  let worst: CoveredLoss & { readonly lossUusd: bigint } = { ...NO_LOSS, lossUusd: costUusd };
  for (const priceUusd of new Set([0n, ...legs.map(({ strikeUusd }) => strikeUusd)])) {
    const lossUusd = lossAt(legs, priceUusd, withOrders);
    if (lossUusd > worst.lossUusd) worst = { lossUusd, worstPriceUusd: priceUusd };
  }
  return worst;
}

function lossAt(legs: readonly CoveredLeg[], priceUusd: bigint, withOrders: boolean): bigint {
  let lossUusd = 0n;
  for (const { isCall, strikeUusd, quantity, bids, offered } of legs) {
    const value = larger(isCall ? priceUusd - strikeUusd : strikeUusd - priceUusd, 0n);
    // A cent times 1e-4 contract is 1 uusd, so that each of these is whole.
    lossUusd -= (value * quantity) / UNITS_PER_CONTRACT;
    if (!withOrders) continue;
    const sold = (value * (offered ?? 0n)) / UNITS_PER_CONTRACT;
    const bought =
      bids === undefined ? 0n : bids.costUusd - (value * bids.quantity) / UNITS_PER_CONTRACT;
    lossUusd += larger(sold, larger(bought, 0n));
  }
  return lossUusd;
}
