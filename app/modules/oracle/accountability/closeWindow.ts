import { Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type {
  OpenWindow,
  Params,
  ValidatorVotes,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Binary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { newValues } from '../core/tally.ts';
import { openTallies, openWindow, records, sources, windows } from '../state.ts';
import type { CastVote } from '../votes/castVote.ts';
import { judge } from './judge.ts';
import { judgeProposers } from './judgeProposers.ts';
import { payRewards } from './payRewards.ts';
import { penalize } from './penalize.ts';
import { newRecord, recordWith } from './totals.ts';

/**
 * Ends a window: what it says of each validator is kept with the windows before it, which are
 * judged together; who took part is paid, and who was found wanting is not. Who has left the set is
 * forgotten once no window that is kept knows it.
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
  const inSet = new Set(votes.map((vote) => toBinary(vote.address)));
  const rules = p.accountability!;
  const judged = judgeProposers(ctx, judge(ctx, closed, open, rules), rules);
  const paid = payRewards(ctx, judged, rules);
  const validators = penalize(ctx, paid, { open, inSet, rules });
  tell(ctx, validators);
  const { number, startHeight, startMs, lastMs: endMs } = open;
  const endHeight = BigInt(ctx.header.height - 1);
  windows.set(ctx, startHeight, { number, startHeight, endHeight, startMs, endMs, validators });
  openWindow.delete(ctx);
  openTallies.delete(ctx);
  forget(ctx, inSet, rules.windowsKept);
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
  [Finding.FINDING_LEAVING_OUT]: 'leaving_out',
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
function forget(ctx: Ctx, inSet: ReadonlySet<Binary>, kept: number): void {
  const all = [...windows.entries(ctx)];
  const old = Math.max(all.length - kept, 0);
  for (const [start] of all.slice(0, old)) windows.delete(ctx, start);
  const known = new Set(inSet);
  for (const { turnout } of all.slice(old).flatMap(([, { validators }]) => validators)) {
    known.add(toBinary(turnout!.consensusAddress));
  }
  for (const [address] of records.entries(ctx)) {
    if (!known.has(toBinary(address))) records.delete(ctx, address);
  }
  for (const [address] of sources.entries(ctx)) {
    if (!inSet.has(toBinary(address))) sources.delete(ctx, address);
  }
}
