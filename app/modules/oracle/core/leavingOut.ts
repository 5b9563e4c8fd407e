import type { Accountability, Proposer } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Binary } from '../../../lib/bytes.ts';

const PPM = 1_000_000n;
/** One that proposed less is not judged: a few votes that came late would be half of all. */
const LEAST_BLOCKS = 100n;
/** Blocks, on average of a proposer, after which all of them are judged. */
const JUDGED_AFTER = 200n;
/** As often as others at least, beside the governed share. */
const TIMES_OTHERS = 2n;

/** The blocks and misses of all proposers together. */
interface Sum {
  readonly blocks: bigint;
  readonly missed: ReadonlyMap<Binary, bigint>;
}

export const newProposer = (consensusAddress: Uint8Array): Proposer => ({
  ...{ consensusAddress, blocks: 0n, sampled: 0n, missed: [] },
});

/** Whether proposers have enough blocks behind them to be told apart. */
export const areJudged = (proposers: readonly Proposer[]): boolean =>
  sumOf(proposers).blocks >= JUDGED_AFTER * BigInt(Math.max(proposers.length, 1));

/**
 * Who leaves out a validator's votes: they disappear in more than the governed share of its blocks,
 * and at least twice as often as in the blocks of all others. A vote that the block before did not
 * have either is not counted, so that one that is away makes nobody a suspect, whoever happened to
 * propose meanwhile.
 */
export function leavingOut(proposers: readonly Proposer[], rules: Accountability): Proposer[] {
  const all = sumOf(proposers);
  const bound = BigInt(rules.maxLeftOutPpm);
  if (bound === 0n) return [];
  return proposers.filter(({ blocks, missed }) => {
    const others = all.blocks - blocks;
    if (blocks < LEAST_BLOCKS || others < LEAST_BLOCKS) return false;
    return missed.some((own) => {
      const byOthers = all.missed.get(toBinary(own.consensusAddress))! - own.blocks;
      const isOften = own.blocks * PPM > blocks * bound;
      return isOften && own.blocks * others >= TIMES_OTHERS * byOthers * blocks;
    });
  });
}

function sumOf(proposers: readonly Proposer[]): Sum {
  const missed = new Map<Binary, bigint>();
  for (const own of proposers.flatMap((proposer) => proposer.missed)) {
    const key = toBinary(own.consensusAddress);
    missed.set(key, (missed.get(key) ?? 0n) + own.blocks);
  }
  return { blocks: proposers.reduce((sum, { blocks }) => sum + blocks, 0n), missed };
}
