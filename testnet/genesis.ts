import { createHash } from 'node:crypto';
import type { ValidatorKey } from './keys.ts';

export const CHAIN_ID = 'tenor-local-1';
export const VALIDATOR_POWER = 100n;

/**
 * Well above the 2 MB that a block of the protocol holds, so that a proposer has a choice. (The
 * engine's own default is about 53 MiB.)
 */
const BLOCK_MAX_BYTES = 8 * 1024 * 1024;
/** A node keeps as many blocks: some hours, which bounds its disk. Both ages must pass. */
export const EVIDENCE_MAX_AGE_BLOCKS = 20_000;
const HALF_AN_HOUR_NS = 1_800_000_000_000n;

/** The engine's genesis.json, with the application's state inside. */
export function engineGenesis(
  validators: readonly ValidatorKey[],
  appState: object,
  genesisTimeMs: number,
): object {
  return {
    genesis_time: new Date(genesisTimeMs).toISOString(),
    chain_id: CHAIN_ID,
    initial_height: '1',
    consensus_params: {
      block: { max_bytes: String(BLOCK_MAX_BYTES), max_gas: '-1' },
      evidence: {
        max_age_num_blocks: String(EVIDENCE_MAX_AGE_BLOCKS),
        max_age_duration: String(HALF_AN_HOUR_NS),
        max_bytes: '1048576',
      },
      validator: { pub_key_types: ['ed25519'] },
      version: { app: '1' },
      abci: { vote_extensions_enable_height: '1' },
    },
    validators: validators.map(({ index, pubkey }) => ({
      address: validatorAddress(pubkey),
      pub_key: {
        type: 'tendermint/PubKeyEd25519',
        value: Buffer.from(pubkey).toString('base64'),
      },
      power: String(VALIDATOR_POWER),
      name: `validator${index}`,
    })),
    app_hash: '',
    app_state: appState,
  };
}

/** The first 20 bytes of the key's SHA-256, in upper-case hex. */
export function validatorAddress(pubkey: Uint8Array): string {
  return createHash('sha256').update(pubkey).digest('hex').slice(0, 40).toUpperCase();
}
