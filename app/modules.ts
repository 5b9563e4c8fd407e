import { allMsgs } from '../proto/gen/index.ts';
import { accountsModule } from './accounts/index.ts';
import { accountOf, addNonce, authModule, drawTokens, saveAccount } from './auth/index.ts';
import { bankModule, sendCoins } from './bank/index.ts';
import { moduleAddress } from './lib/address.ts';
import { marginModule } from './margin/index.ts';
import { optionsModule } from './options/index.ts';
import { oracleModule } from './oracle/index.ts';
import type { AntePorts } from './runtime/ante.ts';
import { coreModule } from './runtime/coreModule.ts';
import { buildRegistry } from './runtime/registry.ts';
import type { Registry } from './runtime/registry.ts';
import { stakingModule } from './staking/index.ts';

const layers = [
  authModule,
  bankModule,
  stakingModule,
  oracleModule,
  optionsModule,
  accountsModule,
  marginModule,
];

/** The modules, and their order in each phase. */
export const moduleSet = {
  modules: [coreModule(layers), ...layers],
  // Prices are in before this. Instruments expire first, then what rests on them.
  beginBlock: ['runtime', 'auth', 'bank', 'staking', 'oracle', 'options', 'accounts', 'margin'],
  endBlock: ['runtime', 'auth', 'bank', 'oracle', 'options', 'accounts', 'margin', 'staking'],
} as const;

export function createRegistry(): Registry {
  return buildRegistry(
    moduleSet,
    allMsgs.map((codec) => codec.typeUrl).filter((t) => !/clob/.test(t)),
  );
}

/** Where fees of transactions are collected. */
export const FEE_COLLECTOR = moduleAddress('fee_collector');

export const antePorts: AntePorts = {
  account: accountOf,
  saveAccount,
  payFee: (ctx, payer, denom, amount) => {
    sendCoins(ctx, payer, FEE_COLLECTOR, denom, amount);
  },
  drawTokens,
  addNonce,
};
