import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { layout, validatorName, VALIDATOR } from './paths.ts';
import { readJson } from './files.ts';
import { TestnetError } from './testnetError.ts';

export interface ValidatorKey {
  index: number;
  home: string;
  /** Ed25519, 32 bytes: what the validator votes with. */
  pubkey: Uint8Array;
}

interface EngineGenesis {
  validators: { name: string; pub_key: { type: string; value: string } }[];
}

/**
 * Lets the engine make its homes, each with its keys (0600) where they stay: keys are never copied.
 * Only the public keys are read, from the genesis file that it writes beside them.
 */
export async function generateKeys(
  engine: string,
  dir: string,
  count: number,
): Promise<ValidatorKey[]> {
  const args = ['testnet', '--v', String(count), '--o', dir, '--node-dir-prefix', VALIDATOR];
  try {
    await promisify(execFile)(engine, [...args, '--populate-persistent-peers=false']);
  } catch (error) {
    throw new TestnetError(`CometBFT could not generate keys: ${(error as Error).message}`);
  }
  const genesis = readJson(layout.genesis(layout.home(dir, validatorName(0)))) as EngineGenesis;
  return Array.from({ length: count }, (_, index) => {
    const validator = genesis.validators.find(({ name }) => name === validatorName(index));
    if (validator?.pub_key.type !== 'tendermint/PubKeyEd25519') {
      throw new TestnetError(`CometBFT made no ed25519 key for ${validatorName(index)}.`);
    }
    const pubkey = new Uint8Array(Buffer.from(validator.pub_key.value, 'base64'));
    return { index, home: layout.home(dir, validatorName(index)), pubkey };
  });
}

/** Makes the home of a node that does not vote: keys of its own, and the genesis of the others. */
export async function makeFullNode(engine: string, home: string, genesis: string): Promise<void> {
  try {
    await promisify(execFile)(engine, ['init', '--home', home]);
  } catch (error) {
    throw new TestnetError(`CometBFT could not make a node: ${(error as Error).message}`);
  }
  copyFileSync(genesis, layout.genesis(home));
}

/** A node's id on the peer network: the first 20 bytes of its public key's SHA-256, in hex. */
export function nodeId(home: string): string {
  const file = readJson(join(home, 'config', 'node_key.json')) as { priv_key: { value: string } };
  // An ed25519 private key, as Go writes it, ends with the public key.
  const pubkey = Buffer.from(file.priv_key.value, 'base64').subarray(32);
  return createHash('sha256').update(pubkey).digest('hex').slice(0, 40);
}
