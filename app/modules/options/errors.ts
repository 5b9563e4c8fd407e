import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const optionsErrors = defineErrors('options', {
  /** No underlying has this name. Do: See what is traded: tenor market list */
  unknownUnderlying: 1,
  /**
   * No series has this name, or it is not listed (any more).
   * Do: See what is traded: tenor market list
   */
  unknownSeries: 2,
  /** The underlying has no such expiry. Do: See which expiries there are: tenor market expiries */
  unknownExpiry: 3,
  /** There is as much open interest as may be. Do: Close positions, or trade another series. */
  openInterestCap: 4,
  /** The request is malformed. Do: Correct what the sentence names. */
  badRequest: 5,
});
