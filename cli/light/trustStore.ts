import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LightValidator, Trusted } from '../../light/index.ts';
import { usageError } from '../errors.ts';

const VERSION = 1;
/** What a chain's id may be, so that it can be a file's name too. */
const CHAIN_ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,49}$/;

/** What is remembered of a chain. */
export interface Remembered {
  /** The root that all of it comes from: `Root.id`. */
  readonly rootId: string;
  /** From the oldest. */
  readonly trusted: readonly Trusted[];
}

interface StoredTrust {
  readonly height: number;
  readonly timeNs: string;
  readonly hash: string | null;
  readonly nextValidatorsHash: string;
  readonly validators: readonly { readonly pubkey: string; readonly power: string }[];
}
interface StoredFile {
  readonly version: number;
  readonly chainId: string;
  readonly root: string;
  readonly trusted: readonly StoredTrust[];
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

/** What this person's light client trusts: a file (0600) a chain. */
export class TrustStore {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  path(chainId: string): string {
    if (CHAIN_ID.test(chainId)) return join(this.#dir, `${chainId}.json`);
    throw usageError(`"${chainId.slice(0, 60)}" is not the id of a chain.`);
  }

  /** What is remembered of a chain, or null. @throws CliError when the file is damaged */
  load(chainId: string): Remembered | null {
    const path = this.path(chainId);
    if (!existsSync(path)) return null;
    try {
      const file = JSON.parse(readFileSync(path, 'utf8')) as StoredFile;
      if (file.version !== VERSION || file.chainId !== chainId || file.trusted.length === 0) {
        throw new Error('another version or chain');
      }
      return { rootId: file.root, trusted: file.trusted.map((t) => read(chainId, t)) };
    } catch (error) {
      throw usageError(
        `${path} is damaged (${(error as Error).message}).`,
        'Delete it; trust then has to start anew.',
      );
    }
  }

  save(chainId: string, { rootId, trusted }: Remembered): void {
    const path = this.path(chainId);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const stored = { version: VERSION, chainId, root: rootId, trusted: trusted.map(write) };
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, `${JSON.stringify(stored, null, 1)}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  }
}

function write({ height, timeNs, hash, nextValidatorsHash, validators }: Trusted): StoredTrust {
  return {
    ...{ height, timeNs: timeNs.toString(), hash: hash === null ? null : hex(hash) },
    nextValidatorsHash: hex(nextValidatorsHash),
    validators: validators.map(({ pubkey, power }) => ({
      pubkey: Buffer.from(pubkey).toString('base64'),
      power: power.toString(),
    })),
  };
}

function read(chainId: string, stored: StoredTrust): Trusted {
  const { height, timeNs, hash, nextValidatorsHash, validators } = stored;
  return {
    ...{ chainId, height, timeNs: BigInt(timeNs), hash: hash === null ? null : fromHex(hash) },
    nextValidatorsHash: fromHex(nextValidatorsHash),
    validators: validators.map(({ pubkey, power }): LightValidator => ({
      pubkey: Uint8Array.from(Buffer.from(pubkey, 'base64')),
      power: BigInt(power),
    })),
  };
}
