import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GenesisError, trustFirstAnswer, trustGenesis, trustHash } from '../../light/index.ts';
import type { Provider, Root } from '../../light/index.ts';
import { CliError, exitCodes, usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import type { Remembered } from './trustStore.ts';

/** Options that say where trust comes from. */
export interface TrustFlags {
  readonly trustHeight?: number;
  readonly trustHash?: string;
  readonly genesis?: string;
  readonly trustFirstAnswer?: boolean;
}

/** Where trust comes from, in words, beside what it is. */
export interface FoundRoot {
  readonly words: string;
  readonly chainId: string;
  /** True when it was named now, or is the local network's own: it counts before a remembered. */
  readonly isGiven: boolean;
  resolve(provider: Provider): Promise<Root>;
}

/** The genesis of a root that does not need a node. */
function genesisRoot(path: string, words: string): FoundRoot {
  let root: Root;
  try {
    root = trustGenesis(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof GenesisError ? error.message : (error as Error).message;
    throw usageError(`${path} is not a genesis file: ${why}.`);
  }
  const { chainId } = root.trusted;
  return { words, chainId, isGiven: true, resolve: () => Promise.resolve(root) };
}

function hashRoot({ trustHeight, trustHash: hash }: TrustFlags, chainId: string): FoundRoot {
  if (trustHeight === undefined || hash === undefined) {
    throw usageError('--trust-height and --trust-hash go together.');
  }
  if (!/^[0-9A-Fa-f]{64}$/.test(hash)) {
    throw usageError(`"${hash}" is not the hash of a block: 64 hexadecimal digits.`);
  }
  const bytes = Uint8Array.from(Buffer.from(hash, 'hex'));
  return {
    words: `block ${trustHeight}, by its hash`,
    chainId,
    isGiven: true,
    resolve: (provider) => trustHash(provider, chainId, trustHeight, bytes),
  };
}

/** The genesis file of the local network, if this is its chain. */
function testnetRoot(session: Session, chainId: string): FoundRoot | null {
  const { testnet } = session.settings;
  const home = testnet?.nodes[0]?.home;
  if (testnet === null || home === undefined || testnet.chainId !== chainId) return null;
  const path = join(home, 'config', 'genesis.json');
  return existsSync(path) ? genesisRoot(path, 'the local network’s genesis') : null;
}

function remembered(chainId: string, { rootId }: Remembered): FoundRoot {
  const resolveNone = () => Promise.reject(new Error('what is remembered needs no root'));
  return { words: rootId, chainId, isGiven: false, resolve: resolveNone };
}

/**
 * Where trust in a chain comes from: what was typed, the local network's genesis, what is
 * remembered. `claimed` is the id that the node gives itself. @throws CliError when there is none
 */
export function findRoot(
  session: Session,
  flags: TrustFlags,
  claimed: string,
  load: (chainId: string) => Remembered | null,
): FoundRoot {
  const { chainId: asked } = session.settings;
  const chainId = asked ?? claimed;
  if (flags.genesis !== undefined) {
    const found = genesisRoot(resolve(flags.genesis), `the genesis ${flags.genesis}`);
    if (asked === undefined || asked === found.chainId) return found;
    throw usageError(`${flags.genesis} is of the chain ${found.chainId}, not ${asked}.`);
  }
  if (flags.trustHeight !== undefined || flags.trustHash !== undefined) {
    return hashRoot(flags, chainId);
  }
  const local = testnetRoot(session, chainId);
  if (local !== null) return local;
  const before = load(chainId);
  if (before !== null) return remembered(chainId, before);
  if (flags.trustFirstAnswer === true) {
    return {
      words: 'the first answer of this node, believed without a reason',
      chainId,
      isGiven: false,
      resolve: (provider) => trustFirstAnswer(provider, chainId),
    };
  }
  throw new CliError(
    exitCodes.untrusted,
    `Nothing is trusted of ${chainId} yet, so nothing can be verified.`,
    'Name what you trust: --genesis FILE, or --trust-height H --trust-hash HASH from somebody ' +
      'you believe. --trust-first-answer believes this node once.',
  );
}
