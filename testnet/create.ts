import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildGenesis } from '../app/chain/genesis.ts';
import { AUTHORITY, genesisAccount, makeAccounts, operatorName } from './accounts.ts';
import type { GenesisAccount, TestAccount } from './accounts.ts';
import { writeJson } from './files.ts';
import { CHAIN_ID, VALIDATOR_POWER, engineGenesis } from './genesis.ts';
import { generateKeys, type ValidatorKey } from './keys.ts';
import { isNodeName, layout } from './paths.ts';
import { TestnetError } from './testnetError.ts';
import type { ChainRecord, Preset } from './testnetJson.ts';

export interface NewChain {
  dir: string;
  /** The engine's program, which makes the keys. */
  engine: string;
  validators: number;
  preset: Preset;
  genesisAccounts: readonly GenesisAccount[];
}

/** What a network's folder holds beside the nodes' homes: nothing else is ever removed from it. */
const ours = [
  'testnet.json',
  'testAccounts.json',
  'processes.json',
  'launcher.log',
  'logs',
  'history',
  'history.lock',
];
const isOurs = (name: string): boolean => ours.includes(name) || isNodeName(name);

/** Removes a network's chain. Throws a TestnetError when the folder holds anything else. */
export function removeChain(dir: string): void {
  if (!existsSync(dir)) return;
  const names = readdirSync(dir);
  const strange = names.find((name) => !isOurs(name));
  if (strange !== undefined) {
    throw new TestnetError(
      `${dir} holds "${strange}", which is no part of a test network: choose another --dir.`,
    );
  }
  // The table of processes and the log belong to the launcher that is at work now.
  const kept = ['processes.json', 'launcher.log'];
  for (const name of names.filter((n) => !kept.includes(n))) {
    rmSync(join(dir, name), { recursive: true });
  }
}

function addressOf(accounts: readonly TestAccount[], name: string): string {
  return accounts.find((account) => account.name === name)!.address;
}

/** A computer that does something else for a while makes gaps between blocks: no outages. */
const AUCTION_STEPS = [{ gapMs: 60_000, lengthMs: 15_000 }];

function appState(chain: NewChain, accounts: readonly TestAccount[], keys: ValidatorKey[]): object {
  const state = buildGenesis({
    chainId: CHAIN_ID,
    genesisTimeMs: Date.now(),
    preset: chain.preset,
    authority: addressOf(accounts, AUTHORITY),
    accounts: [...accounts.map(genesisAccount), ...chain.genesisAccounts],
    validators: keys.map(({ index, pubkey }) => ({
      pubkey,
      power: VALIDATOR_POWER,
      moniker: `validator${index}`,
      operator: addressOf(accounts, operatorName(index)),
    })),
  });
  const { params } = state['clob'] as { params: object };
  Object.assign(params, { auctionSteps: AUCTION_STEPS });
  return state;
}

export interface CreatedChain {
  accounts: TestAccount[];
  chain: ChainRecord;
}

/** Makes keys, accounts and the genesis of a new chain in an empty folder. */
export async function createChain(chain: NewChain): Promise<CreatedChain> {
  mkdirSync(chain.dir, { recursive: true, mode: 0o700 });
  const keys = await generateKeys(chain.engine, chain.dir, chain.validators);
  const accounts = makeAccounts(chain.validators);
  const genesis = engineGenesis(keys, appState(chain, accounts, keys), Date.now());
  for (const { home } of keys) writeJson(layout.genesis(home), genesis);
  return { accounts, chain: { validators: chain.validators, preset: chain.preset } };
}
