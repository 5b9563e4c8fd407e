import { Params as AccountsParams } from '../proto/gen/tenor.accounts.v1.ts';
import { Params as ClobParams } from '../proto/gen/tenor.clob.v1.ts';
import { Params as LiquidationParams } from '../proto/gen/tenor.liquidation.v1.ts';
import { Params as MarginParams } from '../proto/gen/tenor.margin.v1.ts';
import { Params as OptionsParams } from '../proto/gen/tenor.options.v1.ts';
import { Params as OracleParams } from '../proto/gen/tenor.oracle.v1.ts';
import { Params as RuntimeParams } from '../proto/gen/tenor.runtime.v1.ts';
import type { QueryParamsResponse } from '../proto/gen/tenor.runtime.v1.ts';
import { Params as StakingParams } from '../proto/gen/tenor.staking.v1.ts';

/** Parameters by the module's name. */
export const paramsTypes = {
  accounts: AccountsParams,
  clob: ClobParams,
  liquidation: LiquidationParams,
  margin: MarginParams,
  options: OptionsParams,
  oracle: OracleParams,
  runtime: RuntimeParams,
  staking: StakingParams,
};

/** A module's parameters as a message. */
export function decodeParams({ typeUrl, params }: QueryParamsResponse): unknown {
  return Object.values(paramsTypes)
    .find((codec) => codec.typeUrl === typeUrl)
    ?.decode(params);
}
