import { fromHex } from '@cosmjs/encoding';
import {
  DEFAULT_RULES,
  LightClient,
  RpcProvider,
  trustGenesis,
  trustHash,
  VerifiedState,
} from '../light/index.ts';
import type { Root } from '../light/index.ts';
import { ClientError } from './errors.ts';

/** Where trust comes from: the text of a genesis file, or a block that somebody vouches for. */
export type Trust =
  { readonly genesis: string } | { readonly height: number; readonly hash: string };

const WAIT_MS = 30_000;

/** A light client of a chain, from what is trusted on; it remembers what it has verified. */
export class Verifier {
  readonly #client: LightClient;

  private constructor(client: LightClient) {
    this.#client = client;
  }

  static async begin(
    url: string,
    chainId: string,
    trust: Trust,
    clock: () => number = Date.now,
  ): Promise<Verifier> {
    const provider = new RpcProvider(url);
    const { trusted } = await rootOf(provider, chainId, trust);
    if (trusted.chainId !== chainId) {
      const message = `The genesis is of chain ${trusted.chainId}, the node of ${chainId}.`;
      throw new ClientError('wrongChain', message);
    }
    return new Verifier(
      new LightClient({ provider, trusted: [trusted], rules: DEFAULT_RULES, clock }),
    );
  }

  /** The state of a height, the last one when null: `get` proves records, or their absence. */
  state(height: number | null): Promise<VerifiedState> {
    return VerifiedState.at(this.#client, height, WAIT_MS);
  }
}

async function rootOf(provider: RpcProvider, chainId: string, trust: Trust): Promise<Root> {
  if ('genesis' in trust) return trustGenesis(trust.genesis);
  return trustHash(provider, chainId, trust.height, fromHex(trust.hash.toLowerCase()));
}
