import {
  GenesisState,
  QueryValidatorsRequest,
  QueryValidatorsResponse,
} from '../../../proto/gen/tenor.staking.v1.ts';
import { equalBytes } from '../../lib/bytes.ts';
import { schemasOf } from '../../store/collection.ts';
import * as state from './state.ts';
import { genesisOf } from '../../runtime/genesis.ts';
import { query } from '../../runtime/module.ts';
import type { Module } from '../../runtime/module.ts';
import { setPower } from './msgs/setPower.ts';
import { params } from './params.ts';
import { consensusAddress, endBlock, MAX_POWER, putSet, setAt } from './sets.ts';
import { sets, validators } from './state.ts';

export { consensusAddress, cutPower, setAt, totalPower, validatorAt } from './sets.ts';
export { defaultStakingParams } from './params.ts';

const genesis = genesisOf<GenesisState>({
  codec: GenesisState,
  check({ params: given, validators: list }) {
    if (given === undefined) return 'params are missing';
    if (list.length === 0) return 'a validator is needed';
    if (list.length > given.maxValidators) return `more than ${given.maxValidators} validators`;
    for (const v of list) {
      if (v.consensusPubkey.length !== 32) return `${v.moniker}: a key has 32 bytes`;
      if (!equalBytes(consensusAddress(v.consensusPubkey), v.consensusAddress)) {
        return `${v.moniker}: consensusAddress is not the key's`;
      }
      if (v.power <= 0n || v.power > MAX_POWER) return `${v.moniker}: power: 1 to ${MAX_POWER}`;
    }
    return params.wrong(given);
  },
  init(ctx, state) {
    params.set(ctx, state.params!);
    for (const v of state.validators) validators.set(ctx, v.consensusAddress, v);
    putSet(ctx, ctx.header.height);
  },
  export: (view) => ({
    params: params.get(view),
    validators: [...validators.entries(view)].map(([, v]) => v),
  }),
});

export const stakingModule: Module = {
  name: 'staking',
  schemas: schemasOf(state),
  msgs: [setPower],
  queries: {
    '/tenor.staking.v1.Query/Validators': query(
      QueryValidatorsRequest,
      QueryValidatorsResponse,
      (view) => ({ validators: [...validators.entries(view)].map(([, v]) => v) }),
    ),
  },
  genesis,
  invariants: {
    'the signing sets of this height and the next are kept': (view) => {
      const { height } = view.header;
      if (setAt(view, height) === undefined) return `no set for ${height}`;
      return [...sets.entries(view)].length > 4 ? 'old sets are not dropped' : null;
    },
  },
  params,
  endBlock,
};
