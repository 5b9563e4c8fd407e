import type * as abci from 'cosmjs-types/tendermint/abci/types';
import type { Json } from '../../proto/json.ts';
import { genesisFile, genesisText } from '../../app/commands/genesisFile.ts';
import type { Registry } from '../../app/runtime/registry.ts';
import type { Version } from '../../app/store/store.ts';
import { timestamp } from './engineValues.ts';

interface GenesisFile {
  genesis_time: string;
  chain_id: string;
  initial_height: string;
  consensus_params: { version: { app: string }; abci: { vote_extensions_enable_height: string } };
  validators: { pub_key: { value: string }; power: string }[];
  app_state: Json;
}

/** The genesis file of a version, as text: what `export` writes. */
export function exported(
  registry: Registry,
  version: Version,
  initialHeight = version.height + 1,
): string {
  const { chainId } = version;
  return genesisText(
    genesisFile(registry, version, { initialHeight, chainId, consensusParams: {} }),
  );
}

/** What the engine asks the application with when it starts from a genesis file. */
export function initChainOf(text: string): abci.RequestInitChain {
  const file = JSON.parse(text) as GenesisFile;
  const { abci: extensions } = file.consensus_params;
  return {
    time: timestamp(Date.parse(file.genesis_time)),
    chainId: file.chain_id,
    validators: file.validators.map(({ pub_key, power }) => ({
      pubKey: { ed25519: Uint8Array.from(Buffer.from(pub_key.value, 'base64')) },
      power: BigInt(power),
    })),
    consensusParams: {
      abci: { voteExtensionsEnableHeight: BigInt(extensions.vote_extensions_enable_height) },
    },
    appStateBytes: Buffer.from(JSON.stringify(file.app_state)),
    initialHeight: BigInt(file.initial_height),
  };
}
