import { MsgSetPower, MsgSetPowerResponse } from '../../../../proto/gen/tenor.staking.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { assertAuthority } from '../../../runtime/coreModule.ts';
import { handler } from '../../../runtime/module.ts';
import { stakingErrors } from '../errors.ts';
import { params } from '../params.ts';
import { consensusAddress, MAX_POWER, setPower as record } from '../sets.ts';
import { validators } from '../state.ts';

/** Adds a validator, or changes its power; 0 removes it. Only the authority may. */
export const setPower = handler({
  codec: MsgSetPower,
  response: MsgSetPowerResponse,
  signer: (msg) => msg.authority,
  validate({ authority, consensusPubkey, power, moniker, operator }) {
    addressBytes(authority);
    if (operator !== '') addressBytes(operator);
    if (consensusPubkey.length !== 32) throw stakingErrors.badKey('an Ed25519 key has 32 bytes');
    if (power < 0n || power > MAX_POWER) throw stakingErrors.badPower(`power: 0 to ${MAX_POWER}`);
    if (moniker.length > 64) throw stakingErrors.badKey('a moniker has at most 64 characters');
  },
  execute(ctx, { authority, consensusPubkey, power, moniker, operator }) {
    assertAuthority(ctx, authority);
    const address = consensusAddress(consensusPubkey);
    const known = validators.get(ctx, address);
    if (known === undefined && power === 0n) throw stakingErrors.unknown('no such validator');
    const active = [...validators.entries(ctx)].filter(([, v]) => v.power > 0n);
    if (power === 0n && active.length === 1 && known?.power !== 0n) {
      throw stakingErrors.lastValidator('the last validator cannot be removed');
    }
    const joins = power > 0n && (known === undefined || known.power === 0n);
    if (joins && active.length >= params.get(ctx).maxValidators) {
      throw stakingErrors.tooMany('the set is full: remove a validator first');
    }
    record(ctx, {
      consensusAddress: address,
      consensusPubkey,
      power,
      moniker: moniker === '' ? (known?.moniker ?? '') : moniker,
      operator: operator === '' ? (known?.operator ?? '') : operator,
    });
    return {};
  },
});
