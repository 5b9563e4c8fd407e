import type { Json } from '../../proto/json.ts';
import { toJson } from '../../proto/json.ts';
import { defaultAccountsGenesis } from '../modules/accounts/index.ts';
import { defaultClobGenesis } from '../modules/clob/index.ts';
import { defaultLiquidationGenesis } from '../modules/liquidation/index.ts';
import { defaultMarginGenesis } from '../modules/margin/index.ts';
import { defaultOptionsGenesis } from '../modules/options/index.ts';
import type { OptionsPreset } from '../modules/options/index.ts';
import { moduleSet } from '../modules/index.ts';
import { defaultOracleParams, noReports } from '../modules/oracle/index.ts';
import { defaultRuntimeParams } from '../runtime/coreModule.ts';
import { consensusAddress, defaultStakingParams } from '../modules/staking/index.ts';

export interface GenesisOptions {
  readonly chainId: string;
  readonly genesisTimeMs: number;
  readonly preset: OptionsPreset;
  /** Address that may change parameters and validators. */
  readonly authority: string;
  readonly accounts: readonly {
    readonly address: string;
    readonly coins: readonly { readonly denom: string; readonly amount: string }[];
  }[];
  readonly validators: readonly {
    /** Ed25519. */
    readonly pubkey: Uint8Array;
    readonly power: bigint;
    readonly moniker: string;
    readonly operator: string;
  }[];
}

/** `app_state` of a new chain, as JSON: each module's default genesis with these accounts. */
export function buildGenesis(options: GenesisOptions): Record<string, Json> {
  const state = {
    runtime: {
      params: defaultRuntimeParams(options.authority),
      applied: [],
      moduleVersions: moduleSet.modules.map(({ name, version = 1 }) => ({
        name,
        version: BigInt(version),
      })),
    },
    auth: { accounts: [], buckets: [], nonces: [], nextAccountNumber: 0n },
    bank: { balances: options.accounts },
    sessions: { sessions: [] },
    staking: {
      params: defaultStakingParams,
      validators: options.validators.map((v) => ({
        consensusAddress: consensusAddress(v.pubkey),
        consensusPubkey: v.pubkey,
        power: v.power,
        moniker: v.moniker,
        operator: v.operator,
      })),
    },
    oracle: {
      params: defaultOracleParams,
      ...{ prices: [], surfaces: [], votes: [], feeds: [] },
      ...noReports,
    },
    options: defaultOptionsGenesis(options.preset),
    accounts: defaultAccountsGenesis(),
    margin: defaultMarginGenesis(),
    clob: defaultClobGenesis(),
    liquidation: defaultLiquidationGenesis(),
  };
  return toJson(state) as Record<string, Json>;
}
