import { defineErrors } from '../../runtime/errors.ts';

export const marginErrors = defineErrors('margin', {
  insufficientMargin: 1,
  withdrawalsPaused: 2,
  noPrice: 3,
  unknownSubaccount: 4,
  badAmount: 5,
  badMode: 6,
  underLiquidation: 7,
});
