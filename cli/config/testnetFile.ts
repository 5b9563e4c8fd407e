import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { usageError } from '../errors.ts';

/** What the command needs of `DIR/testnet.json`, which a local network writes. */
export interface TestnetFile {
  readonly dir: string;
  readonly chainId: string;
  readonly ready: boolean;
  readonly nodes: readonly {
    readonly name: string;
    /** Of its engine: config/genesis.json is in it. */
    readonly home?: string;
    readonly rpc: string;
    /** Of its streams. */
    readonly ws?: string | null;
    readonly pids: Readonly<Record<string, number | null>>;
  }[];
  /** Of the indexer that follows it, where one runs. */
  readonly history?: { readonly url: string } | null;
  readonly accounts: readonly {
    readonly name: string;
    readonly address: string;
    readonly mnemonic: string;
  }[];
}

/** The network of a folder, or null when there is none. */
export function readTestnet(folder: string): TestnetFile | null {
  const dir = resolve(folder);
  const path = join(dir, 'testnet.json');
  if (!existsSync(path)) return null;
  try {
    return { ...(JSON.parse(readFileSync(path, 'utf8')) as TestnetFile), dir };
  } catch (error) {
    throw usageError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

/** The network of `.testnet/` in this folder or the nearest one above, or null. */
export function findTestnet(from: string): TestnetFile | null {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const found = readTestnet(join(folder, '.testnet'));
    if (found !== null || dirname(folder) === folder) return found;
  }
}
