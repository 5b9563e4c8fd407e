import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const accountsErrors = defineErrors('accounts', {
  /**
   * The address has no trading account of this number.
   * Do: Open it with a deposit: tenor account deposit 1000usd
   */
  unknownSubaccount: 1,
  /** The number of the trading account is too high. Do: Use a lower number: --subaccount 0 */
  subaccountNumber: 2,
  /** The deposit is smaller than a deposit may be. Do: Deposit what the sentence says, or more. */
  depositTooSmall: 3,
  /** The trading account has less cash than that. Do: See what there is: tenor account show */
  insufficientCash: 4,
  /**
   * The position would be larger than one may be.
   * Do: Trade less, or reduce it first: tenor position list
   */
  positionCap: 5,
  /**
   * The account holds as many series as it may.
   * Do: Close one first, or use another account: --subaccount 1
   */
  seriesCap: 6,
  /**
   * The account has as many open orders as it may.
   * Do: Cancel some first: tenor order cancel --all
   */
  openOrdersCap: 7,
  /**
   * The owner has as many open orders, in all accounts, as the cash in them carries.
   * Do: Cancel some first (tenor order cancel --all), or deposit more.
   */
  ownerOrdersCap: 8,
  /**
   * The amount or the shares are too small, or more than there are.
   * Do: See what you have: tenor fund show
   */
  underwriting: 9,
  /** As many entries and exits wait as may at once. Do: Wait for one to be done: tenor fund show */
  fundRequestsCap: 10,
  /** The referrer is nobody who can be one. Do: Name another: tenor account refer ADDRESS */
  badReferrer: 11,
  /** The account has a referrer, who stays. Do: See who it is: tenor account fees */
  referrerSet: 12,
});
