import type {
  Accountability,
  OpenWindow,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { cutPower } from '../../staking/index.ts';
import { records } from '../state.ts';
import { powerFound } from './judge.ts';

/**
 * Takes the governed share of their power from validators with a finding, once for the windows that
 * it rests on. When a third of the power or more is found wanting at once it is the network's fault
 * or the median's, and nobody pays: a penalty must not decide who holds the majority.
 */
export function penalize(
  ctx: Ctx,
  validators: readonly ValidatorWindow[],
  { startHeight }: OpenWindow,
  { penaltyPpm }: Accountability,
): ValidatorWindow[] {
  const { found, total } = powerFound(validators);
  if (penaltyPpm === 0 || found * 3n >= total) return [...validators];
  return validators.map((validator) => {
    if (validator.findings.length === 0) return validator;
    const { consensusAddress } = validator.turnout!;
    const record = records.must(ctx, consensusAddress);
    const penalties = record.penalties + 1n;
    const judgedFromHeight = startHeight + 1n;
    records.set(ctx, consensusAddress, { ...record, penalties, judgedFromHeight });
    return { ...validator, penaltyPower: cutPower(ctx, consensusAddress, penaltyPpm) };
  });
}
