import type {
  Accountability,
  OpenWindow,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Binary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { cutPower } from '../../staking/index.ts';
import { records } from '../state.ts';
import { isPaidFor } from './judge.ts';

export interface Closing {
  readonly open: OpenWindow;
  /** Who votes now. */
  readonly inSet: ReadonlySet<Binary>;
  readonly rules: Accountability;
}

/**
 * Takes the governed share of their power from validators with a finding, once for the windows that
 * it rests on. When a third of the power or more is found wanting at once it is the network's fault
 * or the median's, and nobody pays: a penalty must not decide who holds the majority. Who has left
 * has none to lose, nor does its power count.
 */
export function penalize(
  ctx: Ctx,
  validators: readonly ValidatorWindow[],
  { open, inSet, rules }: Closing,
): ValidatorWindow[] {
  const { penaltyPpm } = rules;
  const isIn = ({ turnout }: ValidatorWindow) => inSet.has(toBinary(turnout!.consensusAddress));
  const isFound = (own: ValidatorWindow) => own.findings.length > 0;
  const there = validators.filter(isIn);
  if (penaltyPpm === 0 || powerOf(there.filter(isFound)) * 3n >= powerOf(there)) {
    return [...validators];
  }
  return validators.map((validator) => {
    if (!isFound(validator) || !isIn(validator)) return validator;
    const { consensusAddress } = validator.turnout!;
    const record = records.must(ctx, consensusAddress);
    if (isPaidFor(ctx, record, rules)) return validator;
    const penalties = record.penalties + 1n;
    const judgedFromHeight = open.startHeight + 1n;
    records.set(ctx, consensusAddress, { ...record, penalties, judgedFromHeight });
    return { ...validator, penaltyPower: cutPower(ctx, consensusAddress, penaltyPpm) };
  });
}

const powerOf = (of: readonly ValidatorWindow[]): bigint =>
  of.reduce((sum, { turnout }) => sum + turnout!.power, 0n);
