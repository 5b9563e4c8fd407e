import { Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type {
  OpenWindow,
  Params,
  ValidatorVotes,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { newValues } from '../core/tally.ts';
import { openTallies, openWindow, records, sources, windows } from '../state.ts';
import type { CastVote } from '../votes/castVote.ts';
import { judge } from './judge.ts';
import { payRewards } from './payRewards.ts';
import { penalize } from './penalize.ts';
import { newRecord, recordWith } from './totals.ts';

/**
 * Ends a window: what it says of each validator is kept with the windows before it, which are
 * judged together; who took part is paid, and who was found wanting is not. Who has left the set by
 * now is forgotten, but for the windows that are kept.
 */
export function closeWindow(
  ctx: Ctx,
  open: OpenWindow,
  votes: readonly CastVote[],
  p: Params,
): void {
  const tallies = new Map(
    openTallies.get(ctx)?.tallies.map((t) => [toBinary(t.consensusAddress), t]),
  );
  const closed: ValidatorWindow[] = open.turnouts.map((turnout) => ({
    turnout,
    values: tallies.get(toBinary(turnout.consensusAddress)) ?? newValues(turnout.consensusAddress),
    ...{ findings: [], rewards: [], penaltyPower: 0n },
  }));
  addTotals(ctx, closed);
  const judged = judge(ctx, closed, p.accountability!);
  const paid = payRewards(ctx, judged, p.accountability!);
  const validators = penalize(ctx, paid, open, p.accountability!);
  tell(ctx, validators);
  const { number, startHeight } = open;
  windows.set(ctx, startHeight, {
    ...{ number, startHeight, validators },
    endHeight: BigInt(ctx.header.height - 1),
    endMs: (number + 1n) * p.accountability!.windowSeconds * 1_000n,
  });
  openWindow.delete(ctx);
  openTallies.delete(ctx);
  forget(ctx, votes, p.accountability!.windowsKept);
}

function addTotals(ctx: Ctx, closed: readonly ValidatorWindow[]): void {
  for (const { turnout } of closed) {
    const address = turnout!.consensusAddress;
    const before: ValidatorVotes = records.get(ctx, address) ?? newRecord(address);
    records.set(ctx, address, recordWith(before, turnout!));
  }
}

const NAMES: Readonly<Record<Finding, string>> = {
  [Finding.FINDING_NONE]: 'none',
  [Finding.FINDING_MISSING]: 'missing',
  [Finding.FINDING_FAR]: 'far',
  [Finding.FINDING_LAGGING]: 'lagging',
};

function tell(ctx: Ctx, validators: readonly ValidatorWindow[]): void {
  for (const { turnout, findings, penaltyPower } of validators) {
    if (findings.length === 0) continue;
    ctx.emit('oracle_finding', {
      validator: Buffer.from(turnout!.consensusAddress).toString('hex'),
      findings: findings.map((finding) => NAMES[finding]).join(','),
      penalty_power: penaltyPower === 0n ? undefined : penaltyPower.toString(),
    });
  }
}

/** The windows beyond those that are kept, and what is known of who is in the set no more. */
function forget(ctx: Ctx, votes: readonly CastVote[], kept: number): void {
  const all = [...windows.entries(ctx)].map(([start]) => start);
  for (const start of all.slice(0, Math.max(all.length - kept, 0))) windows.delete(ctx, start);
  const voters = new Set(votes.map((vote) => toBinary(vote.address)));
  for (const [address] of records.entries(ctx)) {
    if (!voters.has(toBinary(address))) records.delete(ctx, address);
  }
  for (const [address] of sources.entries(ctx)) {
    if (!voters.has(toBinary(address))) sources.delete(ctx, address);
  }
}
