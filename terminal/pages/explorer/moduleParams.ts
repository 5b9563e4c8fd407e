import type { Codec } from '../../../proto/codec.ts';
import { Params as accounts } from '../../../proto/gen/tenor.accounts.v1.ts';
import { Params as clob } from '../../../proto/gen/tenor.clob.v1.ts';
import { Params as liquidation } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { Params as margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { Params as options } from '../../../proto/gen/tenor.options.v1.ts';
import { Params as oracle } from '../../../proto/gen/tenor.oracle.v1.ts';
import { Params as runtime } from '../../../proto/gen/tenor.runtime.v1.ts';
import { Params as staking } from '../../../proto/gen/tenor.staking.v1.ts';

/** What the parameters of each module are made of. */
export const moduleParams = {
  ...{ accounts, clob, liquidation, margin, options, oracle, runtime, staking },
} as Readonly<Record<string, Codec<object> | undefined>>;
