import { ExpiryStatus, Sample } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, QuerySettlementRequest } from '../../../proto/gen/tenor.options.v1.ts';
import { records } from '../../../app/lib/records.ts';
import { checkSamples, formatExpiry } from '../../../app/modules/options/core/index.ts';
import { queries } from '../../../client/queries.ts';
import { LightError } from '../../../light/index.ts';
import type { VerifiedState } from '../../../light/index.ts';
import { formatPrice } from '../../amounts.ts';
import { telling } from '../../light/openLight.ts';
import type { Light } from '../../light/openLight.ts';
import { messageJson } from '../../output/json.ts';
import type { Output } from '../../output/output.ts';
import type { Session } from '../../session.ts';
import { sampleTimes } from './sampleTimes.ts';

/** Proved under one state: nodes keep it only for so many blocks. */
const PAGE = 400;
/** Questions that wait for their answers at a time. */
const AT_ONCE = 16;
/** As many rows as a person reads. */
const MAX_ROWS = 60;

const WAITING: ReadonlySet<ExpiryStatus> = new Set([
  ExpiryStatus.EXPIRY_STATUS_TRADING,
  ExpiryStatus.EXPIRY_STATUS_AWAITING_PRICE,
]);

export interface ProvedSamples {
  readonly samples: readonly Sample[];
  /** The states that they were proved in. */
  readonly heights: readonly number[];
}

/**
 * Every sample that the sums of a proved expiry are made of, each proved. Which there are the node
 * says; that none is missing is what their sums show. @throws LightError through `telling`
 */
export async function proveSamples(
  session: Session,
  light: Light,
  underlying: string,
  expiry: Expiry,
): Promise<ProvedSamples> {
  const node = await session.node();
  // The state that --height names is where they are proved, so it is the one that has them.
  const ask = (request: QuerySettlementRequest) =>
    node.ask(queries.settlement, request, light.height);
  const times = await telling(sampleTimes(ask, underlying, expiry));
  const samples: Sample[] = [];
  const heights: number[] = [];
  for (let from = 0; from < times.length; from += PAGE) {
    const page = times.slice(from, from + PAGE);
    const [proved, { height }] = await light.state((view) => provePage(view, expiry, page));
    samples.push(...proved);
    heights.push(height);
    if (times.length > PAGE) {
      session.out.note(`${samples.length} of ${times.length} samples of ${underlying} proved`);
    }
  }
  // Its window has not begun, or nothing had a quorum in it yet.
  const isToCome = expiry.lastSampleMs === undefined && WAITING.has(expiry.status);
  if (isToCome && times.length === 0) return { samples, heights };
  const isGone = expiry.coveredMs === 0n;
  const wrong = isGone ? 'its samples are gone' : checkSamples(expiry, samples);
  if (wrong === null) return { samples, heights };
  const name = `${underlying} ${formatExpiry(expiry.expirySeconds)}`;
  return telling(Promise.reject(new LightError('unprovable', whyNot(name, expiry, wrong, times))));
}

/** Samples go some days after the settlement: earlier states of nodes that keep them have them. */
function whyNot(name: string, expiry: Expiry, wrong: string, times: readonly bigint[]): string {
  if (times.length > 0) return `${name}: ${wrong}`;
  const gone = `the samples of ${name} are no longer in this state`;
  const at = expiry.settledHeight;
  if (at === undefined) return gone;
  return `${gone} (a node that keeps the state of height ${at} proves them with --height ${at})`;
}

async function provePage(
  view: VerifiedState,
  { underlyingId, expirySeconds }: Expiry,
  times: readonly bigint[],
): Promise<Sample[]> {
  const proved: Sample[] = [];
  for (let from = 0; from < times.length; from += AT_ONCE) {
    const some = times.slice(from, from + AT_ONCE).map(async (timeMs) => {
      const sample = await view.get(records.samples, [underlyingId, expirySeconds, timeMs]);
      if (sample?.timeMs === timeMs) return sample;
      throw new LightError('lie', `it says that there is a sample at ${timeMs}, and there is none`);
    });
    proved.push(...(await Promise.all(some)));
  }
  return proved;
}

/** For programs. */
export const samplesJson = ({ samples, heights }: ProvedSamples) => ({
  samples: samples.map((sample) => messageJson(Sample, sample)),
  samplesProvedAt: heights,
});

/** What stood behind a price, in a sentence, and sample by sample where they are few. */
export function samplesText(out: Output, name: string, { samples }: ProvedSamples) {
  if (samples.length === 0) return [`${name}: no sample has been taken yet`];
  const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
  const least = samples.reduce((a, b) => (b.reportedPower < a.reportedPower ? b : a));
  const confidence = -most(({ confidencePpm }) => -confidencePpm);
  const { reportedPower, quorumPower } = least;
  const age = most(({ ageMs }) => Number(ageMs));
  const held = most(({ heldMs }) => Number(heldMs));
  const lines = [
    `${name}: ${samples.length} samples proved, which make the average; each had at least ` +
      `${reportedPower} of the ${quorumPower} power that a quorum takes, was at most ` +
      `${seconds(age)} old and held at most ${seconds(held)}, with a confidence of at least ` +
      percent(confidence),
  ];
  if (samples.length > MAX_ROWS) return [...lines, 'With --json: each of them.'];
  return [...lines, ...out.table(COLUMNS, samples.map(rowOf))];
}

const COLUMNS = [
  ...[{ title: 'TIME' }, { title: 'BLOCK', align: 'right' as const }],
  ...['PRICE', 'HELD', 'AGE', 'POWER', 'QUORUM', 'CONFIDENCE'].map((title) => ({
    ...{ title, align: 'right' as const },
  })),
];

const rowOf = (sample: Sample): string[] => [
  new Date(Number(sample.timeMs)).toISOString().slice(11, 23),
  String(sample.height),
  formatPrice(sample.priceUusd),
  seconds(Number(sample.heldMs)),
  seconds(Number(sample.ageMs)),
  ...[String(sample.reportedPower), String(sample.quorumPower), percent(sample.confidencePpm)],
];

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const percent = (ppm: number): string => `${(ppm / 10_000).toFixed(1)}%`;
