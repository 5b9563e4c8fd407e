import type { Turnout, ValidatorVotes } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { compareBytes, toBinary } from '../../../lib/bytes.ts';
import type { View } from '../../../runtime/context.ts';
import { validatorAt } from '../../staking/index.ts';
import { openWindow, records } from '../state.ts';

export const newRecord = (consensusAddress: Uint8Array): ValidatorVotes => ({
  consensusAddress,
  power: 0n,
  ...{ reported: 0n, empty: 0n, malformed: 0n, absent: 0n, late: 0n, omitted: 0n },
  ...{ leftOut: 0n, outliers: 0n, last: [], judgedFromHeight: 0n },
  penalties: 0n,
});

/** A record since genesis with one window more. */
export function recordWith(record: ValidatorVotes, turnout: Turnout): ValidatorVotes {
  const hasReported = turnout.lastReportedHeight !== undefined;
  return {
    ...record,
    power: turnout.power,
    reported: record.reported + turnout.reported,
    empty: record.empty + turnout.empty,
    malformed: record.malformed + turnout.malformed,
    absent: record.absent + turnout.absent,
    late: record.late + turnout.late,
    omitted: record.omitted + turnout.omitted,
    leftOut: record.leftOut + turnout.leftOut,
    outliers: record.outliers + turnout.outliers,
    lastReportedHeight: hasReported ? turnout.lastReportedHeight : record.lastReportedHeight,
    last: hasReported ? turnout.last : record.last,
  };
}

/**
 * How each validator voted until now, by address: the window under way counted in. One that has
 * left has no power.
 */
export function totalsOf(view: View): ValidatorVotes[] {
  const all = new Map([...records.entries(view)].map(([key, record]) => [toBinary(key), record]));
  for (const turnout of openWindow.get(view)?.turnouts ?? []) {
    const { consensusAddress } = turnout;
    const key = toBinary(consensusAddress);
    all.set(key, recordWith(all.get(key) ?? newRecord(consensusAddress), turnout));
  }
  const totals = [...all.values()].map((record) =>
    validatorAt(view, record.consensusAddress) === undefined ? { ...record, power: 0n } : record,
  );
  return totals.sort((a, b) => compareBytes(a.consensusAddress, b.consensusAddress));
}
