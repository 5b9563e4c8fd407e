import type {
  CardWindow,
  OpenWindow,
  QueryReportCardRequest,
  QueryReportCardResponse,
  ReportCard,
  Turnout,
  ValidatorWindow,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { equalBytes } from '../../../lib/bytes.ts';
import type { View } from '../../../runtime/context.ts';
import { followingPpm, NO_FOLLOWING } from '../core/following.ts';
import { newValues } from '../core/tally.ts';
import { oracleErrors } from '../errors.ts';
import { params } from '../params.ts';
import { openTallies, openWindow, proposers, windows } from '../state.ts';
import { conductIn, sumConduct } from './judge.ts';

/** The report cards of the validators of the window under way, or of one with its windows. */
export function reportCards(
  view: View,
  { consensusAddress }: QueryReportCardRequest,
): QueryReportCardResponse {
  const rules = params.get(view).accountability!;
  const open = openWindow.get(view);
  const all = open?.turnouts ?? [];
  const isOne = consensusAddress.length > 0;
  const asked = isOne ? all.filter((t) => equalBytes(t.consensusAddress, consensusAddress)) : all;
  if (isOne && asked.length === 0) {
    throw oracleErrors.unknownValidator('no validator of this address has voted in this window');
  }
  return {
    rules,
    windowNumber: open?.number ?? 0n,
    timeMs: BigInt(view.header.timeMs),
    cards: asked.map((turnout) => cardOf(view, open!, turnout, isOne)),
  };
}

function cardOf(view: View, open: OpenWindow, turnout: Turnout, withWindows: boolean): ReportCard {
  const { consensusAddress } = turnout;
  const { minMoves } = params.get(view).accountability!;
  const tallies = openTallies.get(view)?.tallies ?? [];
  const values =
    tallies.find((t) => equalBytes(t.consensusAddress, consensusAddress)) ??
    newValues(consensusAddress);
  const now: CardWindow = {
    ...{ number: open.number, startHeight: open.startHeight, endHeight: 0n },
    window: { turnout, values, findings: [], rewards: [], penaltyPower: 0n },
  };
  const past = [...windows.entries(view)].flatMap(([, closed]): CardWindow[] => {
    const { number, startHeight, endHeight, validators } = closed;
    const window = validators.find((v) =>
      equalBytes(v.turnout!.consensusAddress, consensusAddress),
    );
    return window === undefined ? [] : [{ number, startHeight, endHeight, window }];
  });
  const each = [...past, now];
  const sum = each
    .map(({ window }) => conductIn([window!], consensusAddress)!)
    .reduce((a, b) => sumConduct(a, b));
  return {
    consensusAddress,
    all: { ...sum, ...outcomesOf(each) },
    findings: past.at(-1)?.window?.findings ?? [],
    followingPpm: followingPpm(sum.values.following ?? NO_FOLLOWING, minMoves),
    windows: withWindows ? each.toReversed() : [],
    proposer: proposers.get(view, consensusAddress),
  };
}

/** What it was paid and what was taken over all windows. */
function outcomesOf(
  each: readonly CardWindow[],
): Pick<ValidatorWindow, 'findings' | 'rewards' | 'penaltyPower'> {
  const paid = new Map<string, bigint>();
  for (const { denom, amount } of each.flatMap(({ window }) => window!.rewards)) {
    paid.set(denom, (paid.get(denom) ?? 0n) + BigInt(amount));
  }
  const rewards = [...paid].map(([denom, amount]) => ({ denom, amount: amount.toString() }));
  const penaltyPower = each.reduce((sum, { window }) => sum + window!.penaltyPower, 0n);
  return { findings: [], rewards, penaltyPower };
}
