import { Buffer } from 'buffer';
import { equalBytes } from '../app/lib/bytes.ts';
import { sha256 } from '../app/lib/address.ts';
import { LightError, must } from './errors.ts';
import { inSetOrder, validatorsHash } from './hashes.ts';
import type { Provider } from './provider.ts';
import type { LightValidator, Trusted } from './types.ts';
import { checkBlock, trustedOf } from './verify.ts';

const NS_PER_MS = 1_000_000n;

/** Where all trust comes from, in words and as something to compare. */
export interface Root {
  readonly trusted: Trusted;
  /** `genesis 5F…`, `block 12 A0…`: equal exactly when the root is the same. */
  readonly id: string;
}

/** A genesis file that is none. */
export class GenesisError extends Error {
  override readonly name = 'GenesisError';
}

interface GenesisFile {
  readonly genesis_time: string;
  readonly chain_id: string;
  readonly initial_height?: string;
  readonly validators: readonly {
    readonly pub_key: { readonly type: string; readonly value: string };
    readonly power: string;
  }[];
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();

/**
 * Trust in the validators of a genesis file, which is a trusted set with its chain and time. Other
 * fields are not read. @throws GenesisError
 */
export function trustGenesis(text: string): Root {
  let file: Partial<GenesisFile>;
  try {
    file = JSON.parse(text) as Partial<GenesisFile>;
  } catch {
    throw new GenesisError('it is not JSON');
  }
  const { chain_id: chainId, genesis_time: time = '', validators = [] } = file;
  const timeMs = Date.parse(time);
  if (typeof chainId !== 'string' || chainId === '') throw new GenesisError('it has no chain_id');
  if (Number.isNaN(timeMs)) throw new GenesisError('it has no genesis_time');
  const set = inSetOrder(validators.map(validatorOf));
  if (set.length === 0) throw new GenesisError('it has no validators');
  const first = Number(file.initial_height ?? '1') || 1;
  const trusted = {
    ...{ chainId, height: first - 1, timeNs: BigInt(timeMs) * NS_PER_MS, hash: null },
    ...{ nextValidatorsHash: validatorsHash(set), validators: set },
  };
  const words = [chainId, time, first, hex(trusted.nextValidatorsHash)].join(' ');
  return { trusted, id: `genesis ${hex(sha256(Buffer.from(words)))}` };
}

function validatorOf({ pub_key: key, power }: GenesisFile['validators'][number]): LightValidator {
  const pubkey = Uint8Array.from(Buffer.from(key.value, 'base64'));
  if (key.type !== 'tendermint/PubKeyEd25519' || pubkey.length !== 32) {
    throw new GenesisError('a validator of it has no Ed25519 key');
  }
  if (!/^[1-9]\d{0,18}$/.test(power)) throw new GenesisError('a validator of it has no power');
  return { pubkey, power: BigInt(power) };
}

/** Trust in the block of a height and hash, heard of from somebody who is trusted. */
export async function trustHash(
  provider: Provider,
  chainId: string,
  height: number,
  hash: Uint8Array,
): Promise<Root> {
  const trusted = await fetchTrusted(provider, chainId, height);
  must(
    equalBytes(trusted.hash!, hash),
    `block ${height} has the hash ${hex(trusted.hash!)}, not the trusted ${hex(hash)}`,
  );
  return { trusted, id: `block ${height} ${hex(hash)}` };
}

/** Trust in whatever block the node shows first. */
export async function trustFirstAnswer(provider: Provider, chainId: string): Promise<Root> {
  const height = await provider.latestHeight();
  const trusted = await fetchTrusted(provider, chainId, height);
  return { trusted, id: `first answer, block ${height} ${hex(trusted.hash!)}` };
}

async function fetchTrusted(provider: Provider, chainId: string, height: number) {
  const block = await provider.lightBlock(height);
  if (block !== null) return trustedOf(checkBlock(chainId, height, block));
  throw new LightError('unprovable', `${provider.name} has no block ${height}`);
}
