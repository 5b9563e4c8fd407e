import { allMsgs } from '../../proto/gen/index.ts';
import {
  accountsModule,
  chargeFailure,
  drawAllowance,
  hasPlace,
  takeAllowance,
} from './accounts/index.ts';
import { accountOf, addNonce, authModule, saveAccount } from './auth/index.ts';
import { bankModule, sendCoins } from './bank/index.ts';
import { clobModule } from './clob/index.ts';
import { liquidationModule } from './liquidation/index.ts';
import { moduleAddress } from '../lib/address.ts';
import { marginModule } from './margin/index.ts';
import { optionsModule } from './options/index.ts';
import { oracleModule } from './oracle/index.ts';
import type { AntePorts } from '../runtime/ante.ts';
import { coreModule } from '../runtime/coreModule.ts';
import { buildRegistry } from '../runtime/registry.ts';
import type { Registry } from '../runtime/registry.ts';
import { openSession, sessionsModule } from './sessions/index.ts';
import { stakingModule } from './staking/index.ts';

const layers = [
  authModule,
  bankModule,
  sessionsModule,
  stakingModule,
  oracleModule,
  optionsModule,
  accountsModule,
  marginModule,
  clobModule,
  liquidationModule,
];

/** The modules, and their order in each phase. */
export const moduleSet = {
  modules: [coreModule(layers), ...layers],
  // Prices are in before this. Instruments expire, then what rests on them goes, then they pay out.
  beginBlock: [
    'runtime',
    'auth',
    'bank',
    'sessions',
    'staking',
    'oracle',
    'options',
    'clob',
    'accounts',
    'margin',
    'liquidation',
  ],
  // Fees of the block, its end included, go out last; then the validators of the height after next.
  // Orders have ended by then, and clob writes down which.
  endBlock: [
    'runtime',
    'auth',
    'bank',
    'sessions',
    'oracle',
    'options',
    'margin',
    'liquidation',
    'clob',
    'accounts',
    'staking',
  ],
  upgrades: [],
} as const;

export function createRegistry(): Registry {
  return buildRegistry(
    moduleSet,
    allMsgs.map((codec) => codec.typeUrl),
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
  drawAllowance,
  takeAllowance,
  chargeFailure,
  addNonce,
  hasPlace,
  openSession,
};
