import { equalBytes } from '../app/lib/bytes.ts';
import { LightError, must } from './errors.ts';
import type { Provider } from './provider.ts';
import type { LightBlock, TrustRules, Trusted, VerifiedHeader } from './types.ts';
import {
  TooFarAhead,
  checkBlock,
  checkNotExpired,
  trustedOf,
  verifyAhead,
  verifyBehind,
} from './verify.ts';

/** Blocks walked back one by one at most. */
const MAX_STEPS_BACK = 1_000;
/** What is kept of the way besides the root. */
const KEPT = 16;
const POLL_MS = 100;
/** A block farther ahead than this is not waited for. */
const MAX_AHEAD = 10;

export interface LightClientOptions {
  readonly provider: Provider;
  /** At least one; in any order. */
  readonly trusted: readonly Trusted[];
  readonly rules: TrustRules;
  /** Unix milliseconds now. */
  readonly clock: () => number;
}

/**
 * Verifies headers of a chain, starting from what is trusted: ahead by the signatures of sets that
 * lead from the trusted one to the header's, behind by the hashes that link blocks.
 */
export class LightClient {
  readonly #provider: Provider;
  readonly #rules: TrustRules;
  readonly #clock: () => number;
  /** By height. */
  #trusted: Trusted[];
  /** Headers verified on the way in this run. */
  #steps = 0;

  constructor({ provider, trusted, rules, clock }: LightClientOptions) {
    if (trusted.length === 0) throw new RangeError('a light client trusts something');
    this.#provider = provider;
    this.#rules = rules;
    this.#clock = clock;
    this.#trusted = trusted.toSorted((a, b) => a.height - b.height);
  }

  get provider(): Provider {
    return this.#provider;
  }

  get chainId(): string {
    return this.#trusted[0]!.chainId;
  }

  get steps(): number {
    return this.#steps;
  }

  /** What is trusted now: the oldest, and the newest of what was verified. */
  get trusted(): readonly Trusted[] {
    const [first, ...rest] = this.#trusted;
    return [first!, ...rest.slice(-KEPT)];
  }

  /**
   * The verified header of a height. @throws LightError unprovable when the node has no such block
   */
  async header(height: number): Promise<VerifiedHeader> {
    return this.verify(height, await this.#fetch(height));
  }

  /** The same for a height that is about to come. @throws LightError late */
  async comingHeader(height: number, waitMs: number): Promise<VerifiedHeader> {
    const until = this.#clock() + waitMs;
    for (;;) {
      // Asked before the block, which may come in between.
      const latest = await this.#provider.latestHeight();
      const block = await this.#provider.lightBlock(height);
      if (block !== null) return this.verify(height, block);
      if (height <= latest || height > latest + MAX_AHEAD) throw this.#none(height, latest);
      if (this.#clock() >= until) {
        const seconds = waitMs / 1_000;
        throw new LightError('late', `block ${height} did not come within ${seconds} seconds`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Verifies a block that somebody brought, fetching what is needed in between. */
  async verify(height: number, block: LightBlock): Promise<VerifiedHeader> {
    const { height: given } = block.header;
    must(given === BigInt(height), `asked for block ${height}, got block ${given}`);
    const known = this.#trusted.find((t) => t.height === height && t.hash !== null);
    if (known !== undefined) return this.#same(known, block);
    const below = this.#trusted.findLast((t) => t.height < height);
    if (below === undefined) return this.#back(height, block);
    return this.#ahead(below, block);
  }

  #same(known: Trusted, block: LightBlock): VerifiedHeader {
    checkNotExpired(known, this.#rules, this.#clock());
    const verified = checkBlock(known.chainId, known.height, block);
    must(
      equalBytes(verified.hash, known.hash!),
      `block ${known.height} is not the one that was verified before`,
    );
    return verified;
  }

  /** Skips as far as the trusted third allows; halves the distance where it does not. */
  async #ahead(from: Trusted, target: LightBlock): Promise<VerifiedHeader> {
    let trusted = from;
    let pending = [target];
    for (;;) {
      const block = pending.at(-1)!;
      const height = Number(block.header.height);
      try {
        const verified = verifyAhead(trusted, block, this.#rules, this.#clock());
        trusted = trustedOf(verified);
        this.#remember(trusted);
        pending = pending.slice(0, -1);
        if (pending.length === 0) return verified;
      } catch (error) {
        if (!(error instanceof TooFarAhead)) throw error;
        const middle = trusted.height + Math.floor((height - trusted.height) / 2);
        pending.push(await this.#fetch(middle));
      }
    }
  }

  async #back(height: number, target: LightBlock): Promise<VerifiedHeader> {
    let later = this.#trusted.find((t) => t.height > height)!;
    checkNotExpired(later, this.#rules, this.#clock());
    if (later.height - height > MAX_STEPS_BACK) {
      const text = `block ${height} is more than ${MAX_STEPS_BACK} blocks before what is trusted`;
      throw new LightError('unprovable', `${text}, ${later.height}`);
    }
    let block = this.#same(later, await this.#fetch(later.height));
    while (later.height > height) {
      const below = later.height - 1;
      const before = below === height ? target : await this.#fetch(below);
      block = verifyBehind(later, block.header.lastBlockId.hash, before);
      later = trustedOf(block);
      this.#steps++;
    }
    return block;
  }

  #remember(trusted: Trusted): void {
    this.#steps++;
    const others = this.#trusted.filter(({ height }) => height !== trusted.height);
    this.#trusted = [...others, trusted].sort((a, b) => a.height - b.height);
  }

  async #fetch(height: number): Promise<LightBlock> {
    const block = await this.#provider.lightBlock(height);
    if (block === null) throw this.#none(height, await this.#provider.latestHeight());
    const { height: given } = block.header;
    must(given === BigInt(height), `asked for block ${height}, got block ${given}`);
    return block;
  }

  #none(height: number, latest: number): LightError {
    const why = height > latest ? `it is at ${latest}` : 'it is not kept';
    const { name } = this.#provider;
    return new LightError('unprovable', `${name} has no block ${height}: ${why}`);
  }
}
