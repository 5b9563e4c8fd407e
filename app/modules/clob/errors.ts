import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const clobErrors = defineErrors('clob', {
  badOrder: 1,
  notTrading: 2,
  badTick: 3,
  badSize: 4,
  priceBand: 5,
  noMark: 6,
  reduceOnly: 7,
  postOnly: 8,
  fillOrKill: 9,
  duplicateClientId: 10,
  unknownOrder: 11,
  bookFull: 12,
  badRequest: 13,
  underLiquidation: 14,
});
