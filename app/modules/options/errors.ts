import { defineErrors } from '../../runtime/errors.ts';

/** Codes are part of the protocol: never renumbered, never reused. */
export const optionsErrors = defineErrors('options', {
  unknownUnderlying: 1,
  unknownSeries: 2,
  unknownExpiry: 3,
  openInterestCap: 4,
  badRequest: 5,
});
