import {
  Finding,
  QueryReportCardResponse,
  type FeedTally,
  type QueryReportCardResponse as Answer,
  type ReportCard,
  type ValidatorWindow,
} from '../../../proto/gen/tenor.oracle.v1.ts';
import { hexOf } from '../../../client/hex.ts';
import { queries } from '../../../client/queries.ts';
import { formatUsd } from '../../amounts.ts';
import type { Node } from '../../chain/node.ts';
import { usageError } from '../../errors.ts';
import { enumName, messageJson } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';
import type { Verb } from '../verb.ts';
import { feedNames, monikers, percent, right } from './describe.ts';

type Table = ReturnType<Output['table']>;

const COUNTS = ['BLOCKS', 'REPORTED', 'LATE', 'ABSENT', 'EMPTY', 'INVALID', 'OMITTED'].map(right);
const VALUES = ['STALE', 'FAR', 'DISTANCE'].map(right);

function countsOf({ turnout }: ValidatorWindow): string[] {
  const { blocks, reported, late, absent, empty, malformed, omitted } = turnout!;
  return [blocks, reported, late, absent, empty, malformed, omitted].map(String);
}

/** Shares of what was said, and the mean distance from the median in units of dispersion. */
function valuesOf(feeds: readonly FeedTally[]): string[] {
  const sum = (of: (feed: FeedTally) => bigint) => feeds.reduce((all, feed) => all + of(feed), 0n);
  const said = sum((feed) => feed.said);
  const distance = Number(sum((feed) => feed.distanceMilli)) / 1_000 / Number(said);
  return [
    percent(
      sum((feed) => feed.stale),
      said,
    ),
    percent(
      sum((feed) => feed.far),
      said,
    ),
    said === 0n ? '–' : distance.toFixed(2),
  ];
}

const findingsText = (color: Output['color'], findings: readonly Finding[]): string =>
  findings.length === 0
    ? color.green('none')
    : color.red(findings.map((finding) => enumName(Finding, finding)).join(', '));

const rewardsText = ({ rewards }: ValidatorWindow): string =>
  rewards
    .map(({ denom, amount }) =>
      denom === 'uusd' ? `${formatUsd(BigInt(amount))} USD` : `${amount}${denom}`,
    )
    .join(', ') || '–';

const followsText = (ppm: bigint | undefined): string =>
  ppm === undefined ? '–' : `${(Number(ppm) / 1e4).toFixed(0)}%`;

function all(out: Output, cards: readonly ReportCard[], nameOf: (a: Uint8Array) => string): Table {
  const rows = cards.map(({ consensusAddress, all: own, findings, followingPpm }) => [
    nameOf(consensusAddress),
    ...countsOf(own!),
    ...valuesOf(own!.values!.feeds),
    followsText(followingPpm),
    rewardsText(own!),
    findingsText(out.color, findings),
  ]);
  return out.table(
    [
      ...[{ title: 'VALIDATOR' }, ...COUNTS, ...VALUES],
      ...[right('FOLLOWS'), right('REWARDS'), { title: 'FINDINGS' }],
    ],
    rows,
  );
}

async function one(out: Output, node: Node, { rules, cards }: Answer): Promise<Table[]> {
  const card = cards[0]!;
  const feedName = await feedNames(node);
  const windows = card.windows.map(({ number, endHeight, window }) => [
    new Date(Number(number * rules!.windowSeconds) * 1_000).toISOString().slice(0, 16),
    ...countsOf(window!),
    ...valuesOf(window!.values!.feeds),
    rewardsText(window!),
    endHeight === 0n ? 'under way' : findingsText(out.color, window!.findings),
  ]);
  const feeds = card.all!.values!.feeds.map((feed) => [
    feedName(feed.kind, feed.id),
    feed.asked.toString(),
    percent(feed.said, feed.asked),
    ...valuesOf([feed]),
  ]);
  const ends = [right('REWARDS'), { title: 'FINDINGS' }];
  return [
    out.table([{ title: 'WINDOW FROM (UTC)' }, ...COUNTS, ...VALUES, ...ends], windows),
    out.table([{ title: 'FEED' }, right('ASKED'), right('SAID'), ...VALUES], feeds),
  ];
}

/** What it made of others' votes; the bound is `max_left_out_ppm`. */
function proposedText({ proposer }: ReportCard, nameOf: (a: Uint8Array) => string): string {
  if (proposer === undefined) return 'It has proposed nothing since proposers were last judged.';
  const { blocks, missed } = proposer;
  const votes = missed.map(
    ({ consensusAddress, blocks: times }) =>
      `${nameOf(consensusAddress)} in ${times} (${percent(times, blocks)})`,
  );
  const gone = votes.length === 0 ? 'nobody' : votes.join(', ');
  return `Since proposers were last judged: ${blocks} blocks, with votes missing of ${gone}.`;
}

/** A validator by its name, or by the beginning of its consensus address. */
async function addressOf(node: Node, text: string): Promise<Uint8Array> {
  const { validators } = await node.ask(queries.validators, {});
  const found = validators.filter(
    ({ moniker, consensusAddress }) =>
      moniker === text ||
      (text.length >= 6 && hexOf(consensusAddress).startsWith(text.toUpperCase())),
  );
  if (found.length === 1) return found[0]!.consensusAddress;
  const names = validators.map(({ moniker }) => moniker).join(', ');
  throw usageError(`Name one validator, or its consensus address. There are: ${names}.`);
}

export const reportCard: Verb = {
  usage: 'report-card [validator]',
  description: 'how validators report: turnout, distance from the median, findings, rewards',
  examples: ['oracle report-card', 'oracle report-card validator0'],
  async run(session, [text]) {
    const { out } = session;
    const node = await session.node();
    const consensusAddress = text === undefined ? new Uint8Array(0) : await addressOf(node, text);
    const [answer, nameOf] = await Promise.all([
      node.ask(queries.reportCard, { consensusAddress }),
      monikers(node),
    ]);
    const detail = text === undefined ? [] : await one(out, node, answer);
    out.show(messageJson(QueryReportCardResponse, answer), () => {
      if (answer.cards.length === 0) return 'No validator has voted yet.';
      const { windowSeconds, windowsKept } = answer.rules!;
      const span = `The last ${windowsKept} windows of ${windowSeconds} s and the one under way:`;
      const proposed = text === undefined ? [] : ['', proposedText(answer.cards[0]!, nameOf)];
      const tables = [all(out, answer.cards, nameOf), ...detail].flatMap((table) => ['', table]);
      return [span, ...tables, ...proposed];
    });
  },
};
