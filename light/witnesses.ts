import { Buffer } from 'buffer';
import { equalBytes } from '../app/lib/bytes.ts';
import { LightClient } from './client.ts';
import { LightError } from './errors.ts';
import type { Provider } from './provider.ts';
import type { LightBlock, TrustRules, Trusted, VerifiedHeader } from './types.ts';

const POLL_MS = 100;

/** What another node says of a header that was verified. */
export interface Testimony {
  readonly name: string;
  /** `agrees`; `silent`: no answer, or has not this block; `lies`: shows one that is wrong. */
  readonly says: 'agrees' | 'silent' | 'lies';
}

export interface CrossCheck {
  readonly header: VerifiedHeader;
  /** From which a conflicting block is verified. */
  readonly trusted: readonly Trusted[];
  readonly rules: TrustRules;
  readonly clock: () => number;
  /** How long a witness may be behind. */
  readonly waitMs: number;
}

/**
 * Asks other nodes for the same header. One with another header that verifies as well shows that
 * the validators signed two blocks of a height: whoever believed either may be cheated.
 * @throws LightError attack
 */
export function askWitnesses(
  witnesses: readonly Provider[],
  check: CrossCheck,
): Promise<Testimony[]> {
  return Promise.all(witnesses.map((witness) => ask(witness, check)));
}

async function ask(witness: Provider, check: CrossCheck): Promise<Testimony> {
  const { header } = check;
  const { name } = witness;
  try {
    const block = await fetchInTime(witness, check);
    if (block === null) return { name, says: 'silent' };
    const { trusted, rules, clock } = check;
    // Only what is below the height may vouch for a block beside the verified one.
    const below = trusted.filter(({ height }) => height < header.height);
    if (below.length === 0) {
      return { name, says: equalBytes(block.commit.blockId.hash, header.hash) ? 'agrees' : 'lies' };
    }
    const client = new LightClient({ provider: witness, trusted: below, rules, clock });
    const { hash } = await client.verify(header.height, block);
    if (equalBytes(hash, header.hash)) return { name, says: 'agrees' };
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
    throw new LightError(
      'attack',
      `two blocks of height ${header.height} are signed by the chain's validators: ` +
        `${hex(header.hash)}, and ${hex(hash)} from ${name}`,
    );
  } catch (error) {
    if (!(error instanceof LightError) || error.fault === 'attack') throw error;
    return { name, says: error.fault === 'lie' ? 'lies' : 'silent' };
  }
}

async function fetchInTime(
  witness: Provider,
  { header, clock, waitMs }: CrossCheck,
): Promise<LightBlock | null> {
  const until = clock() + waitMs;
  for (;;) {
    const block = await witness.lightBlock(header.height);
    if (block !== null || clock() >= until) return block;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
