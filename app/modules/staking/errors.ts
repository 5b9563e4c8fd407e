import { defineErrors } from '../../runtime/errors.ts';

export const stakingErrors = defineErrors('staking', {
  badKey: 1,
  badPower: 2,
  unknown: 3,
  lastValidator: 4,
  tooMany: 5,
});
