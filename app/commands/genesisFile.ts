import type { Json } from '../../proto/json.ts';
import { exportState } from '../chain/exportState.ts';
import { viewOf } from '../runtime/context.ts';
import { appVersionOf } from '../runtime/upgrade/index.ts';
import type { Registry } from '../runtime/registry.ts';
import { setAt } from '../modules/staking/index.ts';
import type { Version } from '../store/store.ts';

export interface GenesisFileOptions {
  /** Height of the new chain's first block. */
  readonly initialHeight: number;
  readonly chainId: string;
  /** `consensus_params` of the chain that is exported. */
  readonly consensusParams: Readonly<Record<string, Json>>;
}

/**
 * A genesis file of CometBFT from which a chain goes on where a version stopped: the same state,
 * the same validators, the time of its last block.
 */
export function genesisFile(
  registry: Registry,
  version: Version,
  { initialHeight, chainId, consensusParams }: GenesisFileOptions,
): Record<string, Json> {
  const { height, timeMs, state } = version;
  const header = { chainId: version.chainId, height, timeMs, proposer: new Uint8Array(0) };
  const view = viewOf(state, header);
  // Updates on their way to the engine are in force with the first block of the new chain.
  const validators = setAt(view, height + 2)?.validators ?? [];
  return {
    genesis_time: new Date(timeMs).toISOString(),
    chain_id: chainId,
    initial_height: String(initialHeight),
    consensus_params: {
      ...consensusParams,
      version: { app: String(appVersionOf(view)) },
      abci: { vote_extensions_enable_height: String(initialHeight) },
    },
    validators: validators.map(({ consensusAddress, consensusPubkey, power, moniker }) => ({
      address: Buffer.from(consensusAddress).toString('hex').toUpperCase(),
      pub_key: {
        type: 'tendermint/PubKeyEd25519',
        value: Buffer.from(consensusPubkey).toString('base64'),
      },
      power: String(power),
      name: moniker,
    })),
    app_hash: '',
    app_state: exportState(registry, version, initialHeight),
  };
}

/** Levels of a genesis file that get lines of their own: down to a record of a module's list. */
const LINE_DEPTH = 4;

/** A genesis file as text: one line a record, so that two can be compared line by line. */
export function genesisText(value: Json, depth = LINE_DEPTH, indent = ''): string {
  const isList = Array.isArray(value);
  if (value === null || typeof value !== 'object' || depth === 0) return JSON.stringify(value);
  const inner = `${indent}  `;
  const lines = isList
    ? value.map((item) => inner + genesisText(item, depth - 1, inner))
    : Object.entries(value).map(
        ([name, item]) => `${inner}${JSON.stringify(name)}: ${genesisText(item, depth - 1, inner)}`,
      );
  if (lines.length === 0) return isList ? '[]' : '{}';
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}
