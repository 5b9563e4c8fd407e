import type { Proposer } from '../../../../proto/gen/tenor.oracle.v1.ts';

/** Beyond a quarter more than chance gives: what chance gives in the first blocks. */
const SPARE_SAMPLES = 16n;

/**
 * Whether one more of a proposer's blocks may be looked at. Which blocks are their own hashes tell,
 * and a proposer can make its block again until the hash is to its liking: so that it cannot fill
 * the samples with blocks in which its friends behave, its own have a bound, which chance alone
 * does not reach.
 */
export function maySample({ blocks, sampled }: Proposer, every: number): boolean {
  return (sampled - SPARE_SAMPLES) * BigInt(every) * 4n < (blocks + 1n) * 5n;
}
