import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const accountsErrors = defineErrors('accounts', {
  unknownSubaccount: 1,
  subaccountNumber: 2,
  depositTooSmall: 3,
  insufficientCash: 4,
  positionCap: 5,
  seriesCap: 6,
  openOrdersCap: 7,
  ownerOrdersCap: 8,
});
