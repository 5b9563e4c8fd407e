import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const liquidationErrors = defineErrors('liquidation', {
  /** The account is not being liquidated. Do: See which are: tenor liquidation list */
  notUnderLiquidation: 1,
  /** Nobody bids for an account of the same owner. Do: Deposit to it: tenor account deposit */
  ownBid: 2,
  /**
   * The auction is another one by now, or what it sells has changed.
   * Do: Look at it again: tenor liquidation show
   */
  staleVersion: 3,
  /** The fraction or the limit is out of its bounds. Do: Correct what the sentence names. */
  badBid: 4,
  /** The limit is below what the auction asks now. Do: Bid more, or wait: it falls with time. */
  bidTooLow: 5,
  /** As many better bids wait as may. Do: Bid more, or again in the next block. */
  bidsFull: 6,
  /**
   * The bidder’s account could not carry any part of it.
   * Do: Deposit more, or bid for a smaller fraction.
   */
  cannotCarry: 7,
  /** Its prices cannot be acted on now. Do: See when they can: tenor oracle prices */
  notOpen: 8,
  /** The address has no trading account of this number. Do: tenor account deposit 1000usd */
  unknownSubaccount: 9,
  /** The bidder’s account is being liquidated itself. Do: Bid with another: --subaccount 1 */
  bidderFlagged: 10,
});
