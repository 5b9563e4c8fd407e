import type { Turnout } from '../../../../proto/gen/tenor.oracle.v1.ts';

/** A validator's part in a block. */
export type Part = 'reported' | 'empty' | 'malformed' | 'late' | 'absent' | 'omitted';

/** Blocks in a row without its vote from which on it is away rather than late. */
const AWAY = 3;

export const newTurnout = (consensusAddress: Uint8Array): Turnout => ({
  consensusAddress,
  power: 0n,
  ...{ blocks: 0n, reported: 0n, empty: 0n, malformed: 0n, late: 0n, absent: 0n },
  ...{ omitted: 0n, leftOut: 0n, outliers: 0n, settlementBlocks: 0n, settlementReported: 0n },
  ...{ settlementOmitted: 0n, settlementLate: 0n, absentInARow: 0, last: [] },
});

/**
 * A block more. A vote that is not in the commit may have come too late for the proposer, or never:
 * nobody can tell, so the first few count as late.
 */
export function addBlock(
  turnout: Turnout,
  kind: Exclude<Part, 'late'>,
  inSettlement: boolean,
): Turnout {
  const absentInARow = kind === 'absent' ? turnout.absentInARow + 1 : 0;
  const part: Part = kind === 'absent' && absentInARow < AWAY ? 'late' : kind;
  const settlement = inSettlement ? 1n : 0n;
  return {
    ...turnout,
    blocks: turnout.blocks + 1n,
    [part]: turnout[part] + 1n,
    absentInARow,
    settlementBlocks: turnout.settlementBlocks + settlement,
    settlementReported: turnout.settlementReported + (part === 'reported' ? settlement : 0n),
    settlementOmitted: turnout.settlementOmitted + (part === 'omitted' ? settlement : 0n),
    settlementLate: turnout.settlementLate + (part === 'late' ? settlement : 0n),
  };
}

/** Of a later window `b` what does not add up: its power, what it last said. */
export const sumTurnouts = (a: Turnout, b: Turnout): Turnout => ({
  ...b,
  blocks: a.blocks + b.blocks,
  reported: a.reported + b.reported,
  empty: a.empty + b.empty,
  malformed: a.malformed + b.malformed,
  late: a.late + b.late,
  absent: a.absent + b.absent,
  omitted: a.omitted + b.omitted,
  leftOut: a.leftOut + b.leftOut,
  outliers: a.outliers + b.outliers,
  settlementBlocks: a.settlementBlocks + b.settlementBlocks,
  settlementReported: a.settlementReported + b.settlementReported,
  settlementOmitted: a.settlementOmitted + b.settlementOmitted,
  settlementLate: a.settlementLate + b.settlementLate,
});

/** Blocks, those inside settlement windows `weight` times. */
export interface Weighed {
  readonly blocks: bigint;
  readonly reported: bigint;
  readonly omitted: bigint;
  readonly late: bigint;
}

export function weighed(turnout: Turnout, weight: number): Weighed {
  const more = BigInt(weight - 1);
  return {
    blocks: turnout.blocks + more * turnout.settlementBlocks,
    reported: turnout.reported + more * turnout.settlementReported,
    omitted: turnout.omitted + more * turnout.settlementOmitted,
    late: turnout.late + more * turnout.settlementLate,
  };
}
