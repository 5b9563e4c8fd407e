import { Params as Message } from '../../../proto/gen/tenor.staking.v1.ts';
import { Params } from '../../runtime/params.ts';

export const params = new Params<Message>('staking', Message, (p) => {
  if (p.maxValidators < 1 || p.maxValidators > 200) return 'maxValidators: 1 to 200';
  if (p.unbondingSeconds < 1n) return 'unbondingSeconds: at least 1';
  return null;
});

export const defaultStakingParams: Message = { maxValidators: 100, unbondingSeconds: 1_814_400n };
