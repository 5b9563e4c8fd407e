import { Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Accountability, ValidatorWindow } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { areJudged, leavingOut } from '../core/leavingOut.ts';
import { proposers } from '../state.ts';

/**
 * The closing window with who left out others' votes, once they have proposed enough; then their
 * counts begin anew, of all at once, so that each is always beside the same time of the others.
 */
export function judgeProposers(
  ctx: Ctx,
  closing: readonly ValidatorWindow[],
  rules: Accountability,
): ValidatorWindow[] {
  const all = [...proposers.entries(ctx)].map(([, proposer]) => proposer);
  if (!areJudged(all)) return [...closing];
  for (const { consensusAddress } of all) proposers.delete(ctx, consensusAddress);
  const found = new Set(leavingOut(all, rules).map((own) => toBinary(own.consensusAddress)));
  return closing.map((own) =>
    found.has(toBinary(own.turnout!.consensusAddress))
      ? { ...own, findings: [...own.findings, Finding.FINDING_LEAVING_OUT] }
      : own,
  );
}
