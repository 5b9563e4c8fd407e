import { defineErrors } from '../../runtime/errors.ts';

export const stakingErrors = defineErrors('staking', {
  /**
   * The validator’s key or name is malformed.
   * Do: Give the 32 bytes of its Ed25519 key, and a name of at most 64 characters.
   */
  badKey: 1,
  /** The voting power is out of range. Do: Give a power that the sentence allows. */
  badPower: 2,
  /** There is no such validator. Do: See those there are: tenor staking validators */
  unknown: 3,
  /** The last validator cannot be removed. Do: Add another one first. */
  lastValidator: 4,
  /** There are as many validators as there may be. Do: Remove one first. */
  tooMany: 5,
});
