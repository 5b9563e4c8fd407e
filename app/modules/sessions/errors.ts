import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const sessionsErrors = defineErrors('sessions', {
  /** The key has no session of this owner (any more). Do: See them: tenor session list */
  noSession: 1,
  /** The session does not allow this message. Do: Sign with the owner's own key. */
  notAllowed: 2,
  /** The session is for other subaccounts. Do: See which: tenor session list */
  wrongSubaccount: 3,
  /** The session is for other underlyings. Do: See which: tenor session list */
  wrongUnderlying: 4,
  /** The limit is further from the mark than the session allows. Do: Give a price nearer to it. */
  priceBand: 5,
  /** The session's size of the day is used up. Do: Trade less, or tomorrow. */
  dailySize: 6,
  /** What is granted is malformed or out of bounds. Do: Correct what the sentence names. */
  badGrant: 7,
  /** The owner has as many sessions as it may. Do: Revoke one first: tenor session revoke */
  tooMany: 8,
});
